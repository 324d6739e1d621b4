"""The work behind the quality screens: making rounds, opening and reading items, reporting."""

import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from functools import partial
from itertools import count
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

from acquisition.opening import find_opening, without_opening
from acquisition.video import open_video
from calibration.readings import NotAMicrometerError
from calibration.scale import ScaleError
from inference.analysis import load_models
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import VideoReading
from qc.eqa.reference_set import open_set
from qc.eqa.rounds.instrument import ItemRead, read_as_instrument
from qc.eqa.rounds.making import checked_video, round_of
from qc.eqa.rounds.scored import score_round
from qc.eqa.rounds.values import Reader, Round, RoundItem
from qc.eqa.simulated.plan import Footage, plan_set
from qc.eqa.simulated.writing import write_set
from qc.records.rounds import RoundRecords
from qc.records.store import Store
from qc.records.values import utc_now
from tui.config import Config
from tui.quality import ItemVideo, Made, QualityServices, Told
from tui.round_request import RoundRequest

if TYPE_CHECKING:
    from qc.eqa.report import Report

MOST_SEED = 2**31


def quality_services(
    config: Config, store: Store, footage: Footage | None = None
) -> QualityServices:
    """Give the quality screens what they work with.

    Args:
        config: The settings.
        store: The records.
        footage: How much is drawn of a simulated video; the usual where not given.
    """

    def read_due(one: Round, told: Told) -> Iterator[ItemRead]:
        reader = VideoReader(load_models(config.threads), ReaderSettings())
        read: Callable[[Path], VideoReading] = partial(reader.read, progress=partial(told, "frame"))
        return read_as_instrument(store.rounds, one, config.instrument, read)

    return QualityServices(
        store.rounds,
        partial(make_round, store.rounds, footage or Footage()),
        open_item,
        read_due,
        partial(write_reports, store.rounds, config.home / "eqa" / "reports"),
        tuple(config.managers),
        config.instrument,
    )


def make_round(records: RoundRecords, footage: Footage, request: RoundRequest, told: Told) -> Made:
    """Make a round and store it; draw its set first where that is asked for.

    Raises:
        RoundError: If the round cannot be so.
        SetError: If the set cannot be read.
        SimulationError: If it cannot be drawn.
        StoreError: If it cannot be stored.
        OSError: If a file cannot be read or written.
    """
    if request.videos:
        _start_tracker()
        plans = plan_set(request.videos, secrets.randbelow(MOST_SEED), footage)
        write_set(request.folder, plans, progress=partial(told, "drawing, frame"))
    reference = open_set(request.folder)
    made = round_of(
        reference,
        request.name,
        created_by=request.by,
        created_utc=utc_now(),
        seed=secrets.randbelow(MOST_SEED),
        schedule=request.schedule,
        progress=partial(told, "checking, video"),
    )
    records.add(made)
    return Made(made, reference.faults)


def _start_tracker() -> None:
    """Start the process that other processes need, with a standard error that it can inherit.

    Textual's own has no file behind it, and the start would fail ("bad value(s) in fds_to_keep").
    """
    with redirect_stderr(sys.__stderr__):
        resource_tracker.ensure_running()


def open_item(item: RoundItem) -> ItemVideo:
    """Open the video of an item from where its specimen begins.

    Raises:
        RoundError: If it is gone or another.
        VideoError: If it is no video, or shows no specimen.
        OSError: If it cannot be read.
    """
    recording = open_video(checked_video(item))
    try:
        opening = find_opening(recording, ReaderSettings().division_um)
        scale = opening.scale()
    except NotAMicrometerError:
        return ItemVideo(recording, None, "the video begins with no stage micrometer")
    except ScaleError:
        return ItemVideo(recording, None, "the video's stage micrometer cannot be measured")
    return ItemVideo(without_opening(recording, opening, scale), scale)


def write_reports(
    records: RoundRecords, folder: Path, one: Round, readers: Sequence[Reader]
) -> tuple[Path, ...]:
    """Write the report of a closed round, or of readers of controls, beside what is there.

    What was changed behind the records' back is reported, and named.

    Raises:
        RoundError: If a round is open, or nobody has read it.
        StoreError: If the readings cannot be read.
        OSError: If a file cannot be written.
    """
    from qc.eqa.report import control_report, set_report  # noqa: PLC0415 - loads for a second

    signed, faults = records.readings(one.round_id), records.faults(one)
    if one.is_control:
        releases = records.releases(one.round_id)
        reports = {
            f"{one.name} {reader}": control_report(one, reader, signed, releases, faults)
            for reader in readers
        }
    else:
        scored = score_round(one, signed)
        scored = replace(scored, faults=(*faults, *scored.faults))
        reports = {one.name: set_report(scored)}
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(file for name, each in reports.items() for file in _write(each, folder, name))


def _write(report: "Report", folder: Path, name: str) -> tuple[Path, Path]:
    from qc.eqa.report import write_page, write_pdf  # noqa: PLC0415 - as above

    today = f"{utc_now().astimezone():%Y-%m-%d}"
    html, pdf = _free(folder, f"{_as_file_name(name)}-{today}")
    write_page(report, html)
    write_pdf(report, pdf)
    return html, pdf


def _as_file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "round"


def _free(folder: Path, stem: str) -> tuple[Path, Path]:
    """Return two files that are not there yet, with the same name but for its end."""
    stems = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    pairs = ((folder / f"{each}.html", folder / f"{each}.pdf") for each in stems)
    return next(pair for pair in pairs if not any(path.exists() for path in pair))
