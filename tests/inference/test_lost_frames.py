"""Kinematics of swimmers in tracks with lost frames, against the same tracks seen whole."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.gaps import Gaps
from inference.kinematics import measure
from inference.smoothing import AveragePath
from inference.tracks import Track
from tests.inference.test_kinematics import known, times, track, value, withheld

NOISE_UM = 0.15
FINE = {"linearity", "wobble_ratio", "alh_um", "bcf_hz", "mad_deg"}
BEAT = {"alh_um", "bcf_hz", "mad_deg"}
Kept = Callable[[int, np.random.Generator], NDArray[np.bool_]]


def long_gap(points: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    begin = rng.integers(15, points - 35)
    return (np.arange(points) < begin) | (np.arange(points) >= begin + 20)


def every_fifth_lost(points: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    return (np.arange(points) + rng.integers(5)) % 5 != 0


def seen_by_chance(points: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    return rng.random(points) < 0.55


def few_lost(points: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    kept = np.ones(points, bool)
    kept[rng.choice(points, points // 25, replace=False)] = False
    return kept


def swimmers(
    seconds: float, lost: Kept, number: int = 20, rate_hz: float = 50
) -> list[tuple[Track, Track]]:
    """Swimmers at 60 µm/s with a beat of 2.5 µm at 8 Hz, each seen whole and with lost frames."""
    rng = np.random.default_rng(8)
    pairs = []
    for _ in range(number):
        time_s = times(seconds, rate_hz)
        across = 2.5 * np.sin(2 * np.pi * 8 * time_s + rng.uniform(0, 6))
        path = np.stack([60 * time_s, across], axis=1) + rng.normal(0, NOISE_UM, (len(time_s), 2))
        kept = lost(len(path), rng)
        kept[[0, -1]] = True
        pairs.append((track(path, rate_hz), track(path, rate_hz, kept)))
    return pairs


def means(pairs: list[tuple[Track, Track]], name: str) -> tuple[float, float]:
    """Mean of a measure over swimmers that were seen whole, and over the same with lost frames."""
    found = [[value(getattr(measure(one, known(NOISE_UM)), name)) for one in two] for two in pairs]
    whole, torn = np.mean(found, axis=0)
    return float(whole), float(torn)


@pytest.mark.parametrize(
    ("seconds", "lost"), [(1.2, long_gap), (2, every_fifth_lost), (2, seen_by_chance)]
)
@pytest.mark.parametrize("name", ["vcl_um_s", "vap_um_s", "vsl_um_s", "straightness"])
def test_speeds_are_those_of_the_path_that_was_seen(seconds: float, lost: Kept, name: str) -> None:
    whole, torn = means(swimmers(seconds, lost), name)
    assert torn == pytest.approx(whole, rel=0.03)


@pytest.mark.parametrize("lost", [long_gap, every_fifth_lost, seen_by_chance])
def test_the_rate_is_that_at_which_the_cell_was_seen(lost: Kept) -> None:
    for _, torn in swimmers(2, lost, number=5):
        found = measure(torn, known(NOISE_UM))
        assert found.rate_hz == pytest.approx((len(torn) - 1) / 2)
        reason = f"it was seen at {found.rate_hz:.4g} Hz and this needs 50 Hz"
        assert withheld(found) == dict.fromkeys(FINE, reason)


def test_a_beat_that_was_hardly_seen_is_withheld() -> None:
    for _, torn in swimmers(1.2, long_gap, number=5, rate_hz=100):
        reason = "18 % of its time lies in gaps and this bears 10 %"  # 0.21 s of 1.2 s
        assert withheld(measure(torn, known(NOISE_UM))) == dict.fromkeys(BEAT, reason)


@pytest.mark.parametrize("name", sorted(FINE))
def test_a_few_lost_frames_change_no_shape(name: str) -> None:
    whole, torn = means(swimmers(2, few_lost), name)
    assert torn == pytest.approx(whole, rel=0.03)


def test_what_happens_in_a_gap_is_no_beat() -> None:
    whole, _ = swimmers(4, few_lost, number=1)[0]
    kept = np.ones(len(whole), bool)
    kept[90:106] = False
    found, seen = (measure(one, known(NOISE_UM)) for one in (whole, whole.take(kept)))
    assert value(seen.bcf_hz) == pytest.approx(value(found.bcf_hz), rel=0.04)
    assert value(seen.mad_deg) == pytest.approx(value(found.mad_deg), rel=0.02)


@pytest.mark.parametrize("name", ["vcl_um_s", "vap_um_s"])
def test_errors_with_lost_frames_are_as_large_as_stated(name: str) -> None:
    rng = np.random.default_rng(9)
    _, torn = swimmers(2, every_fifth_lost, number=1)[0]
    off = []
    for _ in range(100):
        noise = rng.normal(0, NOISE_UM, torn.xy_um.shape)
        found = getattr(measure(replace(torn, xy_um=torn.xy_um + noise), known(NOISE_UM)), name)
        off.append((value(found), found.u))
    found, u = np.array(off).T
    assert 0.7 < found.std() / u.mean() < 1.4


def test_the_way_back_over_bridges_is_the_transposed_map() -> None:
    rng = np.random.default_rng(1)
    time_s = np.flatnonzero(rng.random(100) < 0.6) / 50
    places = rng.normal(size=(len(time_s), 2))
    gaps = Gaps.of(time_s, 0.02)
    average = AveragePath.bridged(time_s, places, gaps, 0.1)
    assert len(average.smooth_um) > len(time_s) == len(average.seen_um)
    slopes = rng.normal(size=average.smooth_um.shape)
    there = (average.smooth_um * slopes).sum()
    assert (average.back(slopes) * places).sum() == pytest.approx(there)
