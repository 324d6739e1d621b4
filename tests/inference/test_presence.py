"""Which cells were there at the field's first instant."""

import numpy as np
import pytest

from calibration.scale import Scale
from inference.presence import counting_frame_px, present_at_start
from inference.tracks import Track

CORNERS_UM = np.array([[0.0, 0.0], [320.0, 240.0]])


def seen_from(
    start_s: float, place_um: tuple[float, float], velocity: tuple[float, float]
) -> Track:
    time_s = start_s + np.arange(100) / 50
    n = len(time_s)
    xy_um = np.array(place_um) + (time_s - start_s)[:, None] * np.array(velocity)
    frame = np.round(time_s * 50).astype(np.int64)
    return Track(
        1,
        frame,
        time_s,
        xy_um,
        np.ones((n, 2)),
        np.ones(n),
        np.ones(n),
        np.ones(n),
        np.zeros(n, bool),
    )


@pytest.mark.parametrize(
    ("start_s", "place_um", "velocity", "swims", "expected"),
    [
        (0.0, (100, 100), (50, 0), True, True),
        (0.0, (3.5, 100), (50, 0), True, True),
        (0.0, (2.9, 100), (0, 0), False, False),  # in the picture, but not in the frame
        (0.0, (3.1, 100), (0, 0), False, True),
        (0.0, (317.1, 100), (0, 0), False, False),
        (0.0, (100, 237.1), (0, 0), False, False),
        (0.1, (2.9, 100), (1, 0), False, False),  # drifts in
        (0.4, (1.5, 100), (-20, 0), False, False),  # flickers at the edge
        (0.2, (100, 100), (50, 0), True, True),  # found late, but it was there
        (0.6, (100, 100), (50, 0), True, True),
        (0.2, (2, 100), (50, 0), True, False),  # swam in
        (0.6, (28, 100), (50, 0), True, False),
        (0.2, (318, 100), (-50, 0), True, False),
        (0.2, (5, 100), (-50, 0), True, True),  # swims out
        (1.3, (100, 100), (50, 0), True, False),
        (1.4, (100, 100), (0, 0), False, True),  # lies there and was found late
        (1.6, (100, 100), (0, 0), False, False),
    ],
)
def test_presence_at_the_first_instant(
    start_s: float,
    place_um: tuple[float, float],
    velocity: tuple[float, float],
    swims: bool,
    expected: bool,
) -> None:
    track = seen_from(start_s, place_um, velocity)
    assert present_at_start(track, swims=swims, begin_s=0.0, corners_um=CORNERS_UM) is expected


def test_presence_is_measured_from_the_fields_own_begin() -> None:
    track = seen_from(30.0, (100, 100), (50, 0))
    assert present_at_start(track, swims=True, begin_s=30.0, corners_um=CORNERS_UM)
    assert not present_at_start(track, swims=True, begin_s=0.0, corners_um=CORNERS_UM)


def test_the_counting_frame_lies_a_guard_inside_the_outer_sides_of_the_outermost_px() -> None:
    frame_px = counting_frame_px((640, 480), Scale(0.5, 0.25, "test"))
    np.testing.assert_allclose(frame_px, [(5.5, 11.5), (633.5, 467.5)])
