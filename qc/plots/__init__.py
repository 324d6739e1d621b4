"""Charts: described once, and drawn on paper and in the terminal."""
