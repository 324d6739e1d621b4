"""When the seven pictures of a sample are taken."""

import numpy as np
from numpy.typing import NDArray

from inference.heatmap import INSTANTS

OFFSET_S = 0.1
STEP_S = (1 / 160, 1 / 20)
STILL_SHARE = 0.02
UNEVEN_SHARE = 0.15


def around(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the times of the pictures in s: INSTANTS in a row, the middle one at 0, between others.

    Frame rates are 20 to 160 Hz; now and then frames are lost, or all pictures are one and the
    same, as where a recording has a single frame.
    """
    if rng.random() < STILL_SHARE:
        return np.zeros(INSTANTS + 2)
    step_s = float(np.exp(rng.uniform(*np.log(STEP_S))))
    lost = rng.random() < UNEVEN_SHARE
    gaps = rng.choice([1, 1, 2, 3], INSTANTS - 1) if lost else np.ones(INSTANTS - 1)
    row_s = step_s * np.concatenate([[0], np.cumsum(gaps)])
    row_s -= row_s[INSTANTS // 2]
    offset_s = OFFSET_S * float(rng.uniform(0.8, 1.2))
    return np.array([min(-offset_s, row_s[0]), *row_s, max(offset_s, row_s[-1])])
