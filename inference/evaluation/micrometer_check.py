"""Micrometer readings against the truth of drawn slides, and refusals of what is none."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.micrometer_file import read_micrometer
from acquisition.serving import serve_parent
from acquisition.video import open_video
from calibration.micrometer import measure
from calibration.readings import NotAMicrometerError, Refusal, measured_scale
from inference.evaluation.drawn_micrometers import draw_micrometer
from inference.evaluation.no_micrometers import RIGHT, Kind, draw_no_micrometer
from inference.evaluation.recordings import BRIGHT_FIELD, RECORDINGS

MIN_DIVISIONS = 5
"""A sharp slide that shows so many divisions must be read."""

PHOTOGRAPHS = {"cal10.png": 1.2934, "cal40.png": 0.3214}
"""µm per px of the real micrometers, as a person measured them."""

FRAME_STEP, FRAME_COUNT = 30, 12
LARGE_SEED = 400_000
LARGE_PX = (1920, 1200)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SlideCheck:
    """A drawn slide beside what was read of it.

    Attributes:
        seed: What it was drawn from.
        must_read: Whether at least five divisions are shown and sharp.
        error: um_per_px_x over its truth less 1, None where the slide was refused.
        u_rel: Relative standard uncertainty of the reading as stated: the drawn micrometer and the
            shape of its pixels are exact, and no lens bends it.
        refusal: Why it was refused, None where it was read.
    """

    seed: int
    must_read: bool
    error: float | None
    u_rel: float | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class RefusalCheck:
    """A drawn picture that is to be refused.

    Attributes:
        seed: What it was drawn from.
        kind: What it shows.
        refusal: Why it was refused, None where it was taken for a micrometer.
    """

    seed: int
    kind: Kind
    refusal: Refusal | None

    @property
    def is_right(self) -> bool:
        """Whether it was refused for a reason that tells what is wrong."""
        return self.refusal in RIGHT[self.kind]


@dataclass(frozen=True, slots=True)
class PhotographCheck:
    """A photograph of a real micrometer: µm per px as read and as a person measured it."""

    name: str
    um_per_px: float
    truth_um_per_px: float

    @property
    def error(self) -> float:
        """Relative difference."""
        return self.um_per_px / self.truth_um_per_px - 1


@dataclass(frozen=True, slots=True)
class RealRefusals:
    """Pictures of one real source that shows no micrometer.

    Attributes:
        name: The source.
        pictures: How many were looked at.
        reasons: How many were refused for each reason; those missing were accepted.
    """

    name: str
    pictures: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class SlideSummary:
    """What the bench says of drawn slides; errors and uncertainties are relative.

    Attributes:
        slides: How many were drawn.
        read: How many were read.
        worst: Largest error among them.
        median: Median of the errors' sizes.
        covered: Share whose error is within twice the stated standard uncertainty.
        median_u: Median of the stated standard uncertainties.
        false_refusals: Seeds of those refused that show five sharp divisions.
        worst_seed: Seed of the largest error.
    """

    slides: int
    read: int
    worst: float
    median: float
    covered: float
    median_u: float
    false_refusals: tuple[int, ...]
    worst_seed: int


def check_slides(seeds: Sequence[int], workers: int) -> Iterator[SlideCheck]:
    """Draw and read slides on processes of one thread each, in order of the seeds."""
    return _on_processes(check_slide, seeds, workers)


def check_refusals(seeds: Sequence[int], workers: int) -> Iterator[RefusalCheck]:
    """Draw what is no micrometer, and see it refused, on processes of one thread each."""
    return _on_processes(check_refusal, seeds, workers)


def _on_processes(
    check: Callable[[int], Result], seeds: Sequence[int], workers: int
) -> Iterator[Result]:
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=serve_parent) as pool:
        try:
            yield from pool.map(check, seeds, chunksize=4)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def check_slide(seed: int) -> SlideCheck:
    """Draw a slide, read it, and hold um_per_px_x against the truth, the pixel's shape known."""
    drawn = draw_micrometer(seed)
    must_read = drawn.is_sharp and drawn.divisions_shown() >= MIN_DIVISIONS
    try:
        reading = measure(drawn.picture(), drawn.slide.pitch_um)
    except NotAMicrometerError as refusal:
        return SlideCheck(seed, must_read, None, None, refusal.reason)
    found = measured_scale([reading], pixel_aspect=drawn.pixel_aspect)
    error = found.scale.um_per_px_x / drawn.optics.um_per_px_x - 1
    return SlideCheck(seed, must_read, error, found.u_rel_reading[0], None)


def check_refusal(seed: int) -> RefusalCheck:
    """Draw a picture that is no usable micrometer and see why it is refused."""
    drawn = draw_no_micrometer(seed)
    return RefusalCheck(seed, drawn.kind, refusal_of(drawn.picture))


def refusal_of(picture: NDArray[np.generic]) -> Refusal | None:
    """Why a picture is refused, None if it is taken for a micrometer."""
    try:
        measure(picture)
    except NotAMicrometerError as refusal:
        return refusal.reason
    return None


def summarise(checks: Sequence[SlideCheck]) -> SlideSummary:
    """Sum up slides.

    Raises:
        ValueError: If none of them was read.
    """
    read = [one for one in checks if one.error is not None and one.u_rel is not None]
    if not read:
        raise ValueError("no drawn slide was read")
    errors = np.abs([one.error or 0.0 for one in read])
    stated = np.array([one.u_rel or 0.0 for one in read])
    return SlideSummary(
        slides=len(checks),
        read=len(read),
        worst=float(errors.max()),
        median=float(np.median(errors)),
        covered=float(np.mean(errors <= 2 * stated)),
        median_u=float(np.median(stated)),
        false_refusals=tuple(c.seed for c in checks if c.refusal is not None and c.must_read),
        worst_seed=read[int(errors.argmax())].seed,
    )


def check_photographs(folder: Path) -> list[PhotographCheck]:
    """Read the photographs of real micrometers in a data folder."""
    return [
        PhotographCheck(name, read_micrometer(path, 10.0).reading.um_per_px, truth)
        for name, truth in PHOTOGRAPHS.items()
        if (path := folder / "stage-micrometer" / name).is_file()
    ]


def check_real_refusals(folder: Path) -> Iterator[RealRefusals]:
    """See counting chambers and frames of every real recording in a data folder refused."""
    for path in sorted((folder / "haemocytometer").glob("*.jpg")):
        picture = cv2.imread(str(path))
        if picture is not None:
            yield _refusals(f"haemocytometer/{path.name}", [picture])
    clips = {number: (one.video, one.frame_rate_hz) for number, one in RECORDINGS.items()}
    clips |= {clip.name: (clip.video, None) for clip in BRIGHT_FIELD}
    for name, (video, rate_hz) in clips.items():
        if (folder / video).exists():
            frames = open_video(folder / video, rate_hz).frames()
            some = islice(frames, 0, FRAME_STEP * FRAME_COUNT, FRAME_STEP)
            yield _refusals(f"recording {name}", [frame.pixels for frame in some])


def _refusals(name: str, pictures: Sequence[NDArray[np.generic]]) -> RealRefusals:
    reasons: dict[str, int] = {}
    for picture in pictures:
        reason = refusal_of(picture)
        if reason is not None:
            reasons[str(reason)] = reasons.get(str(reason), 0) + 1
    return RealRefusals(name, len(pictures), reasons)


def seconds_of_large(repeats: int = 5) -> float:
    """Processor time in s that one drawn picture of 1920x1200 takes, the median of repeats."""
    slides = (draw_micrometer(seed, LARGE_PX) for seed in count(LARGE_SEED))
    drawn = next(slide for slide in slides if slide.is_sharp)
    picture, spent = drawn.picture(), []
    for _ in range(repeats):
        begun = process_time()
        measure(picture)
        spent.append(process_time() - begun)
    return float(np.median(spent))
