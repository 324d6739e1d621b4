import numpy as np
import pytest

from calibration.micrometer import measure
from calibration.readings import Refusal
from inference.evaluation.drawn_micrometers import TUNING_SEED, draw_micrometer
from inference.evaluation.micrometer_check import (
    RefusalCheck,
    SlideCheck,
    check_refusal,
    check_slide,
    summarise,
)
from inference.evaluation.no_micrometers import FIRST_SEED, Kind, draw_no_micrometer

SMALL = (640, 480)


def test_a_drawn_slide_knows_its_pitch_and_shows_its_divisions() -> None:
    drawn = draw_micrometer(TUNING_SEED + 3, SMALL)
    reading = measure(drawn.picture())
    assert reading.pitch_px == pytest.approx(drawn.pitch_px, rel=5e-4)
    assert drawn.divisions_shown() <= reading.divisions + 3
    assert drawn.picture().shape == (480, 640)


def test_the_same_seed_draws_the_same_picture() -> None:
    one, other = (draw_micrometer(8, SMALL).picture() for _ in range(2))
    assert np.array_equal(one, other)


def test_nine_seeds_draw_the_nine_kinds() -> None:
    kinds = [draw_no_micrometer(FIRST_SEED + i).kind for i in range(len(Kind))]
    assert set(kinds) == set(Kind)


@pytest.mark.parametrize("kind", [Kind.NOISE, Kind.GRID, Kind.TOO_FEW])
def test_a_picture_to_be_refused_is(kind: Kind) -> None:
    seed = next(s for s in range(9) if list(Kind)[s % len(Kind)] is kind)
    assert check_refusal(seed).is_right


def test_a_check_holds_the_reading_against_the_truth() -> None:
    one = check_slide(TUNING_SEED + 3)
    assert one.error is not None
    assert one.u_rel is not None
    assert abs(one.error) < 0.005
    assert 0 < one.u_rel < 0.005


def test_summary_counts_what_is_covered_and_what_was_missed() -> None:
    checks = [
        SlideCheck(1, True, 0.001, 0.001, None),
        SlideCheck(2, True, -0.004, 0.001, None),
        SlideCheck(3, True, None, None, Refusal.BLURRED),
        SlideCheck(4, False, None, None, Refusal.BLURRED),
    ]
    found = summarise(checks)
    assert (found.slides, found.read, found.worst_seed) == (4, 2, 2)
    assert found.worst == 0.004
    assert found.median == pytest.approx(0.0025)
    assert found.covered == 0.5
    assert found.false_refusals == (3,)
    with pytest.raises(ValueError, match="no drawn slide"):
        summarise(checks[2:])


def test_an_accepted_picture_and_a_wrong_reason_are_not_right() -> None:
    assert not RefusalCheck(1, Kind.GRID, None).is_right
    assert not RefusalCheck(1, Kind.GRID, Refusal.EMPTY).is_right
    assert RefusalCheck(1, Kind.GRID, Refusal.GRID).is_right
