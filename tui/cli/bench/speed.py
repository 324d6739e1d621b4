"""`motiscope bench speed`: how fast, beside peers, where the time goes, and the same bytes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from calibration.scale import Scale
from inference.analysis import load_models
from inference.evaluation.drawn_clip import draw_clip
from inference.evaluation.excerpt import Excerpt
from inference.evaluation.link_cost import LinkCost, growth, time_linking
from inference.evaluation.reading import Reading, read_recording
from inference.evaluation.recordings import RECORDINGS, find_data
from inference.evaluation.speed_run import Pace, fingerprints, nano_pace, pace_of
from inference.evaluation.stage_times import one_core, time_stages
from inference.model import SHIPPED_CELLS, SHIPPED_HEADS, read_card, read_heads_card
from inference.sorter import Sorter
from tui.cli.bench.options import AsJson, DataFolder
from tui.cli.bench.speed_tables import show_crowds, show_paces, show_same, show_stages
from tui.cli.console import print_json, progress_bar

THREADS = 2
RECORDING = "12"
SMALL_PX, SMALL_UM_PER_PX, SMALL_CELLS = (640, 480), 0.5, 30
LARGE_PX, LARGE_UM_PER_PX, LARGE_CELLS = (1920, 1200), 0.3, 60
CROWDS = (50, 100, 200, 400, 800)


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip to be timed.

    Attributes:
        name: What it is.
        path: Where it is.
        scale: What one of its pixels is worth.
        frames: How many of its frames are read.
    """

    name: str
    path: Path
    scale: Scale
    frames: int


def speed(
    folder: DataFolder = None,
    frames: Annotated[int, typer.Option(min=60, help="Frames of 640x480, at most.")] = 490,
    large_frames: Annotated[int, typer.Option(min=30, help="Frames of 1920x1200.")] = 150,
    linking_frames: Annotated[int, typer.Option(min=30, help="Frames of each crowd.")] = 200,
    peers: Annotated[bool, typer.Option(help="Time trackpy and a nano network, too.")] = True,
    peer_frames: Annotated[int, typer.Option(min=60, help="Frames that trackpy is given.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Frames a second on two threads, decoding included, beside trackpy and a nano network.

    640x480 is recording 12 where the data is there, else a drawn clip of 30 cells; 1920x1200 is
    drawn, with 60 cells at 0.3 µm/px. Then the stages one by one on one core, the linking of
    crowds, and whether the same clip gives the same bytes again and on one thread.
    """
    with TemporaryDirectory() as temporary:
        small = _small(Path(temporary), folder, frames)
        reading = _read(small)
        large = _read(_large(Path(temporary), large_frames))
        paces = [pace_of(reading), *(_peers(reading, peer_frames) if peers else ()), pace_of(large)]
        stages_ms = _stages(reading, small)
        crowds = list(_crowds(linking_frames))
        same = _same(small)
    if as_json:
        figures = {"clip": small.name, "threads": THREADS, "stages_ms_per_frame": stages_ms}
        timed = {"paces": [asdict(one) for one in paces], "linking": [asdict(c) for c in crowds]}
        print_json({**figures, **timed, "linking_grows_as": growth(crowds), "same_bytes": same})
        return
    show_paces(small.name, paces)
    show_stages(stages_ms)
    show_crowds(crowds, growth(crowds))
    show_same(same)


def _small(temporary: Path, given: Path | None, frames: int) -> Clip:
    folder = find_data(given)
    if folder is not None:
        scale = Scale(SMALL_UM_PER_PX, SMALL_UM_PER_PX, "assumed")
        video = folder / RECORDINGS[RECORDING].video
        return Clip(f"recording {RECORDING}", video, scale, frames)
    return _drawn(temporary / "small.mp4", SMALL_PX, SMALL_UM_PER_PX, SMALL_CELLS, frames)


def _large(temporary: Path, frames: int) -> Clip:
    return _drawn(temporary / "large.mp4", LARGE_PX, LARGE_UM_PER_PX, LARGE_CELLS, frames)


def _drawn(path: Path, size_px: tuple[int, int], um_per_px: float, cells: int, frames: int) -> Clip:
    with progress_bar(f"drawing {size_px[0]}x{size_px[1]}", "frames") as progress:
        draw_clip(path, size_px, um_per_px, cells, frames, progress)
    scale = Scale(um_per_px, um_per_px, "the simulated optics")
    return Clip(f"a drawn clip of about {cells} cells", path, scale, frames)


def _read(clip: Clip) -> Reading:
    models = load_models(THREADS)
    with progress_bar("motiscope", "frames") as progress:
        return read_recording(clip.path, None, clip.scale, models, clip.frames, progress)


def _peers(reading: Reading, frames: int) -> Iterator[Pace]:
    from inference.evaluation.peers import MINMASS, time_trackpy  # noqa: PLC0415 - group "bench"

    info = reading.video.info
    video = Excerpt(reading.video, frames)
    with progress_bar("trackpy", "frames") as progress:
        seconds = time_trackpy(video, MINMASS[0], progress)
    done = video.info.frames
    yield Pace("trackpy 0.7", info.width_px, info.height_px, done, done / seconds)
    yield nano_pace(THREADS, info.width_px, info.height_px)


def _stages(reading: Reading, clip: Clip) -> dict[str, float]:
    models = load_models(threads=1)
    card, sorter = read_heads_card(SHIPPED_HEADS), Sorter(read_card(SHIPPED_CELLS))
    with one_core():
        return time_stages(reading.video, clip.scale, card, sorter, reading.found, models.grader)


def _crowds(frames: int) -> Iterator[LinkCost]:
    with progress_bar("linking", "crowds") as progress:
        for done, cells in enumerate(CROWDS, start=1):
            yield time_linking(cells, frames)
            progress(done, len(CROWDS))


def _same(clip: Clip) -> dict[str, str]:
    with progress_bar("the same bytes", "readings") as progress:
        return fingerprints(clip.path, clip.scale, load_models, clip.frames, progress)
