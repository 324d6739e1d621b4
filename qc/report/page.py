"""From a stored session to its page."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from qc.corrections import in_force
from qc.field_run import speed_um_s
from qc.new_file import renewed_file
from qc.records.values import FieldRecord, ResultRecord, SessionRecord
from qc.report import wording
from qc.report.figure import COLOURS, shares_picture
from qc.result import SessionResult, corrections_by, counts_in_words, session_result
from qc.review import correction_lines


class ReportError(Exception):
    """The report cannot be written; one line says where and why."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One row of the table of fields."""

    replicate: int
    field: FieldRecord
    counts: bool

    @property
    def drift_um_s(self) -> float | None:
        """Drift of the field in µm/s."""
        return None if self.field.result is None else speed_um_s(self.field.result.drift)

    @property
    def corrected(self) -> str:
        """Whose corrections are in the count, and what it was before; empty without any."""
        made = in_force(self.field.corrections)
        if not made or self.field.result is None:
            return ""
        who = corrections_by(len(made), tuple(dict.fromkeys(each.operator for each in made)))
        return f"{who}; before: {counts_in_words(self.field.result.counted)}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the list of how it was measured."""

    name: str
    text: str


def report_html(session: SessionRecord) -> str:
    """Return the report of a session as one page of HTML that needs no other file."""
    result = session_result(session)
    return (
        _environment()
        .get_template("template.html")
        .render(
            session=session,
            result=result,
            names=wording.GRADE_NAMES,
            not_measured=wording.NOT_MEASURED,
            colours=COLOURS,
            picture=shares_picture(result),
            lines=list(_lines(session)),
            corrections=correction_lines(session),
            facts=list(_facts(session)),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qc.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=wording.percent,
        interval=wording.interval,
        moment=wording.moment,
        number=wording.number,
        counts=counts_in_words,
    )
    return environment


def write_report(session: SessionRecord, path: Path) -> SessionResult:
    """Write the report of a session into a file and return the result that it shows.

    Raises:
        ReportError: If the file cannot be written.
    """
    page = report_html(session)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with renewed_file(path) as part:
            part.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"the report {path} cannot be written: {error.strerror}") from error
    return session_result(session)


def renew_report(session_id: UUID, read: Callable[[UUID], SessionRecord]) -> Path | None:
    """Write the report of a session again if its folder has one, so that none shows old counts.

    Two who correct at the same moment both write it. Whoever writes last has looked afterwards
    whether anything was corrected meanwhile, so that the last report holds it all.

    Args:
        session_id: Key of the session.
        read: Returns a session as it is stored now.

    Returns:
        Where it lies, None where there is none.

    Raises:
        ReportError: If the file cannot be written.
    """
    session = read(session_id)
    path = Path(session.folder) / "report.html"
    if not path.is_file():
        return None
    shown: frozenset[UUID] | None = None
    while _corrections(session) != shown:
        write_report(session, path)
        shown, session = _corrections(session), read(session_id)
    return path


def _corrections(session: SessionRecord) -> frozenset[UUID]:
    fields = (field for replicate in session.replicates for field in replicate.fields)
    return frozenset(made.correction_id for field in fields for made in field.corrections)


def _lines(session: SessionRecord) -> Iterator[FieldLine]:
    for replicate in session.replicates:
        for field in replicate.fields:
            yield FieldLine(replicate.number, field, field in replicate.counting)


def _facts(session: SessionRecord) -> Iterator[Fact]:
    yield from _scale_facts(session)
    yield from _device_facts(session)
    yield from _preparation_facts(session)
    yield from _condition_facts(session)
    yield from _analysis_facts(session)


def _scale_facts(session: SessionRecord) -> Iterator[Fact]:
    plan = session.plan
    for axis in ("x", "y"):
        value = getattr(plan.scale, f"um_per_px_{axis}")
        u_rel = getattr(plan.scale, f"u_rel_{axis}")
        yield Fact(f"Scale, {axis}", f"{value:.4f} µm/px, {wording.uncertainty(u_rel)}")
    yield Fact("Source of the scale", plan.scale.source)
    yield Fact("Micrometer picture", wording.short_hash(plan.calibration_sha256))


def _device_facts(session: SessionRecord) -> Iterator[Fact]:
    camera = session.camera
    clock = "" if camera.has_clock else ", without a clock"
    yield Fact("Camera", f"{camera.vendor} {camera.model}, no. {camera.serial}{clock}")
    accepted = {field.clip.settings for each in session.replicates for field in each.fields}
    for settings in sorted(accepted, key=lambda s: sorted(asdict(s).items())):
        yield Fact(
            "Settings as accepted",
            f"{settings.width_px} × {settings.height_px} px, {settings.frame_rate_hz:g} frames/s, "
            f"{settings.exposure_us:g} µs, {settings.gain_db:g} dB, binning {settings.binning}",
        )


def _preparation_facts(session: SessionRecord) -> Iterator[Fact]:
    said = session.plan.preparation
    text = "not confirmed"
    if said.preheated_by is not None and said.preheated_utc is not None:
        text = f"confirmed by {said.preheated_by}, {wording.moment(said.preheated_utc)}"
    yield Fact("Pre-heated slide", text)


def _condition_facts(session: SessionRecord) -> Iterator[Fact]:
    """Say what the counted fields were recorded under; the table of fields says it of the rest."""
    fields = [field for each in session.replicates for field in each.counting]
    if not fields:
        yield Fact("Conditions", "no field was counted")
        return
    clips = [field.clip for field in fields]
    every = (session.plan.preparation.minutes_at(clip.begun_utc) for clip in clips)
    minutes = [each for each in every if each is not None]
    yield Fact("Time since collection", wording.span(minutes, 0, "min"))
    readings_c = [reading for clip in clips for reading in clip.readings_c]
    yield Fact("Temperature", wording.span(readings_c, 1, "°C"))
    yield _drift_fact([speed_um_s(field.result.drift) for field in fields if field.result])
    frames, lost = sum(clip.frames for clip in clips), sum(clip.lost_frames for clip in clips)
    yield Fact("Frames", f"{frames} recorded, {lost} lost in the counted fields")


def _drift_fact(drifts: list[float | None]) -> Fact:
    measured = [drift for drift in drifts if drift is not None]
    span, unknown = wording.span(measured, 1, "µm/s"), len(drifts) - len(measured)
    some = f"; {wording.NOT_MEASURED} in {unknown} of {len(drifts)} fields"
    return Fact("Drift, taken off", f"{span}{some}" if measured and unknown else span)


def _analysis_facts(session: SessionRecord) -> Iterator[Fact]:
    results = [field.result for each in session.replicates for field in each.fields if field.result]
    yield from sorted(
        {fact for result in results for fact in _result_facts(result)},
        key=lambda fact: (fact.name, fact.text),
    )
    yield Fact("Seed of the fields", str(session.plan.seed))
    yield Fact("Software", session.software)
    yield Fact("Session", str(session.session_id))


def _result_facts(result: ResultRecord) -> tuple[Fact, ...]:
    limits = result.thresholds
    return (
        *(
            Fact(f"Model, {task}", f"{model.name}, {wording.short_hash(model.sha256)}")
            for task, model in (("heads and cells", result.model), ("grades", result.grader))
            if model is not None
        ),
        Fact(
            "Limits of the grades",
            f"{limits.edition}: a from {limits.rapid_um_s:g} µm/s, "
            f"b from {limits.progressive_um_s:g} µm/s, d below activity {limits.activity:g}",
        ),
    )
