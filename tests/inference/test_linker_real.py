"""Linking on the human tracks of real recordings, spoiled as a detector would spoil them."""

from pathlib import Path

import numpy as np
import pytest

from calibration.scale import Scale
from inference.edge import field_corners_um
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.points import TrackPoints
from inference.evaluation.scores import evaluate_tracks
from inference.linker import link
from inference.tracks import Detections
from tests.inference.scenes import alone

FRAMES = 200
SCALE = Scale(0.5, 0.5, "assumed; the data set publishes none")


def spoiled(truth: TrackPoints, seed: int) -> list[Detections]:
    """Positions with 0.4 px of noise, 6 % missed in runs, two false alarms a frame.

    Cells are as sure as the detector is of those of 11, 12 and 52: 0.89 in the mean.
    """
    rng = np.random.default_rng(seed)
    hidden_until = dict.fromkeys(truth.track_id.tolist(), -1)
    found = []
    for frame in range(FRAMES):
        here = truth.frame == frame
        for track_id in truth.track_id[here].tolist():
            if rng.random() < 0.015:
                hidden_until[track_id] = frame + int(rng.geometric(0.25))
        seen = np.array([hidden_until[i] < frame for i in truth.track_id[here].tolist()], bool)
        cells = truth.xy_px[here][seen]
        false = rng.uniform(0, (640, 480), (rng.poisson(2), 2))
        xy_px = np.concatenate([cells + rng.normal(0, 0.4, cells.shape), false])
        score = np.concatenate([rng.beta(8, 1, len(cells)), rng.beta(3, 6, len(false))])
        found.append(alone(frame, frame / 49, xy_px, score))
    return found


@pytest.mark.real
@pytest.mark.parametrize(("number", "least"), [("11", 0.8), ("12", 0.7)])
def test_spoiled_human_tracks_are_linked_again(data_dir: Path, number: str, least: float) -> None:
    truth = read_ground_truth(data_dir / "visem-tracking" / number / "tracks.csv").first(FRAMES)
    tracks = link(spoiled(truth, seed=1), SCALE, field_corners_um((640, 480), SCALE))
    linked = TrackPoints(
        np.concatenate([track.frame for track in tracks]),
        np.concatenate([np.full(len(track), track.track_id) for track in tracks]),
        SCALE.to_px(np.concatenate([track.xy_um for track in tracks])),
    )
    scores = evaluate_tracks(truth, linked, FRAMES)
    assert scores.ass_a > least
    assert scores.recall > 0.95
