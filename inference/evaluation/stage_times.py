"""Where the time of an analysis goes: its stages one after the other, on the same frames."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import cv2
import numpy as np

from acquisition.frame import Frame
from acquisition.video import Video
from calibration.scale import Scale
from inference.activity import ActivityMeter
from inference.analysis import Analysis
from inference.centring import centred
from inference.edge import field_corners_um
from inference.exports import to_document, write_tracks
from inference.field import analyse_field
from inference.flow import FlowMeter
from inference.grading import Grader, Thresholds
from inference.heatmap import Heads, read_heads
from inference.linker import link
from inference.model import HeadsCard, load_model
from inference.packs import Pack, packs, prepare
from inference.sorter import Sorter, with_looks
from inference.tracks import Detections

STAGES = (
    "decode",
    "prepare",
    "network",
    "maps, activity, flow",
    "sort",
    "link",
    "measure and grade",
)


@dataclass(slots=True)
class Stopwatch:
    """Adds up the time spent under each name."""

    spent_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Count the time until the block ends under a name."""
        begun = perf_counter()
        try:
            yield
        finally:
            self.spent_s[name] = self.spent_s.get(name, 0.0) + perf_counter() - begun


@contextmanager
def one_core() -> Iterator[None]:
    """Keep OpenCV to one thread until the block ends."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


def time_stages(
    video: Video,
    scale: Scale,
    card: HeadsCard,
    sorter: Sorter,
    found: Sequence[Detections],
    grader: Grader | None,
) -> dict[str, float]:
    """Return the time of each of STAGES in ms a frame, each on one thread by itself.

    Args:
        video: The recording.
        scale: What a pixel is worth.
        card: The detector's card.
        sorter: What looks closer at what it finds.
        found: What the detector found in the recording, to be linked and graded.
        grader: The grader, None for the threshold rule.
    """
    watch = Stopwatch()
    with watch.on(STAGES[0]):
        frames = list(video.frames())
    _time_detector(frames, video.info.frame_rate_hz, scale, card, sorter, watch)
    size_px = (video.info.width_px, video.info.height_px)
    with watch.on(STAGES[5]):
        link(found, scale, field_corners_um(size_px, scale))
    with watch.on(STAGES[6]):
        analyse_field(found, scale, size_px, Thresholds(), grader=grader)
    # The whole field is linked in it, too.
    watch.spent_s[STAGES[6]] -= watch.spent_s[STAGES[5]]
    return {name: 1000 * max(0.0, watch.spent_s[name]) / len(frames) for name in STAGES}


def fingerprint(analysis: Analysis) -> str:
    """Return the SHA-256 of an analysis as it is written: tracks as CSV, then the JSON document."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tracks.csv"
        write_tracks(analysis, path)
        written = path.read_bytes() + json.dumps(to_document(analysis)).encode()
    return sha256(written).hexdigest()


def _time_detector(
    frames: Sequence[Frame],
    rate_hz: float,
    scale: Scale,
    card: HeadsCard,
    sorter: Sorter,
    watch: Stopwatch,
) -> None:
    """Time what `HeadDetector` does, without its threads."""
    session = load_model(card)
    factors = np.array([scale.um_per_px_x, scale.um_per_px_y]) / card.um_per_px
    with watch.on(STAGES[1]):
        prepared = list(prepare(frames, factors, rate_hz))
    meters = ActivityMeter(card.um_per_px), FlowMeter()
    for pack, is_due in with_looks(packs(prepared, card.offset_s)):
        with watch.on(STAGES[1]):
            pictures = pack.draw()
        with watch.on(STAGES[2]):
            maps: Any = session.run(None, {"pictures": pictures})[0][0]
        with watch.on(STAGES[3]):
            heads = read_heads(maps, card.min_score)
            _measure(pack, heads, meters)
        if is_due:
            with watch.on(STAGES[4]):
                sorter.sort(pictures[0], heads, pack)


def _measure(pack: Pack, heads: Heads, meters: tuple[ActivityMeter, FlowMeter]) -> None:
    activity, flow = meters
    pictures = [(now.grey, now.background) for now in pack.instants]
    xy = centred(pictures, heads.instant, heads.xy)
    for instant, now in enumerate(pack.middle):
        activity.measure(now.grey, now.time_s, xy[heads.instant == instant])
        flow.measure(now.grey, now.time_s)
