"""The whole analysis on real recordings, held against human tracks.

The floors stand well below what `motiscope bench tracking` prints; they catch a broken part, and
are no figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import pytest

from acquisition.frame import Frame
from acquisition.video import Video, VideoInfo, open_video
from calibration.scale import Scale
from inference.analysis import analyse, load_models
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.points import TrackPoints
from inference.evaluation.recordings import RECORDINGS
from inference.evaluation.scores import evaluate_tracks
from inference.field import tracks_in_px

pytestmark = pytest.mark.real
FRAMES = 150


@dataclass(frozen=True)
class Beginning:
    """The first frames of a recording."""

    whole: Video

    @property
    def info(self) -> VideoInfo:
        return replace(self.whole.info, frames=FRAMES)

    def frames(self) -> Iterator[Frame]:
        return islice(self.whole.frames(), FRAMES)


@pytest.mark.parametrize(
    ("number", "hota", "recall"), [("11", 0.6, 0.9), ("12", 0.5, 0.85), ("52", 0.4, 0.5)]
)
def test_cells_that_people_tracked_are_found_and_kept(data_dir, number, hota, recall):
    recording = RECORDINGS[number]
    video = Beginning(open_video(data_dir / recording.video, recording.frame_rate_hz))
    models = load_models(threads=2)
    scale = Scale(0.5, 0.5, "assumed")
    analysis = analyse(video, scale, models)
    rows = tracks_in_px(analysis.fields[0].cells, scale)
    truth = read_ground_truth(data_dir / recording.tracks)
    scores = evaluate_tracks(truth, TrackPoints(rows.frame, rows.track_id, rows.xy_px), FRAMES)
    assert scores.hota > hota
    assert scores.recall > recall
    assert analysis.counted.total > 0
