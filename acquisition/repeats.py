"""Pictures that are shown again, told from the pictures."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import percentile_filter

from acquisition.changes import Grey, block_changes

# What moves is looked at in few blocks: a sparse field has few swimmers.
STRONGEST = 4
# The usual change around a frame: that of the livelier fifth, since a picture may be shown thrice.
WINDOW, PERCENTILE = 25, 80
# A picture that stands for longer is a title or a micrometer, whatever moves before or after it.
LONGEST = WINDOW // 2
# Less than this share of the usual change is none; a codec leaves traces of its own. Measured: at
# most 0.03 in pictures shown twice, at least 0.16 in recordings of slow cells.
SHARE = 0.06
# A field in which nothing moves more than this, in grey values squared, cannot tell.
LEAST_USUAL = 30.0


def strongest_change(before: Grey, after: Grey) -> float:
    """Return how much two pictures (h, w) differ where they differ most, in grey values squared."""
    blocks = block_changes(before, after).ravel()
    return float(np.sort(blocks)[-min(STRONGEST, blocks.size)])


def repeats(changes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pictures are those before them once more.

    Args:
        changes: `strongest_change` from each picture to the next, shape (n,).

    Returns:
        Whether the picture after each change is a repeat, shape (n,). Where nothing moves, none is.
    """
    usual = percentile_filter(changes, PERCENTILE, size=WINDOW, mode="mirror")
    moving = usual > LEAST_USUAL
    again = moving & (changes < SHARE * usual)
    runs = np.cumsum(np.diff(again | ~moving, prepend=False))
    length = np.bincount(runs, minlength=1)[runs]
    return np.asarray(again & (length <= LONGEST))
