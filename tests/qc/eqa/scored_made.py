"""Made-up readers of a made-up set, of any size."""

import numpy as np

from qc.eqa.scores.reading import GradeReading
from qc.eqa.scoring.scoring import score_reader


def made_values(videos, seed=1):
    """Return assigned values of so many videos, whole percent as people write them."""
    shares = np.random.default_rng(seed).dirichlet((4, 3, 2, 5), videos)
    return {video: _rounded(100 * row) for video, row in enumerate(shares, start=1)}


def made_readings(values, seed=2, points=4.0, bias=0.0):
    """Return what somebody reads of them, so many points off."""
    random = np.random.default_rng(seed)
    read = {}
    for video, value in values.items():
        row = np.array(value.grades) + random.normal(0, points, 4) + (bias, 0, 0, -bias)
        row = row.clip(0, None)
        read[video] = _rounded(100 * row / row.sum())
    return read


def made_scores(name="anna", videos=12, seed=2, **options):
    values = made_values(videos)
    return score_reader(name, made_readings(values, seed, **options), values)


def _rounded(percent):
    whole = np.floor(percent).astype(int)
    order = np.argsort(whole - percent)
    whole[order[: 100 - whole.sum()]] += 1
    return GradeReading(*map(float, whole))
