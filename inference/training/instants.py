"""When the five pictures of a sample are taken."""

import numpy as np

OFFSET_S = 0.1
STEP_S = (1 / 160, 1 / 20)
STILL_SHARE = 0.02
UNEVEN_SHARE = 0.15


def around(rng: np.random.Generator) -> tuple[float, float, float, float, float]:
    """Draw the times of before, last, now, next and after in s, now being 0.

    Frame rates are 20 to 160 Hz; now and then a frame is lost on one side, or the five are one
    and the same picture, as where a recording has a single frame.
    """
    if rng.random() < STILL_SHARE:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    step_s = float(np.exp(rng.uniform(*np.log(STEP_S))))
    last_s = next_s = step_s
    if rng.random() < UNEVEN_SHARE:
        last_s, next_s = (step_s * float(factor) for factor in rng.choice([1, 2, 3], 2))
    offset_s = OFFSET_S * float(rng.uniform(0.8, 1.2))
    return -max(offset_s, last_s), -last_s, 0.0, next_s, max(offset_s, next_s)
