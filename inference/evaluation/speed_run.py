"""How fast the analysis is, and whether it gives the same bytes each time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from calibration.scale import Scale
from inference.analysis import Models, Progress
from inference.evaluation.nano_network import forward_ms, write_nano_network
from inference.evaluation.reading import Reading, read_recording
from inference.evaluation.stage_times import fingerprint

NANO_PASSES = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something handled the frames of a clip.

    Attributes:
        what: What did.
        width_px: Width of its frames.
        height_px: Height of its frames.
        frames: How many.
        frames_per_s: How many frames it handled in 1 s.
        cells: Cells a frame, in the mean; None where it finds none.
    """

    what: str
    width_px: int
    height_px: int
    frames: int
    frames_per_s: float
    cells: float | None = None


def pace_of(reading: Reading) -> Pace:
    """Return how fast a recording was read, decoding included."""
    info = reading.video.info
    cells = len(reading.points) / max(1, info.frames)
    per_s = info.frames / reading.seconds
    return Pace("motiscope", info.width_px, info.height_px, info.frames, per_s, cells)


def nano_pace(threads: int, width_px: int = 640, height_px: int = 480) -> Pace:
    """Time the bare forward pass of a network of the size of a YOLO-nano."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nano.onnx"
        size = write_nano_network(path, width_px, height_px)
        spent_ms = forward_ms(path, threads, NANO_PASSES)
    what = f"nano network, {size.parameters / 1e6:.1f} M parameters, {size.flop / 1e9:.1f} GFLOP"
    return Pace(what, width_px, height_px, NANO_PASSES, 1000 / spent_ms)


def fingerprints(
    path: Path,
    scale: Scale,
    load: Callable[[int], Models],
    frames: int | None = None,
    progress: Progress | None = None,
) -> dict[str, str]:
    """Return the hash of tracks and document of one clip, read twice on two threads and on one.

    Args:
        path: The clip.
        scale: What one of its pixels is worth.
        load: Loads the models for so many threads.
        frames: How many of its frames are read; all if None.
        progress: Told after every reading.
    """
    found = {}
    runs = {"2 threads": 2, "2 threads, again": 2, "1 thread": 1}
    for name, threads in runs.items():
        reading = read_recording(path, None, scale, load(threads), frames)
        found[name] = fingerprint(reading.analysis)
        if progress is not None:
            progress(len(found), len(runs))
    return found
