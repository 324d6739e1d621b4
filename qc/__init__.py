"""What can be trusted and is kept: the examination, replicate check, records and reports."""
