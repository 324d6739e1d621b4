"""Cells that meet keep their names, and one cell is one track."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.encounters import EncounterSettings, drop_doubles, open_encounters, take_back
from inference.linker import link
from inference.pool import Pool
from tests.inference.scenes import SCALE, Cell, detect, hide, swimmer

FRAMES = 100
SETTINGS = EncounterSettings()


def pool_of(paths: Sequence[NDArray[np.float64]]) -> tuple[Pool, NDArray[np.int64]]:
    """The detections of some paths, and which path each belongs to."""
    pool = Pool.of(detect([Cell(path) for path in paths], noise_um=0.0), SCALE)
    places = np.stack([path[pool.row] for path in paths])
    apart = np.hypot(*(places - pool.xy_um).transpose(2, 0, 1))
    return pool, np.nan_to_num(apart, nan=np.inf).argmin(0)


def crossing(angle_deg: float, speed_um_s: float = 40.0) -> list[NDArray[np.float64]]:
    """Two swimmers that are in one place at the middle of their way."""
    angle = np.radians(angle_deg)
    ways = [np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])]
    half_s = (FRAMES - 1) / 2 / 50
    return [
        swimmer(np.array([150.0, 120.0]) - half_s * speed_um_s * way, speed_um_s * way, FRAMES)
        for way in ways
    ]


def merged(paths: list[NDArray[np.float64]], reach_um: float = 2.5) -> list[NDArray[np.float64]]:
    """What a detector sees of two heads over each other: one of them."""
    first, second = paths
    together = np.hypot(*(first - second).T) < reach_um
    return [first, np.where(together[:, None], np.nan, second)]


@pytest.mark.parametrize("angle_deg", [30, 60, 90, 140, 180])
def test_two_swimmers_that_cross_keep_their_names(angle_deg: float) -> None:
    paths = crossing(angle_deg)
    tracks = link(detect([Cell(path) for path in merged(paths)], noise_um=0.2), SCALE)
    assert len(tracks) == 2
    for track in tracks:
        apart = [np.hypot(*(path[track.frame] - track.xy_um).T).max() for path in paths]
        assert min(apart) < 3


def test_a_swimmer_that_passes_over_a_dead_cell_leaves_it_its_name() -> None:
    dead = np.tile([150.0, 120.0], (FRAMES, 1))
    alive = swimmer((110, 121), (40, 0), FRAMES)
    tracks = link(detect([Cell(dead), Cell(alive)], noise_um=0.2), SCALE)
    ways = sorted(float(np.hypot(*(track.xy_um[-1] - track.xy_um[0]))) for track in tracks)
    assert len(tracks) == 2
    assert ways[0] < 3
    assert ways[1] == pytest.approx(79, abs=4)


def test_tracks_are_opened_where_they_meet_and_nowhere_else() -> None:
    pool, label = pool_of(crossing(90))
    opened = open_encounters(pool, label, SETTINGS)
    assert len(set(opened.tolist()) - {-1}) == 4
    gone = pool.xy_um[opened < 0]
    assert (np.hypot(*(gone - (150, 120)).T) < SETTINGS.meeting_um).all()


def test_cells_that_stay_together_are_not_opened() -> None:
    side_by_side = [np.tile([x, 80.0], (FRAMES, 1)) for x in (100.0, 104.0)]
    pool, label = pool_of(side_by_side)
    assert (open_encounters(pool, label, SETTINGS) == label).all()


def test_the_weaker_of_two_tracks_of_one_cell_goes() -> None:
    path = swimmer((50, 50), (30, 0), FRAMES)
    pool, label = pool_of([path, hide(path + np.array([2.0, 0.0]), slice(60, None))])
    weaker = replace(pool, score=np.where(label == 1, 0.6, 0.9))
    kept = drop_doubles(weaker, label, SETTINGS)
    assert set(kept[label == 0].tolist()) == {0}
    assert set(kept[label == 1].tolist()) == {-1}


def test_what_was_taken_out_comes_back_where_it_fits() -> None:
    pool, label = pool_of([swimmer((50, 50), (30, 0), FRAMES), np.tile([90.0, 90.0], (FRAMES, 1))])
    holes = np.where((label == 0) & (pool.row > 40) & (pool.row < 60), -1, label)
    assert (take_back(pool, holes, SETTINGS) == label).all()


def test_nothing_is_no_trouble() -> None:
    pool, label = Pool.of([], SCALE), np.empty(0, np.int64)
    for change in (open_encounters, drop_doubles, take_back):
        assert len(change(pool, label, SETTINGS)) == 0
