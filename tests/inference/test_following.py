"""From frame to frame: only what holds in both directions of time is believed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.following import FollowSettings, follow
from inference.pool import Pool, members
from tests.inference.scenes import RATE_HZ, SCALE, Cell, detect, hide, swimmer

FRAMES = 60


def crowd(seed: int) -> Pool:
    """Cells that swim through each other in a small field."""
    rng = np.random.default_rng(seed)
    cells = [
        Cell(swimmer(tuple(rng.uniform(0, 40, 2)), tuple(rng.normal(0, 40, 2)), FRAMES))
        for _ in range(12)
    ]
    return Pool.of(detect(cells, noise_um=0.3, seed=seed), SCALE)


def partition(label: NDArray[np.int64]) -> set[tuple[int, ...]]:
    return {tuple(piece.tolist()) for piece in members(label)}


@pytest.mark.parametrize("seed", range(5))
def test_time_that_runs_backward_gives_the_same_pieces(seed: int) -> None:
    pool = crowd(seed)
    onward = follow(pool, FollowSettings())
    back = follow(pool.reversed(), FollowSettings())[::-1]
    assert partition(onward) == partition(back)
    assert len(partition(onward)) >= 12


def test_reversing_time_twice_changes_nothing() -> None:
    pool = crowd(1)
    twice = pool.reversed().reversed()
    np.testing.assert_array_equal(twice.row, pool.row)
    np.testing.assert_array_equal(twice.xy_um, pool.xy_um)
    np.testing.assert_array_equal(twice.time_s, pool.time_s)


def test_the_pieces_of_cells_that_hide_in_each_other_do_not_run_through_the_meeting() -> None:
    met = slice(27, 33)
    first = swimmer((0, 0), (40, 20), FRAMES)
    second = swimmer((0, 24), (40, -20), FRAMES)
    pool = Pool.of(detect([Cell(first), Cell(hide(second, met))], noise_um=0.1), SCALE)
    for piece in members(follow(pool, FollowSettings())):
        rises_um = pool.xy_um[piece[-1], 1] - pool.xy_um[piece[0], 1]
        expected_um = 20 * (pool.row[piece[-1]] - pool.row[piece[0]]) / RATE_HZ
        assert abs(rises_um) == pytest.approx(expected_um, abs=1.5)


def test_scraps_are_left_out() -> None:
    path = hide(swimmer((0, 0), (30, 0), FRAMES), slice(2, FRAMES))
    label = follow(Pool.of(detect([Cell(path)]), SCALE), FollowSettings())
    assert (label == -1).all()
