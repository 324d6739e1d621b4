"""What a head looks like: how bright it is in its middle and around that, and how dark beside it.

Some heads shine all over, some have a dark cap, and some are out of focus: each looks for a second
or so as it did before, though it turns, which tells it from another one that it meets.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.patches import patches_around

# In px of the model's scale: a disc and two rings around it whose means are taken, and how far off
# the darkest px is looked for.
RINGS_PX = (2.0, 4.0, 6.0)
DARKEST_PX = 7
LOOKS = len(RINGS_PX) + 1

_SIDE_PX = 2 * DARKEST_PX + 1
_DISTANCE_PX = np.hypot(*np.mgrid[-DARKEST_PX : DARKEST_PX + 1, -DARKEST_PX : DARKEST_PX + 1])
_WITHIN = np.flatnonzero(_DISTANCE_PX <= DARKEST_PX)


def _means() -> NDArray[np.float32]:
    """Return weights that give the means of disc and rings from a flat patch, (side², rings)."""
    which = np.searchsorted(RINGS_PX, _DISTANCE_PX.ravel())
    weights = which[:, None] == np.arange(len(RINGS_PX))
    return np.asarray(weights / weights.sum(axis=0), np.float32)


_MEANS = _means()


def head_looks(
    pictures: Sequence[tuple[NDArray[np.uint8], int]],
    which: NDArray[np.int64],
    xy: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what heads look like, shape (n, LOOKS), in grey values above the background.

    Args:
        pictures: Pictures at the model's scale, (h, w), each with its median grey.
        which: In which of the pictures each head is, rising, (n,).
        xy: Heads in px, (n, 2).
    """
    _, patches = patches_around(pictures, which, xy, DARKEST_PX)
    above = patches.reshape(len(xy), _SIDE_PX**2).astype(np.float32)
    return np.column_stack([above @ _MEANS, above[:, _WITHIN].min(axis=1)]).astype(np.float64)
