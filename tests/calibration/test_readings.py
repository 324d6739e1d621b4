import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.comb import widen
from calibration.readings import (
    CERTIFICATE_U_REL,
    FILE_ASPECT_U_REL,
    SQUARE_U_REL,
    MicrometerReading,
    NotAMicrometerError,
    Refusal,
    Rulings,
    measured_scale,
    reading_of_frames,
    scale_from_readings,
)
from calibration.scale import ScaleError

NONE = Rulings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), (0.0, 0.0))


def reading(
    angle_deg: float, um_x: float, um_y: float, division_um: float = 10.0, u_rel: float = 0.001
) -> MicrometerReading:
    """What a slide at this angle (in px) reads for pixels of um_x by um_y µm."""
    x, y = math.cos(math.radians(angle_deg)) / um_x, math.sin(math.radians(angle_deg)) / um_y
    pitch = division_um * math.hypot(x, y)
    return MicrometerReading(
        pitch_px=pitch,
        u_scatter_px=pitch * u_rel,
        u_method_px=0.0,
        angle_deg=angle_deg,
        u_angle_deg=0.05,
        divisions=30,
        division_um=division_um,
        dark_lines=True,
        edge_px=2.0,
        rulings=NONE,
    )


scales = st.floats(0.1, 1.5)


@given(scales, st.floats(0.8, 1.5), st.floats(-20, 20), st.floats(70, 110))
def test_two_orientations_give_x_and_y(
    um_x: float, aspect: float, first: float, second: float
) -> None:
    um_y = um_x / aspect
    scale = scale_from_readings(
        [reading(first, um_x, um_y), reading(second, um_x, um_y)], pixel_aspect=None
    )
    assert scale.um_per_px_x == pytest.approx(um_x)
    assert scale.um_per_px_y == pytest.approx(um_y)


@given(scales, st.floats(0.8, 1.5), st.floats(-90, 90))
def test_one_orientation_and_the_pixel_aspect_give_x_and_y(
    um_x: float, aspect: float, angle: float
) -> None:
    scale = scale_from_readings([reading(angle, um_x, um_x / aspect)], pixel_aspect=aspect)
    assert scale.um_per_px_x == pytest.approx(um_x)
    assert scale.um_per_px_y == pytest.approx(um_x / aspect)


def test_uncertainty_is_reading_and_certificate() -> None:
    alone = scale_from_readings([reading(0, 0.5, 0.5)])
    assert alone.u_rel_x == pytest.approx(math.hypot(0.001, CERTIFICATE_U_REL), rel=1e-3)
    assert alone.u_rel_y == alone.u_rel_x
    assert alone.source == "stage micrometer"


def test_repeats_lower_the_reading_but_not_the_certificate() -> None:
    four = scale_from_readings([reading(0, 0.5, 0.5)] * 4, certificate_u_rel=0.0)
    assert four.u_rel_x == pytest.approx(0.0005, rel=0.01)
    many = scale_from_readings([reading(0, 0.5, 0.5)] * 100)
    assert many.u_rel_x is not None
    assert many.u_rel_x > CERTIFICATE_U_REL


def test_a_better_reading_counts_more() -> None:
    good, bad = reading(0, 0.5, 0.5, u_rel=0.0001), reading(0, 0.501, 0.501, u_rel=0.002)
    assert scale_from_readings([good, bad]).um_per_px_x == pytest.approx(0.5, rel=1e-4)


def test_slides_of_different_division_combine() -> None:
    scale = scale_from_readings(
        [reading(0, 0.4, 0.5), reading(90, 0.4, 0.5, division_um=25)], pixel_aspect=None
    )
    assert (scale.um_per_px_x, scale.um_per_px_y) == pytest.approx((0.4, 0.5))


@pytest.mark.parametrize("angles", [[], [0], [90], [10, 10], [10, 14], [45, -45]])
def test_orientations_that_do_not_tell_x_from_y_are_an_error(angles: list[float]) -> None:
    with pytest.raises(ScaleError, match="slide"):
        scale_from_readings([reading(a, 0.5, 0.5) for a in angles], pixel_aspect=None)


def test_a_refusal_is_one_line_with_its_reason() -> None:
    error = NotAMicrometerError(Refusal.GRID, "lines run in two directions")
    assert str(error) == "no micrometer reading (grid): lines run in two directions"
    assert error.reason is Refusal.GRID


def off(times: float) -> MicrometerReading:
    one = reading(0, 0.5, 0.5, u_rel=0.0001)
    return replace(one, pitch_px=one.pitch_px * times)


def test_readings_that_differ_too_much_add_a_part_of_their_own() -> None:
    same = measured_scale([off(1), off(1), off(1)])
    assert same.u_rel_repeat == (0.0, 0.0)
    spread = measured_scale([off(0.998), off(1), off(1.002), off(0.999), off(1.001)])
    # Paule and Mandel: the spread of the five is 0.00158, of which 0.0001 is their own.
    alone = math.sqrt(0.00158**2 - 0.0001**2) / math.sqrt(5)
    assert spread.u_rel_repeat[0] == pytest.approx(widen(4) * alone, rel=0.02)
    assert spread.u_rel_reading[0] < 0.0001
    parts = (spread.u_rel_reading[0], spread.u_rel_repeat[0], spread.u_rel_certificate)
    assert spread.scale.u_rel_x == pytest.approx(math.hypot(*parts))


def test_readings_of_two_setups_are_an_error() -> None:
    with pytest.raises(ScaleError, match="differ"):
        scale_from_readings([off(1), off(1.03)])


def test_frames_of_a_clip_do_not_wear_down_the_uncertainty_of_one() -> None:
    one = reading_of_frames([off(1)])
    many = reading_of_frames([off(1)] * 9)
    assert many.u_rel_reading == pytest.approx(one.u_rel_reading)
    restless = reading_of_frames([off(0.999), off(1), off(1.001)])
    assert restless.pitch_px == pytest.approx(20.0)
    assert restless.u_repeat_px == pytest.approx(widen(2) * 0.02 / math.sqrt(3))
    assert restless.u_rel_reading > 3 * one.u_rel_reading


def test_a_slide_that_moves_during_a_clip_is_an_error() -> None:
    with pytest.raises(ScaleError, match="still"):
        reading_of_frames([off(1), off(1.02)])


def of_shape(angles: list[float], aspect: float | None, u_rel: float) -> tuple[float, float]:
    """The part of a pixel's shape in x and y."""
    readings = [reading(angle, 0.5, 0.5) for angle in angles]
    return measured_scale(readings, pixel_aspect=aspect, aspect_u_rel=u_rel).u_rel_shape


def test_what_is_not_known_of_a_pixels_shape_falls_on_the_axis_that_was_not_measured() -> None:
    assert of_shape([0], 1.0, 0.02) == pytest.approx((0, 0.02), abs=1e-4)
    assert of_shape([90], 1.0, 0.02) == pytest.approx((0.02, 0), abs=1e-4)
    assert of_shape([45], 1.0, 0.02) == pytest.approx((0.01, 0.01), abs=1e-4)
    assert of_shape([0, 90], None, 0.02) == (0, 0)
    assert of_shape([0], 1.0, 0.0) == (0, 0)


@pytest.mark.parametrize(
    ("true", "taken", "u_rel"),
    [
        (12 / 11, 16 / 15, FILE_ASPECT_U_REL),
        (16 / 15, 12 / 11, FILE_ASPECT_U_REL),
        (8 / 9, 10 / 11, FILE_ASPECT_U_REL),
        (12 / 11, 1.0, SQUARE_U_REL),
        (8 / 9, 1.0, SQUARE_U_REL),
    ],
)
def test_another_shape_of_video_pixels_lies_within_the_uncertainty(
    true: float, taken: float, u_rel: float
) -> None:
    one = reading(2, 0.5, 0.5 / true)
    found = measured_scale([one], pixel_aspect=taken, aspect_u_rel=u_rel)
    assert found.scale.u_rel_x is not None
    assert found.scale.u_rel_y is not None
    off = abs(found.scale.um_per_px_y * true / 0.5 - 1)
    assert 1.5 * found.scale.u_rel_y < off < 2.8 * found.scale.u_rel_y
    assert found.scale.u_rel_x < 0.003, "x was measured"
    parts = (found.u_rel_reading[1], found.u_rel_certificate, found.u_rel_shape[1])
    assert found.scale.u_rel_y == pytest.approx(math.hypot(*parts))


def test_distortion_is_a_part_of_both_axes_and_left_out_where_it_is_not_known() -> None:
    one = reading(0, 0.5, 0.5)
    unknown = measured_scale([one])
    assert unknown.u_rel_distortion is None
    known = measured_scale([replace(one, distortion_percent=-1.0, u_distortion_percent=0.1)])
    assert known.u_rel_distortion == pytest.approx(0.006)
    for before, now in (
        (unknown.scale.u_rel_x, known.scale.u_rel_x),
        (unknown.scale.u_rel_y, known.scale.u_rel_y),
    ):
        assert before is not None
        assert now == pytest.approx(math.hypot(before, 0.006))
