"""The report of a reader of a control programme: its charts, what broke a rule, who released it."""

from collections.abc import Iterator, Sequence

from acquisition.sidecar import software
from qc.eqa.plots.control import control_sheets
from qc.eqa.report.report import Chapter, Report
from qc.eqa.rounds.control import JUDGED, ReaderControl, reader_control
from qc.eqa.rounds.values import Reader, Release, Round, RoundError, Schedule, SignedReading
from qc.eqa.rounds.wording import broken_lines, control_table
from qc.eqa.scores.reading import Parameter
from qc.eqa.scoring.wording import NAMES, many

METHODS = (
    "Levey-Jennings: a control about its mean, with 2 and 3 standard deviations (Levey & Jennings, "
    "Am J Clin Pathol 1950; 20: 1059-1066). The standard deviation is that of the baseline, not "
    "below what counting so many cells causes, √(p (100 − p) / N), nor below 1 point.",
    "Rules: 1_2s warns; 1_3s, 2_2s, R_4s, 4_1s and 10_x reject (Westgard, Barry, Hunt & Groth, "
    "Clin Chem 1981; 27: 493-501), in progressive and immotile, within a control and over all.",
    "X-bar and S: means and scatter of the repeats of an occasion (Montgomery, Introduction to "
    "Statistical Quality Control, 6th ed., 2009, 6.3; WHO laboratory manual, 5th ed., 2010, 7).",
    "CUSUM: k 0.5, h 5 (Montgomery 2009, 9.1). EWMA: weight 0.2, width 3 (Roberts, Technometrics "
    "1959; 1: 239-250).",
)


def control_report(
    one: Round,
    reader: Reader,
    signed: Sequence[SignedReading],
    releases: Sequence[Release],
    faults: Sequence[str],
) -> Report:
    """Return the report of one reader of a control programme.

    Args:
        one: The programme.
        reader: Who.
        signed: All that is signed of it.
        releases: Who released what.
        faults: What was changed behind the records' back, one line each.

    Raises:
        RoundError: If the reader has read nothing of it.
        ValueError: If the round is no control programme.
    """
    readings = [each.reading for each in signed]
    own = [each for each in signed if each.reading.reader == reader]
    if not own:
        raise RoundError(f"{reader} has read nothing of {one.name}")
    controls = {each: reader_control(one, reader, readings, each) for each in Parameter}
    released = [release for release in releases if release.reader == reader]
    return Report(
        title=f"Control charts: {one.name}, {reader}",
        facts=tuple(_facts(one, reader, own)),
        remarks_title="Rules that were broken, and who released what",
        remarks=(*faults, *_remarks(controls, released)),
        common=(),
        chapters=tuple(_chapter(controls[each]) for each in (*JUDGED, *_others())),
        methods=METHODS,
    )


def _facts(one: Round, reader: Reader, own: Sequence[SignedReading]) -> Iterator[tuple[str, str]]:
    yield "Programme", f"{one.name}, {many(len(one.items), 'control')} of {one.source}"
    yield "Assigned values", f"SHA-256 {one.table_sha256}"
    if one.schedule is not None:
        yield "Schedule", _schedule(one.schedule)
    yield "Reader", str(reader)
    yield "Signed readings", f"{len(own)}, seal of the last {own[-1].sha256}"
    for name, sha256 in dict.fromkeys(model for each in own for model in each.reading.models):
        yield "Network", f"{name}, SHA-256 {sha256}"
    yield "Charts and report", software()


def _schedule(schedule: Schedule) -> str:
    return (
        f"each control {many(schedule.repeats, 'time')} every {many(schedule.every_days, 'day')}; "
        f"limits from the first {many(schedule.baseline, 'occasion')}, one a day"
    )


def _remarks(
    controls: dict[Parameter, ReaderControl], releases: Sequence[Release]
) -> Iterator[str]:
    broken = [line for each in JUDGED for line in broken_lines(controls[each])]
    yield from broken or ["No rule was broken."]
    for release in releases:
        yield (
            f"Released up to occasion {release.occasion} by {release.by} on "
            f"{release.at_utc:%Y-%m-%d}: {release.reason}"
        )


def _others() -> Iterator[Parameter]:
    return (each for each in NAMES if each not in JUDGED)


def _chapter(control: ReaderControl) -> Chapter:
    """Return the charts and the values of what is judged; the values alone of the rest."""
    sheets = control_sheets(control) if control.parameter in JUDGED else ()
    return Chapter(NAMES[control.parameter], (*sheets, control_table(control)))
