"""When the pictures of a sample are taken."""

import numpy as np

from inference.heatmap import INSTANTS
from inference.training.instants import OFFSET_S, STEP_S, around


def test_pictures_follow_each_other_about_the_middle_one() -> None:
    rng = np.random.default_rng(0)
    drawn = [around(rng) for _ in range(400)]
    moving = [times_s for times_s in drawn if times_s.any()]
    assert 380 < len(moving) < 400
    for times_s in moving:
        assert len(times_s) == INSTANTS + 2
        assert times_s[INSTANTS // 2 + 1] == 0
        assert (np.diff(times_s[1:-1]) >= STEP_S[0] - 1e-9).all()
        assert times_s[0] <= times_s[1] and times_s[-1] >= times_s[-2]
        assert min(-times_s[0], times_s[-1]) >= 0.8 * OFFSET_S - 1e-9
