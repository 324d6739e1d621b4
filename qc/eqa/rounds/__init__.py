"""Rounds of reference videos: who reads what, blind and in which order, signed and never edited."""
