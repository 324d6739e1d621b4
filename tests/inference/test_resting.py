"""A cell that lies still keeps its track where a swimmer passes over it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.linker import link
from inference.pool import Pool
from inference.resting import RestSettings, keep_resting
from tests.inference.scenes import RATE_HZ, SCALE, WIDE_UM, Cell, detect, hide, swimmer

FRAMES = 200
MET = 100
PLACE_UM = (50.0, 50.0)


def lying(place_um: tuple[float, float] = PLACE_UM) -> NDArray[np.float64]:
    return np.tile(place_um, (FRAMES, 1))


def passing() -> NDArray[np.float64]:
    """A swimmer that is over the cell at MET, at 40 µm/s."""
    return swimmer((50 - 40 * MET / RATE_HZ, 50), (40, 0), FRAMES)


def labelled(*paths: NDArray[np.float64]) -> tuple[Pool, NDArray[np.int64]]:
    """All places of the paths, each found where it is nearest, as one pool with their numbers."""
    pool = Pool.of(detect([Cell(path) for path in paths], noise_um=0.1), SCALE)
    at = np.array([path[pool.row] for path in paths])
    label = np.nanargmin(np.hypot(*np.moveaxis(at - pool.xy_um, -1, 0)), axis=0)
    return pool, label.astype(np.int64)


def confused() -> tuple[Pool, NDArray[np.int64], NDArray[np.int64]]:
    """The cell is not seen at MET, and its track goes on with the swimmer, not seen before."""
    cell, passer = hide(lying(), slice(MET - 3, MET + 5)), hide(passing(), slice(0, MET))
    pool, truth = labelled(cell, passer)
    taken = truth.copy()
    taken[(truth == 0) & (pool.row > MET)] = 2
    taken[truth == 1] = 0
    return pool, truth, taken


def same(pool: Pool, one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether two labellings put together the same detections, but for the moment of meeting."""
    apart = np.abs(np.abs(pool.time_s[pool.row]) - MET / RATE_HZ) > 5 / RATE_HZ
    pairs = np.unique(np.stack([one, other])[:, apart], axis=1)
    return len(np.unique(pairs[0])) == len(np.unique(pairs[1])) == pairs.shape[1]


def test_a_track_is_given_back_to_the_cell_that_lay_there() -> None:
    pool, truth, taken = confused()
    assert same(pool, keep_resting(pool, taken, RestSettings()), truth)


def test_and_so_is_what_follows_a_track_that_a_swimmer_ends_in() -> None:
    pool, truth, taken = confused()
    backwards = pool.reversed()
    given = keep_resting(backwards, taken[::-1], RestSettings())
    assert same(backwards, given, truth[::-1])


def test_a_cell_that_two_swimmers_pass_over_stays_one() -> None:
    again = 150
    cell = hide(hide(lying(), slice(MET - 53, MET - 45)), slice(again - 3, again + 5))
    first, second = (
        hide(swimmer((50 - 40 * at / RATE_HZ, 50), (40, 0), FRAMES), slice(0, at))
        for at in (MET - 50, again)
    )
    pool, truth = labelled(cell, first, second)
    taken = truth.copy()
    taken[truth == 1], taken[truth == 2] = 0, 3
    taken[(truth == 0) & (pool.row > MET - 50)] = 3
    taken[(truth == 0) & (pool.row > again)] = 4
    given = keep_resting(pool, taken, RestSettings(still_s=0.8))
    of_cell, counts = np.unique(given[truth == 0], return_counts=True)
    assert counts.max() == (truth == 0).sum()
    assert len({*given[(truth > 0) & (pool.row % 50 > 10)]}) == 2
    assert of_cell[counts.argmax()] not in given[(truth > 0) & (pool.row % 50 > 10)]


@pytest.mark.parametrize("gap_s", [0.01, 2.0])
def test_only_what_is_found_again_soon_lay_there(gap_s: float) -> None:
    pool, truth, taken = confused()
    given = keep_resting(pool, taken, RestSettings(gap_s=gap_s))
    assert same(pool, given, truth if gap_s > 1 else taken)


def test_a_swimmer_that_passes_where_a_cell_is_found_later_keeps_its_track() -> None:
    pool, truth = labelled(hide(lying(), slice(0, MET + 5)), passing())
    np.testing.assert_array_equal(keep_resting(pool, truth, RestSettings()), truth)


def test_a_cell_beside_another_that_lies_still_keeps_its_track() -> None:
    pool, truth = labelled(lying(), hide(lying((52.0, 50.0)), slice(0, MET)))
    np.testing.assert_array_equal(keep_resting(pool, truth, RestSettings()), truth)


def test_nothing_found_stays_nothing() -> None:
    pool = Pool.of(detect([Cell(np.full((20, 2), np.nan))]), SCALE)
    assert keep_resting(pool, np.empty(0, np.int64), RestSettings()).shape == (0,)


def test_linking_tells_the_cell_from_the_swimmer() -> None:
    passer = hide(swimmer((32, 50), (10, 0), FRAMES), slice(0, MET - 5))
    cell = hide(lying(), slice(MET - 5, MET + 12))
    tracks = link(detect([Cell(cell), Cell(passer)]), SCALE, WIDE_UM)
    still = [track for track in tracks if np.ptp(track.xy_um[:, 0]) < 3]
    assert [len(track) for track in still] == [FRAMES]
    assert len(tracks) == 2
