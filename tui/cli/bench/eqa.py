"""`motiscope bench eqa`: a simulated set read anew, held against what was drawn, and timed."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer
from rich.table import Table

from inference.analysis import load_models
from qc.eqa.mean_errors import MeanErrors, mean_errors
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import LeftOutError, VideoReading
from qc.eqa.reference_set import ReferenceItem, ReferenceSet, open_set
from qc.eqa.simulated.judging import Drawn, Judged, judge, read_drawn
from tui.cli.bench.options import AsJson
from tui.cli.console import data, print_json, progress_bar, talk
from tui.cli.eqa.options import Folder

PUBLISHED_VIDEOS, PUBLISHED_S = 65, 120.0
"""VISEM-QC: how many videos, and about how long each lasts."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One video of the set.

    Attributes:
        item: The video.
        drawn: What is true of it.
        reading: What was read.
        judged: How they compare.
        taken_s: How long reading took.
    """

    item: ReferenceItem
    drawn: Drawn
    reading: VideoReading
    judged: Judged
    taken_s: float

    @property
    def off(self) -> float:
        """Mean absolute error over the four grades, in points; 100 where nothing was counted."""
        grades = self.reading.grades
        error = None if grades is None else mean_errors([(grades, self.item.assigned)]).four
        return 100.0 if error is None else error


def eqa(context: typer.Context, folder: Folder, as_json: AsJson = False) -> None:
    """Read every video of a set that `motiscope eqa simulate` drew: errors, scale, cuts, time.

    Kept readings are not used. The time of 65 videos of two minutes is extrapolated from the
    seconds that a second of video takes; the table shows whether that grows.
    """
    reference, drawn = open_set(folder), read_drawn(folder)
    reader = VideoReader(load_models(context.obj.threads), ReaderSettings())
    timed = list(_read(reference, drawn, reader))
    pairs = [(t.reading.grades, t.item.assigned) for t in timed if t.reading.grades is not None]
    errors = mean_errors(pairs)
    if as_json:
        print_json(_document(timed, errors, len(reference.items)))
        return
    data.print(_table(timed))
    for line in _summary(timed, errors, len(reference.items)):
        data.print(line)


def _read(reference: ReferenceSet, drawn: dict[int, Drawn], reader: VideoReader) -> Iterator[Timed]:
    with progress_bar("reading", "videos") as progress:
        for done, item in enumerate(reference.items, start=1):
            begun_s = time.perf_counter()
            try:
                reading = reader.read(item.path)
            except LeftOutError as error:
                talk.print(f"{item.path.name}: left out: {error}", style="yellow")
                continue
            finally:
                progress(done, len(reference.items))
            true = drawn[item.video_id]
            taken_s = time.perf_counter() - begun_s
            yield Timed(item, true, reading, judge(reading, true), taken_s)


def _table(timed: list[Timed]) -> Table:
    table = Table(
        "video", "lasts, s", "cells", "off, points", "scale off, %", "cuts found", "invented",
        "read in, s", "s a s of video", "so far",
    )  # fmt: skip
    taken_s = lasted_s = 0.0
    for one in timed:
        taken_s, lasted_s = taken_s + one.taken_s, lasted_s + one.drawn.duration_s
        judged = one.judged
        table.add_row(
            str(one.item.video_id),
            f"{one.drawn.duration_s:.0f}",
            str(one.reading.counted),
            f"{one.off:.2f}",
            f"{judged.scale_error_percent:+.4f}",
            f"{judged.found} of {judged.cuts}",
            str(judged.invented),
            f"{one.taken_s:.1f}",
            f"{one.taken_s / one.drawn.duration_s:.2f}",
            f"{taken_s / lasted_s:.2f}",
        )
    return table


def _summary(timed: list[Timed], errors: MeanErrors, videos: int) -> Iterator[str]:
    yield f"read {len(timed)} of {videos} videos"
    if not timed or errors.three is None or errors.four is None:
        return
    yield (
        f"mean absolute error {errors.three:.2f} points in three categories (at most 2.5), "
        f"{errors.four:.2f} in four (at most 3)"
    )
    worst = max((one.judged.scale_error_percent for one in timed), key=abs)
    yield f"scale at most {abs(worst):.4f} % off (at most 0.5)"
    yield (
        f"cuts: {sum(t.judged.found for t in timed)} of {sum(t.judged.cuts for t in timed)} found "
        f"within 2 frames, at most {max(t.judged.late_frames for t in timed)} beside; "
        f"{sum(t.judged.invented for t in timed)} invented"
    )
    ratio = _ratio(timed)
    hours, whole_h = (PUBLISHED_VIDEOS * PUBLISHED_S * each / 3600 for each in (ratio, 1.0))
    yield (
        f"a second of video takes {ratio:.2f} s; {PUBLISHED_VIDEOS} videos of {PUBLISHED_S:.0f} s "
        f"would take {hours:.2f} h, and last {whole_h:.2f} h"
    )


def _ratio(timed: list[Timed]) -> float:
    return sum(one.taken_s for one in timed) / sum(one.drawn.duration_s for one in timed)


def _document(timed: list[Timed], errors: MeanErrors, videos: int) -> dict[str, object]:
    return {
        "videos": videos,
        "read": [
            asdict(one.judged)
            | {
                "id": one.item.video_id,
                "duration_s": one.drawn.duration_s,
                "counted": one.reading.counted,
                "mae_four_categories": one.off,
                "taken_s": one.taken_s,
            }
            for one in timed
        ],
        "mae_three_categories": errors.three,
        "mae_four_categories": errors.four,
        "taken_s_a_s": _ratio(timed) if timed else None,
    }
