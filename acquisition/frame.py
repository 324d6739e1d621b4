"""One picture from a camera, with where and when it stands in its recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        pixels: Grey values, shape (height, width), uint8.
        index: Position in the recording, from 0; lost frames are counted, so it may jump.
        time_us: The camera's own clock in µs, or for a video file its presentation time. None
            where the camera has no clock; kinematics then use the nominal frame rate.
        host_time_ns: The host's monotonic clock on arrival. Never used for kinematics.
        lost_before: Frames lost between this one and the one delivered before it.
        deep: The 12-bit values (0 to 4095, uint16) where the camera gives them, None where it
            gives 8 bits; `pixels` are their upper 8 bits.
    """

    pixels: NDArray[np.uint8]
    index: int
    time_us: int | None = None
    host_time_ns: int = 0
    lost_before: int = 0
    deep: NDArray[np.uint16] | None = None
