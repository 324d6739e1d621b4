"""`motiscope bench acquisition`: what is lost between a camera and the disk."""

import os
import re
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cv2
import typer
from rich.table import Table

from acquisition.camera import CameraSettings
from acquisition.cameras.basler import emulated_camera
from acquisition.clip import Clip, ClipNotes
from acquisition.clip_video import open_clip
from acquisition.frame import Frame
from acquisition.recorder import Progress, Recorder
from acquisition.recording import is_spooled
from acquisition.sidecar import check_sum, read_sidecar
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from calibration.scale import Scale
from inference.analysis import Models, load_models
from qc.bench import VisibleCounter
from qc.picture import Picture
from qc.picture_watch import PictureWatch
from tui.assembly import VISIBLE_SCORE
from tui.cli.bench.options import AsJson
from tui.cli.console import UsageError, data, print_json, talk
from tui.config import Config

if TYPE_CHECKING:
    from tui.headless_view import HeadlessView

# Width and height in px, frames/s.
RUNS = ((640, 480, 50), (640, 480, 100), (640, 480, 150), (1920, 1200, 50), (1920, 1200, 100))
PICTURES = 32
PICTURES_HZ = 50.0
UM_PER_PX = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One recording from the emulated camera.

    Attributes:
        width_px: Width of a frame.
        height_px: Height of a frame.
        frame_rate_hz: Frames per second, as accepted.
        asked: Frames that make up the time.
        recorded: Frames in the clip.
        lost: Frames that the camera lost.
        worst_gap_ms: Longest time between two frames on arrival.
        queue_peak: Most frames that waited for the disk.
        memory_begun_mb: Memory of this process after a tenth of the time, None where the system
            does not tell.
        memory_ended_mb: Memory at the last frame.
        cpu_percent: Processor time over time while recording, 100 for one core.
        painted: Pictures that the live view painted.
        counted: Pictures in which the live count counted.
        spooled: Whether the clip was coded after recording.
        coding_s: How long that took.
        wrong: Recorded pictures that differ from the camera's files.
    """

    width_px: int
    height_px: int
    frame_rate_hz: float
    asked: int
    recorded: int
    lost: int
    worst_gap_ms: float
    queue_peak: int
    memory_begun_mb: float | None
    memory_ended_mb: float | None
    cpu_percent: float
    painted: int
    counted: int
    spooled: bool
    coding_s: float
    wrong: int


def acquisition(
    context: typer.Context,
    duration_s: Annotated[float, typer.Option(min=1, help="How long each is recorded.")] = 60.0,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="WxH@HZ", help="Only this, such as 640x480@50; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record from Basler's emulated camera with live view and live count running beside it.

    Every recorded picture is held against the file that the camera played. A soak is
    `--only 640x480@50 --duration-s 1800`: about 15 GB on the disk meanwhile.
    """
    chosen = RUNS if not only else tuple(map(_parsed, only))
    config: Config = context.obj
    models = load_models(config.threads)
    runs = []
    for width_px, height_px, frame_rate_hz in chosen:
        settings = CameraSettings(width_px, height_px, frame_rate_hz, exposure_us=1_000.0)
        with tempfile.TemporaryDirectory(prefix="motiscope-bench-") as folder:
            talk.print(f"{width_px}x{height_px} at {frame_rate_hz} frames/s for {duration_s:g} s")
            runs.append(_run(Path(folder), settings, duration_s, models))
    if as_json:
        print_json([asdict(run) for run in runs])
        return
    table = Table("size", "frames/s", "asked", "recorded", "lost", "worst gap ms", "queue peak")
    for heading in ("memory MB", "CPU %", "painted", "counted", "coded after, s", "pictures wrong"):
        table.add_column(heading)
    for run in runs:
        table.add_row(
            f"{run.width_px}x{run.height_px}",
            f"{run.frame_rate_hz:g}",
            *map(str, (run.asked, run.recorded, run.lost)),
            f"{run.worst_gap_ms:.0f}",
            str(run.queue_peak),
            _memory(run),
            f"{run.cpu_percent:.0f}",
            *map(str, (run.painted, run.counted)),
            f"{run.coding_s:.0f}" if run.spooled else "",
            str(run.wrong),
        )
    data.print(table)


def _parsed(text: str) -> tuple[int, int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)@(\d+)", text)
    if found is None:
        raise UsageError(f"--only {text}: give a size and a rate, such as 640x480@50")
    width_px, height_px, frame_rate_hz = map(int, found.groups())
    return width_px, height_px, frame_rate_hz


def _memory(run: Run) -> str:
    if run.memory_begun_mb is None or run.memory_ended_mb is None:
        return "not told"
    return f"{run.memory_begun_mb:.0f} → {run.memory_ended_mb:.0f}"


def _run(folder: Path, settings: CameraSettings, duration_s: float, models: Models) -> Run:
    sums = _draw(folder / "camera", settings)
    camera = emulated_camera(folder / "camera")
    camera.open()
    try:
        accepted = camera.apply(settings)
        notes = ClipNotes(camera.info, settings, accepted)
        meter, painter = _Meter(), _painter()
        scale = Scale(UM_PER_PX, UM_PER_PX, "the simulated optics")
        looks: list[Picture] = []
        picture = PictureWatch(painter.newest, scale, _counter(models, accepted))
        with picture.watching(looks.append):
            recorder = Recorder(
                camera,
                folder / "clip.mkv",
                notes,
                duration_s,
                latest=picture,
                on_progress=meter.tell,
            )
            with recorder.cancelled_by_interrupt():
                painter.run_beside(recorder)
                meter.recorded()
                clip = recorder.result()
    finally:
        camera.close()
    frames = read_sidecar(clip.sidecar).frames
    return Run(
        width_px=accepted.width_px,
        height_px=accepted.height_px,
        frame_rate_hz=accepted.frame_rate_hz,
        asked=round(duration_s * accepted.frame_rate_hz),
        recorded=clip.frames,
        lost=clip.lost,
        worst_gap_ms=max(b - a for a, b in pairwise(frames.host_time_ns)) / 1e6,
        queue_peak=meter.queue_peak,
        memory_begun_mb=meter.memory_begun_mb,
        memory_ended_mb=meter.memory_ended_mb,
        cpu_percent=meter.cpu_percent,
        painted=painter.painted,
        counted=len(looks),
        spooled=is_spooled(accepted),
        coding_s=meter.since_recorded_s(),
        wrong=_wrong(clip, sums),
    )


def _painter() -> "HeadlessView":
    from tui.headless_view import HeadlessView  # noqa: PLC0415 - loads Textual

    return HeadlessView()


def _counter(models: Models, settings: CameraSettings) -> VisibleCounter:
    def count(frame: Frame, scale: Scale) -> int:
        [found] = models.detector.detect([frame], scale, settings.frame_rate_hz)
        return int((found.score >= VISIBLE_SCORE).sum())

    return count


def _draw(folder: Path, settings: CameraSettings) -> list[int]:
    """Draw what the camera plays, in a loop, and return the check sum of each picture."""
    folder.mkdir()
    optics = OpticsSettings(um_per_px_x=UM_PER_PX, um_per_px_y=UM_PER_PX)
    view = FieldView(
        Specimen(SpecimenSettings(extent_um=2_000)), optics, settings.width_px, settings.height_px
    )
    sums = []
    for number in range(PICTURES):
        picture = view.render(number / PICTURES_HZ)
        # Uncompressed files are read in less time than a frame lasts.
        cv2.imwrite(str(folder / f"{number:03d}.bmp"), picture)
        sums.append(check_sum(picture))
    return sums


def _wrong(clip: Clip, sums: list[int]) -> int:
    """Count the decoded pictures that are not the camera's file of their place in the loop."""
    decoded = [(frame.index, check_sum(frame.pixels)) for frame in open_clip(clip.path).frames()]
    first = sums.index(decoded[0][1]) - decoded[0][0] if decoded[0][1] in sums else 0
    return sum(own != sums[(first + index) % len(sums)] for index, own in decoded)


class _Meter:
    """What a recording costs."""

    def __init__(self) -> None:
        self.queue_peak = 0
        self.cpu_percent = 0.0
        self.memory_begun_mb: float | None = None
        self.memory_ended_mb: float | None = None
        self._begun = time.monotonic(), time.process_time()
        self._recorded_s = 0.0

    def tell(self, progress: Progress) -> None:
        """Take a recorder's progress."""
        self.queue_peak = max(self.queue_peak, progress.queued)
        if self.memory_begun_mb is None and progress.elapsed_s > progress.duration_s / 10:
            self.memory_begun_mb = resident_mb()

    def recorded(self) -> None:
        """Say that the last frame has come."""
        self.memory_ended_mb = resident_mb()
        self._recorded_s = time.monotonic()
        wall_s, cpu_s = self._begun
        self.cpu_percent = 100 * (time.process_time() - cpu_s) / (self._recorded_s - wall_s)

    def since_recorded_s(self) -> float:
        """Return the time since the last frame came."""
        return time.monotonic() - self._recorded_s


def resident_mb() -> float | None:
    """Return the memory that this process holds; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
