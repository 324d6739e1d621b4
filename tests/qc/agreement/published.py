"""Readings that were published, for tests."""

# Bland & Altman, Lancet 1986; 327: 307-310, table 1: first readings of peak expiratory flow, l/min.
WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)

# Shrout & Fleiss, Psychol Bull 1979; 86: 420-428, table 2: 6 targets, 4 judges.
JUDGES = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
