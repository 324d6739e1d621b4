"""Which cells were in the field at its first instant: those are counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.tracks import Track


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Which tracks were there at the field's first instant, though first seen after it.

    Attributes:
        swimmer_s: A swimmer may be first seen this much later.
        still_s: A cell that gets nowhere may be first seen this much later.
        look_s: Length of the begin of a track from which its earlier way is judged.
    """

    swimmer_s: float = 0.8
    still_s: float = 1.0
    look_s: float = 0.3


def present_at_start(
    track: Track,
    *,
    swims: bool,
    begin_s: float,
    field_um: tuple[float, float],
    settings: PresenceSettings | None = None,
) -> bool:
    """Tell whether a cell was in the field at its first instant.

    A detector finds some cells a little late. Such a cell counts if its way, drawn back to the
    first instant, begins inside the field; one that swam in comes from outside.

    Args:
        track: The cell through time.
        swims: Whether it is progressive.
        begin_s: Time of the field's first frame.
        field_um: Width and height of the field.
        settings: How late a cell may be first seen; the defaults if None.
    """
    settings = settings or PresenceSettings()
    late_s = float(track.time_s[0]) - begin_s
    if late_s <= 0:
        return True
    if late_s > (settings.swimmer_s if swims else settings.still_s):
        return False
    near = track.time_s <= track.time_s[0] + settings.look_s
    begin_um = track.xy_um[0] - late_s * _velocity(track.time_s[near], track.xy_um[near])
    return bool((begin_um >= 0).all() and (begin_um <= np.array(field_um)).all())


def _velocity(time_s: NDArray[np.float64], xy_um: NDArray[np.float64]) -> NDArray[np.float64]:
    off_s = time_s - time_s.mean()
    spread = float((off_s**2).sum())
    if spread == 0:
        return np.zeros(2)
    velocity: NDArray[np.float64] = (off_s[:, None] * xy_um).sum(0) / spread
    return velocity
