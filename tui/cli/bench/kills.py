"""`motiscope bench kills`: running examinations killed at random moments, and what they leave.

A child process examines on the simulated microscope in real time and says which fields it has
stored; the parent kills it, recovers what is there, and holds it against what was said.
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from acquisition.clip import partial_clips
from acquisition.clip_video import open_clip
from acquisition.sidecar import read_sidecar, sidecar_path
from acquisition.video import VideoError
from inference.analysis import load_models
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.records.values import FieldRecord, SessionRecord, SessionState
from qc.recovery import close_incomplete
from qc.status import ExaminationStatus
from tui.assembly import (
    clips_folder,
    examination,
    measure_micrometer,
    open_records,
    open_simulated,
)
from tui.cli.bench.options import AsJson
from tui.cli.console import data, print_json, progress_bar
from tui.config import Config, load_config

STORED, RECORDING = "stored", "recording"
# A field lasts 5 to 10 s, and is graded in a few more.
KILL_WITHIN_S = 16.0


@dataclass(frozen=True, slots=True)
class Left:
    """What one killed examination left.

    Attributes:
        killed_s: How long after its first recording began it was killed.
        said: Fields that it said were stored.
        stored: Fields that the store has after recovery, unfinished ones left out.
        clips: Clips on disk after recovery.
        unreadable: Those of them that cannot be read to their end.
        parts: Parts of clips that could not be recovered.
        missing_frames: Frames of the field that was being recorded, from the last one that was
            saved to the kill; None where none was being recorded.
    """

    killed_s: float
    said: int
    stored: int
    clips: int
    unreadable: int
    parts: int
    missing_frames: int | None

    @property
    def fields_lost(self) -> int:
        """Finished fields that are gone."""
        return max(0, self.said - self.stored)


def kills(
    times: Annotated[int, typer.Option(min=1, help="How many examinations to kill.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the moments.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Kill running examinations at random moments: what is lost, unreadable, or missing."""
    rng = random.Random(seed)  # noqa: S311 - moments, not secrets
    left = []
    with progress_bar("killed and recovered", "examinations") as progress:
        for done in range(times):
            with tempfile.TemporaryDirectory(prefix="motiscope-kill-") as home:
                own = load_config(Path(home))
                left.append(_kill_one(own, seed + done, rng.uniform(0, KILL_WITHIN_S)))
            progress(done + 1, times)
    if as_json:
        print_json([asdict(one) | {"fields_lost": one.fields_lost} for one in left])
        return
    _show(left)


def _show(left: list[Left]) -> None:
    missing = sorted(one.missing_frames for one in left if one.missing_frames is not None)
    table = Table("killed examinations", str(len(left)))
    table.add_row("said to be stored, fields", str(sum(one.said for one in left)))
    table.add_row("finished fields lost", str(sum(one.fields_lost for one in left)))
    table.add_row("clips on disk", str(sum(one.clips for one in left)))
    table.add_row("clips unreadable", str(sum(one.unreadable for one in left)))
    table.add_row("parts not recovered", str(sum(one.parts for one in left)))
    table.add_row("killed while recording", str(len(missing)))
    if missing:
        middle = missing[len(missing) // 2]
        table.add_row("frames missing, median and most", f"{middle}, {missing[-1]}")
    data.print(table)


def _kill_one(config: Config, seed: int, after_s: float) -> Left:
    child = subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-m", __name__, str(config.home), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None  # noqa: S101
    first = child.stdout.readline()
    if first.strip() != RECORDING:
        child.kill()
        raise RuntimeError(f"the examination did not begin: it said {first!r}")
    try:
        child.wait(after_s)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
    killed_ns = time.monotonic_ns()
    said = child.stdout.read().split().count(STORED)
    child.wait()
    return _look(config, after_s, said, killed_ns)


def _look(config: Config, after_s: float, said: int, killed_ns: int) -> Left:
    """Recover what is there and count it."""
    with open_records(config) as store:
        [summary] = store.sessions()
        if summary.state is SessionState.OPEN:
            close_incomplete(summary.session_id, store, "killed")
        session = store.session(summary.session_id)
    folder = Path(session.folder)
    clips = sorted(folder.rglob("*.mkv"))
    fields = [field for replicate in session.replicates for field in replicate.fields]
    folders = {clip.parent for clip in clips} | {folder}
    return Left(
        killed_s=after_s,
        said=said,
        stored=sum(_is_whole(session, field) for field in fields),
        clips=len(clips),
        unreadable=sum(not _reads(clip) for clip in clips),
        parts=sum(len(partial_clips(one)) for one in folders),
        missing_frames=_missing(clips, killed_ns),
    )


def _is_whole(session: SessionRecord, field: FieldRecord) -> bool:
    """Whether a field was graded and its clip is there."""
    return field.result is not None and (Path(session.folder) / field.clip.path).is_file()


def _reads(clip: Path) -> bool:
    try:
        video = open_clip(clip)
        return sum(1 for _ in video.frames()) == video.info.frames
    except VideoError:
        return False


def _missing(clips: list[Path], killed_ns: int) -> int | None:
    """Return the frames from the last one that was saved to the kill, of an unfinished clip."""
    for clip in clips:
        sidecar = read_sidecar(sidecar_path(clip))
        if not sidecar.complete:
            gap_s = (killed_ns - sidecar.frames.host_time_ns[-1]) / 1e9
            return round(gap_s * sidecar.notes.accepted.frame_rate_hz)
    return None


def _examine(home: Path, seed: int) -> None:
    """Examine in real time and say what has been stored; this is what is killed."""
    config = load_config(home)
    devices = open_simulated(seed, paced=False)
    calibrated = measure_micrometer(devices)
    devices.close()
    devices = open_simulated(seed, paced=True)
    plan = ExaminationPlan(
        "kill",
        "motiscope bench",
        calibrated.scale,
        seed=seed,
        temperature_override="the bench does not wait for the stage to warm",
    )
    session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
    said = 0
    begun = False

    def watch(status: ExaminationStatus) -> None:
        nonlocal said, begun
        if status.frames and not begun:
            begun = True
            print(RECORDING, flush=True)
        if status.fields_counted > said:
            said = status.fields_counted
            print(STORED, flush=True)

    with open_records(config) as store:
        examination(session, devices, load_models(config.threads), store, watch=watch).run()


if __name__ == "__main__":
    _examine(Path(sys.argv[1]), int(sys.argv[2]))
