"""Single pictures of recorded clips."""

import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acquisition.clip_video import open_clip
from acquisition.video import VideoError

KEPT = 16


class ClipPictures:
    """Reads pictures of clips and keeps the last few; may be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Path, int], NDArray[np.uint8]] = OrderedDict()

    def __call__(self, clip: Path, frame: int) -> NDArray[np.uint8]:
        """Return a frame of a clip, or the next one where it was lost, shape (height, width).

        Raises:
            VideoError: If the clip or its sidecar is missing, it is not what was recorded, or ends
                before the frame.
        """
        key = (clip, frame)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _read(clip, frame)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


def _read(clip: Path, frame: int) -> NDArray[np.uint8]:
    for each in open_clip(clip).frames():
        if each.index >= frame:
            return each.pixels
    raise VideoError(f"{clip} has no frame {frame}")
