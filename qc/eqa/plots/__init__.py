"""The charts of a set that was read, from its scores."""
