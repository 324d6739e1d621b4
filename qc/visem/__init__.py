"""The VISEM data set (Haugen et al. 2019): its tables, the paper's baselines on them, metrics.

Only tables are read here. A network that looks at the videos joins in as one more
`experiment.Learner`: it learns from participants, whatever it knows of them, and is scored alike.
"""
