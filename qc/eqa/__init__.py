"""External quality assessment: reference videos, readings, rounds and scores."""
