"""Which cells were in the counting frame at the field's first instant: those are counted.

A head that the picture's edge cuts off shows neither its whole shape nor where its middle lies, so
that it can hardly be counted without error. As in stereology, cells are counted in a frame inside
the picture, with a guard of a little more than half a head around it (Gundersen 1977, J. Microsc.
111, 219): the middle of a head is inside or it is not, and every head that counts is seen whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.drift import fit_straight
from inference.edge import field_corners_um, from_edge_um
from inference.tracks import Track

# From the picture's edge to the counting frame: half of a long head (5 µm), and 0.5 µm for where
# it is found.
GUARD_UM = 3.0


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Which tracks were there at the field's first instant.

    Attributes:
        swimmer_s: A swimmer may be first seen this much later.
        still_s: A cell that gets nowhere may be first seen this much later.
        look_s: Length of the begin of a track from which its earlier way is judged,
        begin_s: and of the part in which one that is seen at once is where it begins.
    """

    swimmer_s: float = 1.2
    still_s: float = 1.5
    look_s: float = 0.2
    begin_s: float = 0.05


def counting_frame_px(frame_size_px: tuple[int, int], scale: Scale) -> NDArray[np.float64]:
    """Return the counting frame's upper left and lower right corner in px, shape (2, 2).

    A picture of less than twice the guard has none; its lower right corner is then left of or above
    the upper left one, and nothing counts.

    Args:
        frame_size_px: Width and height of a frame.
        scale: What a pixel is worth.
    """
    low_um, high_um = field_corners_um(frame_size_px, scale)
    return scale.to_px(np.stack([low_um + GUARD_UM, high_um - GUARD_UM]))


def present_at_start(
    track: Track,
    *,
    swims: bool,
    begin_s: float,
    corners_um: NDArray[np.float64],
    settings: PresenceSettings | None = None,
) -> bool:
    """Tell whether the middle of a cell's head was in the counting frame at the first instant.

    A detector finds some cells a little late. Such a cell counts if it is first seen inside the
    frame, and its way, drawn back to the first instant, begins there; one that swam in comes from
    outside.

    Args:
        track: The cell through time.
        swims: Whether it is progressive.
        begin_s: Time of the field's first frame.
        corners_um: The field's upper left and lower right corner, shape (2, 2).
        settings: How late a cell may be first seen; the defaults if None.
    """
    settings = settings or PresenceSettings()
    late_s = float(track.time_s[0]) - begin_s
    if late_s > (settings.swimmer_s if swims else settings.still_s):
        return False
    near = track.time_s <= track.time_s[0] + settings.look_s
    time_s, xy_um = track.time_s[near], track.xy_um[near]
    if late_s <= 0:
        begins_um = np.median(xy_um[time_s <= time_s[0] + settings.begin_s], axis=0)
    else:
        (velocity_um_s,) = fit_straight([(time_s, xy_um)]).velocity_um_s
        begins_um = np.stack([xy_um[0], xy_um[0] - late_s * velocity_um_s])
    return bool((from_edge_um(begins_um, corners_um) >= GUARD_UM).all())
