"""How well two readings of the same things agree: pure statistics on arrays."""
