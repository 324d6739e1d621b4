"""Widgets: the live picture, and small pieces that several screens show."""
