"""What a reading in a round is worth: pure statistics on numbers."""
