"""Looks of stretches of track, and how alike they are."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.likeness import ALIKE_GREY, LEAST_CHANGES, Album
from inference.looks import LOOKS
from inference.pool import Pool, members
from tests.inference.scenes import RATE_HZ, SCALE, alone

SECONDS = 8
FRAMES = round(SECONDS * RATE_HZ)


def album(*looks: NDArray[np.float64]) -> Album:
    """Tracks side by side whose looks are given frame by frame, (FRAMES, LOOKS) each."""
    places = np.array([(20.0 * i, 20.0) for i in range(len(looks))])
    found = [
        alone(frame, frame / RATE_HZ, places, np.ones(len(looks)), None, np.array(seen))
        for frame, seen in enumerate(zip(*looks, strict=True))
    ]
    pool = Pool.of(found, SCALE)
    return Album(pool, members(np.tile(np.arange(len(looks)), FRAMES)))


def steady(grey: float, noise: float = 2.0, seed: int = 0) -> NDArray[np.float64]:
    return grey + np.random.default_rng(seed).normal(0, noise, (FRAMES, LOOKS))


def spans(
    *track_begin_end: tuple[int, float, float],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    track, begin_s, end_s = np.array(track_begin_end, float).T
    return track.astype(np.int64), begin_s, end_s


def test_a_stretch_takes_what_lies_between_begin_and_end_with_both() -> None:
    one = album(steady(50), steady(90))
    begin, end = one.stretch(*spans((0, 0.0, 0.1), (1, 1.0, 1.02), (1, 3.01, 3.015), (0, 7.0, 99)))
    np.testing.assert_array_equal(end - begin, [6, 2, 0, FRAMES - 350])
    np.testing.assert_allclose(one.time_s[begin[:2]], [0.0, 1.0])


def test_looks_of_a_stretch_are_the_mean_of_its_detections() -> None:
    seen = steady(50)
    seen[100:150] += 30
    one = album(steady(90, seed=1), seen)
    looks = one.looks(*one.stretch(*spans((1, 2.0, 2.98), (1, 0.0, 1.0))))
    np.testing.assert_allclose(looks.mean, [seen[100:150].mean(0), seen[:51].mean(0)])
    assert (looks.variance < 2.0**2).all()


def test_alike_is_what_differs_no_more_than_cells_do_by_themselves() -> None:
    calm = album(steady(50), steady(50, seed=1), steady(80, seed=2))
    each = calm.looks(*calm.stretch(*spans((0, 0, 1), (1, 4, 5), (2, 4, 5))))
    rows = np.arange(3)
    strange = calm.strangeness(each.take(rows[[0, 0]]), each.take(rows[[1, 2]]))
    assert strange[0] < 0.5
    assert strange[1] > 4


def test_where_cells_change_by_themselves_a_difference_says_less() -> None:
    slow = 25 * np.sin(2 * np.pi * np.arange(FRAMES) / FRAMES * 2)[:, None]
    said = []
    for change in (0.0, 1.0):
        one = album(*(steady(grey, seed=int(grey)) + change * slow for grey in (50, 80)))
        first, second = (one.looks(*one.stretch(*spans((row, 0, 1)))) for row in (0, 1))
        said.append(one.strangeness(first, second)[0])
    assert said[1] < 0.6 * said[0]


def test_strangeness_goes_both_ways_and_is_none_of_itself() -> None:
    one = album(steady(50), steady(90))
    first, second = (one.looks(*one.stretch(*spans((row, 0, 1)))) for row in (0, 1))
    assert one.strangeness(first, second) == pytest.approx(one.strangeness(second, first))
    assert one.strangeness(first, first) == 0
    difference = first.mean + 2 * ALIKE_GREY
    assert one.strangeness(first, type(first)(difference, first.variance)) > 0


def test_looks_that_are_not_known_tell_nothing() -> None:
    unknown = album(np.full((FRAMES, LOOKS), np.nan), steady(50))
    assert not unknown.tells
    looks = unknown.looks(*unknown.stretch(*spans((1, 0, 1))))
    assert unknown.strangeness(looks, looks) == 0


def test_a_short_field_does_not_know_how_looks_change() -> None:
    assert LEAST_CHANGES > 5
    found = [
        alone(i, i / RATE_HZ, np.zeros((1, 2)), np.ones(1), None, np.zeros((1, LOOKS)))
        for i in range(100)
    ]
    assert not Album(Pool.of(found, SCALE), [np.arange(100)]).tells


def test_nothing_found_tells_nothing() -> None:
    assert not Album(Pool.of([], SCALE), []).tells
