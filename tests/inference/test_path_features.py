"""What the grader reads of a track."""

import numpy as np
import pytest

from inference.grader import PathGrader
from inference.grading import FieldConditions
from inference.model import SHIPPED_GRADES, read_card
from inference.path_features import (
    EVEN_SWING_UM,
    EVEN_UM_S,
    REACH_BINS,
    ROWS,
    Feature,
    batch,
    path_features,
)
from inference.tracks import Track

NOISY = FieldConditions(0.1)


def track(xy_um: np.ndarray, rate_hz: float = 50.0, activity: float = np.nan) -> Track:
    n = len(xy_um)
    return Track(
        track_id=1,
        frame=np.arange(n),
        time_s=np.arange(n) / rate_hz,
        xy_um=xy_um,
        size_um=np.full((n, 2), 5.0),
        score=np.ones(n),
        activity=np.full(n, activity),
        moves=np.full(n, np.nan),
        interpolated=np.zeros(n, bool),
    )


def straight(speed_um_s: float, seconds: float = 3.0, rate_hz: float = 50.0) -> np.ndarray:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return time_s[:, None] * np.array([0.6, 0.8]) * speed_um_s


def speed(value: np.ndarray) -> np.ndarray:
    return EVEN_UM_S * np.expm1(value)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 150.0])
def test_an_even_swimmer_reads_the_same_speed_everywhere(rate_hz: float) -> None:
    features = path_features(track(straight(30.0, rate_hz=rate_hz), rate_hz), NOISY)
    for row in (Feature.STEP, Feature.NET, Feature.FARTHEST):
        np.testing.assert_allclose(speed(features[row]), 30, rtol=0.02)
    np.testing.assert_allclose(features[Feature.WOBBLE], 0, atol=1e-3)


def test_the_direction_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    path = np.cumsum(rng.normal(0, 0.5, (120, 2)), axis=0)
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    np.testing.assert_allclose(
        path_features(track(path), NOISY), path_features(track(path @ turn + 70), NOISY), atol=1e-4
    )


def test_bridged_points_are_left_out() -> None:
    path = straight(30.0)
    spoiled = path.copy()
    spoiled[40:55] += 25
    bridged = np.zeros(len(path), bool)
    bridged[40:55] = True
    whole = track(spoiled)
    seen = Track(**{**{n: getattr(whole, n) for n in whole.__slots__}, "interpolated": bridged})
    features = path_features(seen, NOISY)
    np.testing.assert_allclose(speed(features[Feature.NET]), 30, rtol=0.02)
    assert features[Feature.SEEN].min() < 1


def test_what_was_not_measured_is_marked() -> None:
    unknown = path_features(track(straight(1.0)), NOISY)
    known = path_features(track(straight(1.0), activity=4.0), NOISY)
    assert not unknown[Feature.ACTIVITY_KNOWN].any()
    assert known[Feature.ACTIVITY_KNOWN].all()
    assert not known[Feature.DEBRIS_KNOWN].any()
    beside = path_features(track(straight(1.0)), FieldConditions(0.1, debris_activity=2.0))
    np.testing.assert_allclose(beside[[Feature.DEBRIS, Feature.DEBRIS_KNOWN]], 1)
    np.testing.assert_allclose(known[Feature.ACTIVITY], 2)


@pytest.mark.parametrize("points", [1, 2, 9])
def test_a_short_track_can_be_described(points: int) -> None:
    features = path_features(track(straight(20.0)[:points]), NOISY)
    assert np.isfinite(features).all()


def test_a_batch_is_padded_with_bins_that_are_not_present() -> None:
    short, long = (path_features(track(straight(20.0, s)), NOISY) for s in (1.0, 3.0))
    padded = batch([short, long])
    assert padded.shape == (2, ROWS, long.shape[1] + REACH_BINS)
    assert padded[0, Feature.PRESENT].sum() == short.shape[1]


def test_what_is_answered_for_a_track_hangs_on_no_other_one() -> None:
    rng = np.random.default_rng(5)
    grader = PathGrader(read_card(SHIPPED_GRADES))
    long = track(straight(20.0, 10.0))
    for seconds in rng.uniform(0.2, 5.0, 40):
        wobbling = straight(float(rng.uniform(0, 30)), float(seconds))
        one = track(
            wobbling + rng.normal(0, 0.3, wobbling.shape), activity=float(rng.uniform(1, 3))
        )
        alone, beside = grader.probabilities([one], NOISY), grader.probabilities([one, long], NOISY)
        np.testing.assert_allclose(alone[0], beside[0], atol=1e-6)


def test_how_alive_a_cell_looks_has_an_end() -> None:
    """How much more than alive hangs on the optics, and must not be taken for a grade."""
    alive, more = (path_features(track(straight(30.0), activity=a), NOISY) for a in (5.0, 20.0))
    np.testing.assert_array_equal(alive, more)
    dead = path_features(track(straight(30.0), activity=1.0), NOISY)
    assert (dead[Feature.ACTIVITY] < alive[Feature.ACTIVITY]).all()


def test_the_swing_of_a_head_is_read_where_the_track_can_show_it() -> None:
    time_s = np.arange(150) / 50.0
    path = straight(10.0)
    path[:, 0] += 0.4 * np.sin(2 * np.pi * 4.7 * time_s)
    features = path_features(track(path), NOISY)
    assert (features[Feature.SWING_KNOWN] == 1).all()
    doublings = features[Feature.SWING :, 0]
    assert doublings.argmax() == 2
    assert doublings[2] == pytest.approx(np.log2(0.4 / EVEN_SWING_UM), abs=0.1)
    assert not path_features(track(path[:40]), NOISY)[Feature.SWING_KNOWN :].any()
    by_hand = FieldConditions(0.1, shows_swing=False)
    assert not path_features(track(path), by_hand)[Feature.SWING_KNOWN :].any()
