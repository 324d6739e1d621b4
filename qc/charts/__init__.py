"""Control charts: limits, and the rules that a series breaks. Pure statistics on arrays."""
