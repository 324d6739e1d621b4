"""One cell, one track; and cells that meet keep their names."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.doubles import DoubleSettings, drop_doubles
from inference.linker import link
from inference.pool import Pool
from tests.inference.scenes import SCALE, WIDE_UM, Cell, detect, hide, swimmer

FRAMES = 100
SETTINGS = DoubleSettings()


def pool_of(paths: Sequence[NDArray[np.float64]]) -> tuple[Pool, NDArray[np.int64]]:
    """The detections of some paths, and which path each belongs to."""
    pool = Pool.of(detect([Cell(path) for path in paths], noise_um=0.0), SCALE)
    places = np.stack([path[pool.row] for path in paths])
    apart = np.hypot(*(places - pool.xy_um).transpose(2, 0, 1))
    return pool, np.nan_to_num(apart, nan=np.inf).argmin(0)


def crossing(angle_deg: float, speed_um_s: float = 40.0) -> list[NDArray[np.float64]]:
    """Two swimmers that are in one place at the middle of their way; there one alone is seen."""
    angle = np.radians(angle_deg)
    ways = [np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])]
    half_s = (FRAMES - 1) / 2 / 50
    first, second = (
        swimmer(np.array([150.0, 120.0]) - half_s * speed_um_s * way, speed_um_s * way, FRAMES)
        for way in ways
    )
    together = np.hypot(*(first - second).T) < 2.5
    return [first, np.where(together[:, None], np.nan, second)]


@pytest.mark.parametrize("angle_deg", [30, 60, 90, 140, 180])
def test_two_swimmers_that_cross_keep_their_names(angle_deg: float) -> None:
    paths = crossing(angle_deg)
    tracks = link(detect([Cell(path) for path in paths], noise_um=0.2), SCALE, WIDE_UM)
    assert len(tracks) == 2
    for track in tracks:
        apart = [np.nanmax(np.hypot(*(path[track.frame] - track.xy_um).T)) for path in paths]
        assert min(apart) < 3


def test_a_swimmer_that_passes_over_a_dead_cell_leaves_it_its_name() -> None:
    dead = np.tile([150.0, 120.0], (FRAMES, 1))
    alive = swimmer((110, 121), (40, 0), FRAMES)
    tracks = link(detect([Cell(dead), Cell(alive)], noise_um=0.2), SCALE, WIDE_UM)
    ways = sorted(float(np.hypot(*(track.xy_um[-1] - track.xy_um[0]))) for track in tracks)
    assert len(tracks) == 2
    assert ways[0] < 3
    assert ways[1] == pytest.approx(79, abs=4)


def test_a_ghost_beside_a_cell_that_jumps_does_not_take_its_track() -> None:
    """Where a frame was lost, a swimmer is ahead of itself and an echo stays behind."""
    path = swimmer((50, 50), (90, 0), FRAMES)
    jumped = np.concatenate([path[:50], path[50:] + np.array([3.0, 0.0])])
    echo = np.full_like(path, np.nan)
    echo[50] = path[50]
    tracks = link(detect([Cell(jumped), Cell(echo, score=0.3)], noise_um=0.2), SCALE, WIDE_UM)
    assert [len(track) for track in tracks] == [FRAMES]


def test_the_weaker_of_two_tracks_of_one_cell_goes() -> None:
    path = swimmer((50, 50), (30, 0), FRAMES)
    pool, label = pool_of([path, hide(path + np.array([2.0, 0.0]), slice(60, None))])
    weaker = replace(pool, score=np.where(label == 1, 0.6, 0.9))
    kept = drop_doubles(weaker, label, SETTINGS)
    assert set(kept[label == 0].tolist()) == {0}
    assert set(kept[label == 1].tolist()) == {-1}


def test_cells_side_by_side_and_cells_that_cross_both_stay() -> None:
    side_by_side = [np.tile([x, 80.0], (FRAMES, 1)) for x in (100.0, 104.0)]
    for paths in (side_by_side, [np.nan_to_num(path, nan=-50.0) for path in crossing(90)]):
        pool, label = pool_of(paths)
        assert (drop_doubles(pool, label, SETTINGS) == label).all()


def test_a_track_that_is_dropped_drops_no_other() -> None:
    """A ghost lies between two cells, nearer to each than they are to each other."""
    pool, label = pool_of([np.tile([x, 80.0], (FRAMES, 1)) for x in (25.0, 28.0, 31.0)])
    score = np.array([0.95, 0.9, 0.85])[label]
    kept = drop_doubles(replace(pool, score=score), label, SETTINGS)
    assert sorted(set(kept.tolist())) == [-1, 0, 2]


def test_nothing_is_no_trouble() -> None:
    pool = Pool.of([], SCALE)
    assert len(drop_doubles(pool, np.empty(0, np.int64), SETTINGS)) == 0
