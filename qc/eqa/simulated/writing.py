"""Writing a simulated set: all of it, or nothing."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import astuple
from functools import reduce
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from operator import add
from pathlib import Path
from typing import Any

from acquisition.dvd import RATE_HZ, write_dvd
from acquisition.serving import serve_parent
from inference.counting import GradeCounts
from inference.grading import Grade
from qc.eqa.assigned_table import COLUMNS
from qc.eqa.reference_set import VIDEOS_FOLDER
from qc.eqa.simulated.drawing import DrawnVideo, Grey
from qc.eqa.simulated.plan import SimulationError, VideoPlan

TABLE_NAME = "truth.csv"
DRAWN_FILE = Path(".motiscope") / "drawn.json"
"""What else is true of the videos; hidden, for a data set as published holds nothing like it."""

_POLL_S = 0.5
_STOPPED = -1_000_000_000
"""Frames drawn, once nobody wants them any more: whoever draws looks at it frame by frame."""

_drawn: "list[Synchronized[int]]" = []

Progress = Callable[[int, int], None]
"""Called with the frames drawn and the frames in all."""

Truth = dict[int, list[GradeCounts]]


def write_set(
    folder: Path, plans: Sequence[VideoPlan], workers: int = 2, progress: Progress | None = None
) -> None:
    """Draw the videos of a set and write them with the table of their truth.

    Args:
        folder: Root of the set; it must not exist, or be empty.
        plans: The videos.
        workers: How many processes draw; the files do not depend on it.
        progress: Told while frames are drawn.

    Raises:
        SimulationError: If there is something in the folder.
        OSError: If it cannot be written.
    """
    folder = folder.absolute()
    part = folder.with_name(f"{folder.name}.part")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SimulationError(f"{folder} is there already; name a new folder, or remove it first")
    if part.exists():
        raise SimulationError(f"{part} is left of a run that was cut off; remove it first")
    (part / VIDEOS_FOLDER).mkdir(parents=True)
    try:
        truth = _draw_all(part / VIDEOS_FOLDER, plans, workers, progress or (lambda *_: None))
        _write_table(part / TABLE_NAME, plans, truth)
        _write_drawn(part / DRAWN_FILE, plans, truth)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _draw_all(folder: Path, plans: Sequence[VideoPlan], workers: int, progress: Progress) -> Truth:
    whole = sum(plan.frames for plan in plans)
    context = get_context("spawn")
    drawn: Synchronized[int] = context.Value("q", 0)
    if workers == 1:
        _begin(drawn, alone=True)
        return {
            plan.video_id: _draw(plan, folder, lambda: progress(drawn.value, whole))
            for plan in plans
        }
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(drawn,)) as pool:
        waiting = {pool.submit(_draw, plan, folder): plan.video_id for plan in plans}
        try:
            for _ in _until_done(list(waiting)):
                progress(drawn.value, whole)
            return {one: future.result() for future, one in waiting.items()}
        except BaseException:
            drawn.value = _STOPPED
            pool.shutdown(cancel_futures=True)
            raise


def _until_done(waiting: "list[Future[list[GradeCounts]]]") -> Iterator[None]:
    """Yield twice a second until all are done; an error of one is raised as soon as it comes."""
    while waiting:
        done, _ = wait(waiting, timeout=_POLL_S)
        for future in done:
            future.result()
            waiting.remove(future)
        yield


def _begin(drawn: "Synchronized[int]", *, alone: bool = False) -> None:
    if not alone:
        serve_parent()
    _drawn[:] = [drawn]


def _draw(
    plan: VideoPlan, folder: Path, told: Callable[[], None] | None = None
) -> list[GradeCounts]:
    video = DrawnVideo(plan)
    write_dvd(folder / f"{plan.video_id}.mkv", _counting(video.pictures(), told))
    return video.truth()


def _counting(pictures: Iterator[Grey], told: Callable[[], None] | None) -> Iterator[Grey]:
    for picture in pictures:
        with _drawn[0].get_lock():
            _drawn[0].value += 1
        if _drawn[0].value < 0:
            return
        if told is not None:
            told()
        yield picture


def _write_table(path: Path, plans: Sequence[VideoPlan], truth: Truth) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for plan in plans:
            pooled = reduce(add, truth[plan.video_id])
            shares = (100 * count / max(1, pooled.total) for count in astuple(pooled))
            writer.writerow([plan.video_id, *(f"{share:.2f}" for share in shares)])


def _write_drawn(path: Path, plans: Sequence[VideoPlan], truth: Truth) -> None:
    path.parent.mkdir()
    drawn = [_drawn_video(plan, truth[plan.video_id]) for plan in plans]
    path.write_text(json.dumps({"videos": drawn}, indent=1) + "\n", encoding="utf-8")


def _drawn_video(plan: VideoPlan, truth: Sequence[GradeCounts]) -> dict[str, Any]:
    return {
        "id": plan.video_id,
        "um_per_px": [plan.optics.um_per_px_x, plan.optics.um_per_px_y],
        "frames": plan.frames,
        "duration_s": plan.frames / RATE_HZ,
        "cuts": plan.cuts,
        "fields": [dict(zip(map(str, Grade), astuple(counts), strict=True)) for counts in truth],
    }
