"""Which cells were in the field at its first instant: those are counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.drift import fit_straight
from inference.tracks import Track


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Which tracks were there at the field's first instant.

    Attributes:
        swimmer_s: A swimmer may be first seen this much later.
        still_s: A cell that gets nowhere may be first seen this much later.
        look_s: Length of the begin of a track from which its earlier way is judged,
        begin_s: and of the part in which one that is seen at once is where it begins.
        head_um: A head nearer than this to the picture's edge is cut off by it.
    """

    swimmer_s: float = 1.2
    still_s: float = 1.5
    look_s: float = 0.2
    begin_s: float = 0.05
    head_um: float = 2.0


def field_corners_um(frame_size_px: tuple[int, int], scale: Scale) -> NDArray[np.float64]:
    """Return a field's upper left and lower right corner, shape (2, 2).

    It reaches from the outer side of the first px to that of the last.

    Args:
        frame_size_px: Width and height of a frame.
        scale: What a pixel is worth.
    """
    return scale.to_um(np.stack([np.full(2, -0.5), np.array(frame_size_px) - 0.5]))


def present_at_start(
    track: Track,
    *,
    swims: bool,
    begin_s: float,
    corners_um: NDArray[np.float64],
    settings: PresenceSettings | None = None,
) -> bool:
    """Tell whether a cell's head was inside the field at its first instant.

    A detector finds some cells a little late. Such a cell counts if its way, drawn back to the
    first instant, begins inside the field; one that swam in comes from outside.

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
    time_s = track.time_s[near]
    xy_um = uncut(track.xy_um[near], corners_um, settings.head_um)
    if late_s <= 0:
        begin_um = np.median(xy_um[time_s <= time_s[0] + settings.begin_s], axis=0)
    else:
        (velocity_um_s,) = fit_straight([(time_s, xy_um)]).velocity_um_s
        begin_um = xy_um[0] - late_s * velocity_um_s
    return bool((begin_um >= corners_um[0]).all() and (begin_um <= corners_um[1]).all())


def uncut(
    xy_um: NDArray[np.float64], corners_um: NDArray[np.float64], head_um: float
) -> NDArray[np.float64]:
    """Return where the middles of heads are, shape (n, 2), though the picture's edge cuts some off.

    What is seen of a head lies between the edge and the head's far side: if its middle is at x
    from the edge, the head's own is at 2 x - head_um, which may be outside.

    Args:
        xy_um: Middles of what is seen of the heads, shape (n, 2).
        corners_um: The picture's upper left and lower right corner, shape (2, 2).
        head_um: From a head's middle to its side.
    """
    hidden_um = [
        np.maximum(0.0, head_um - inside)
        for inside in (xy_um - corners_um[0], corners_um[1] - xy_um)
    ]
    return np.asarray(xy_um - hidden_um[0] + hidden_um[1], np.float64)
