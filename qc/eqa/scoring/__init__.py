"""One reader of one set, scored: every statistic that a round's report shows, as one value."""
