"""Heated-stage drivers."""
