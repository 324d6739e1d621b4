"""External quality assessment: rounds, readers and how they are scored."""
