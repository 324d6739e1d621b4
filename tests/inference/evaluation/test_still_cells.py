"""Cells that get nowhere: which they are, and how many tracks each is broken into."""

from dataclasses import replace

import numpy as np
import pytest

from inference.evaluation.points import TrackPoints
from inference.evaluation.simulated import FIRST_SEED, plan_dead
from inference.evaluation.still_cells import (
    StillCells,
    check_dead,
    followed_by,
    still_tracks,
    tally_still,
)
from inference.grading import Grade
from tests.inference.evaluation.drawn import oracle_models

FRAMES = 120


def tracks(*paths: tuple[int, range, np.ndarray]) -> TrackPoints:
    return TrackPoints(
        np.concatenate([np.array(frames) for _, frames, _ in paths]),
        np.concatenate([np.full(len(frames), number) for number, frames, _ in paths]),
        np.concatenate([np.broadcast_to(xy, (len(frames), 2)) for _, frames, xy in paths]).astype(
            float
        ),
    )


def moving(speed_px: float) -> np.ndarray:
    return np.array([(100 + speed_px * frame, 50.0) for frame in range(FRAMES)])


def test_unmoving_tracks_are_long_and_keep_their_place_once_drift_is_off():
    drift = moving(0.4)  # 0.2 µm a frame at 0.5 µm/px, 10 µm/s at 50 Hz
    jump = drift.copy()
    jump[7] += 100
    truth = tracks(
        (1, range(FRAMES), drift),
        (2, range(FRAMES), np.array([10.0, 10.0])),  # stays on the screen: swims against the flow
        (3, range(50), drift[:50]),  # too short
        (4, range(FRAMES), jump + 30),  # one box is wrong
    )
    kept = still_tracks(truth, 0.5, 50.0, np.array([10.0, 0.0]))
    assert set(kept.track_id.tolist()) == {1, 4}
    unmoving = still_tracks(truth, 0.5, 50.0, np.zeros(2))
    assert set(unmoving.track_id.tolist()) == {2}


def test_a_track_that_is_paired_often_enough_follows_a_cell():
    truth = tracks(
        (5, range(FRAMES), np.array([10.0, 10.0])),
        (6, range(FRAMES), np.array([200.0, 10.0])),
        (7, range(FRAMES), np.array([14.0, 10.0])),
    )
    found = tracks(
        (1, range(60), np.array([11.0, 10.0])),
        (2, range(60, FRAMES), np.array([11.0, 10.0])),
        (3, range(4), np.array([201.0, 10.0])),  # too few frames
        (4, range(FRAMES), np.array([14.0, 10.0])),  # its own cell is 7, near as 5 is
    )
    assert followed_by(truth, found, [5, 6], FRAMES) == {5: [1, 2], 6: []}


def test_the_tally_counts_tracks_for_each_cell_that_was_found():
    grades = {1: Grade.IMMOTILE, 2: Grade.NON_PROGRESSIVE, 3: Grade.IMMOTILE}
    found = tally_still({5: [1, 2], 6: [], 7: [3]}, grades)
    assert found == StillCells(cells=3, missed=1, tracks=3, immotile=2, most=2)
    assert found.tracks_per_cell == pytest.approx(1.5)
    assert found.immotile_share == pytest.approx(2 / 3)
    assert found + found == StillCells(6, 2, 6, 4, 2)
    assert StillCells().tracks_per_cell is None
    assert StillCells().immotile_share is None


@pytest.mark.timeout(180)
def test_a_detector_that_knows_the_truth_keeps_each_dead_cell_whole():
    plan = replace(plan_dead(FIRST_SEED + 2), frame_rate_hz=25.0)
    found = check_dead(plan, oracle_models(plan), 2.0)
    assert found.cells > 5
    assert found.missed <= 0.1 * found.cells
    assert found.tracks_per_cell == pytest.approx(1, abs=0.1)
    assert found.immotile_share is not None
    assert found.immotile_share > 0.9
