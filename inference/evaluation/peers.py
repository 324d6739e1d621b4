"""The peer that motiscope is held against in the same run: trackpy 0.7, as a user would tune it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from acquisition.video import Video
from inference.evaluation.points import TrackPoints
from inference.evaluation.scores import TrackingScores, evaluate_tracks

# The settings of the published comparison: best of four minmass, chosen on the clip itself.
DIAMETER_PX = 13
SEARCH_PX = 12
MEMORY_FRAMES = 5
MIN_FRAMES = 15
MINMASS = (400.0, 800.0, 1600.0, 3200.0)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What a peer made of one recording.

    Attributes:
        minmass: The setting that scored best.
        scores: Its scores with that setting.
        seconds: Time from file to tracks with that setting alone, decoding included.
    """

    minmass: float
    scores: TrackingScores
    seconds: float


def run_trackpy(video: Video, truth: TrackPoints, progress: Progress | None = None) -> PeerRun:
    """Locate and link with trackpy, with that `minmass` of four which gives the highest HOTA.

    Features are located once with the least `minmass` and then filtered by mass, which is what
    trackpy itself does last; so one pass gives all four answers and the time of one.

    Args:
        video: The recording.
        truth: Human tracks, by which the setting is chosen.
        progress: Called with frames done and frames there are.
    """
    import trackpy as tp  # noqa: PLC0415 - dependency group "bench" only

    tp.quiet()
    with warnings.catch_warnings():
        # What trackpy 0.7 calls in pandas is on its way out; that is not this project's to mend.
        warnings.simplefilter("ignore")
        begun = perf_counter()
        features = _locate(video, progress)
        located_s = perf_counter() - begun
        frames = video.info.frames
        runs = [_link(features, minmass, truth, frames, located_s) for minmass in MINMASS]
    return max(runs, key=lambda run: run.scores.hota)


def time_trackpy(video: Video, minmass: float, progress: Progress | None = None) -> float:
    """Return the time in s that trackpy takes from file to tracks, decoding included."""
    import trackpy as tp  # noqa: PLC0415 - dependency group "bench" only

    tp.quiet()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begun = perf_counter()
        features = _locate(video, progress)
        _tracks(features[features[:, 3] >= minmass])
        return perf_counter() - begun


def _locate(video: Video, progress: Progress | None) -> NDArray[np.float64]:
    """Return frame, x, y and mass of every feature, shape (n, 4)."""
    import trackpy as tp  # noqa: PLC0415 - dependency group "bench" only

    found = [np.empty((0, 4))]
    for done, frame in enumerate(video.frames(), start=1):
        features = tp.locate(frame.pixels, DIAMETER_PX, minmass=MINMASS[0])
        place = features[["x", "y", "mass"]].to_numpy(np.float64)
        found.append(np.column_stack([np.full(len(place), frame.index), place]))
        if progress is not None:
            progress(done, video.info.frames)
    return np.concatenate(found)


def _link(
    features: NDArray[np.float64],
    minmass: float,
    truth: TrackPoints,
    frames: int,
    located_s: float,
) -> PeerRun:
    begun = perf_counter()
    points = _tracks(features[features[:, 3] >= minmass])
    seconds = located_s + perf_counter() - begun
    return PeerRun(minmass, evaluate_tracks(truth, points, frames), seconds)


def _tracks(features: NDArray[np.float64]) -> TrackPoints:
    import pandas as pd  # noqa: PLC0415 - dependency group "bench" only
    import trackpy as tp  # noqa: PLC0415

    if not len(features):
        return TrackPoints(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 2)))
    table = pd.DataFrame(features[:, :3], columns=["frame", "x", "y"])
    table["frame"] = table["frame"].astype(int)
    linked = tp.link(table, SEARCH_PX, memory=MEMORY_FRAMES)
    linked = tp.filter_stubs(linked, MIN_FRAMES)
    return TrackPoints(
        linked["frame"].to_numpy(np.int64),
        linked["particle"].to_numpy(np.int64),
        linked[["x", "y"]].to_numpy(np.float64),
    )
