"""From the stored fields of a session to its result: shares, intervals, the check, the notices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from acquisition.notice import Notice
from inference.counting import PROGRESSIVE, GradeCounts, Share, shares
from inference.grading import Grade
from qc.averaging import mean_share
from qc.corrections import in_force
from qc.preparation import LATEST_MIN, SOONEST_MIN, in_time
from qc.records.values import ReplicateRecord, SessionRecord, SessionState
from qc.replicates import ReplicateCheck, Verdict, compare


class Conclusion(StrEnum):
    """What may be said of a sample after a session."""

    REPORTED = "reported"
    NEW_REPLICATES = "new replicates"
    EMPTY = "empty"
    UNFINISHED = "unfinished"


_SENTENCES = {
    Conclusion.REPORTED: "The replicates agree; the result is their mean.",
    Conclusion.NEW_REPLICATES: (
        "The replicates differ by more than WHO allows; "
        "two new replicates are needed and no result is given."
    ),
    Conclusion.EMPTY: "No spermatozoa were counted in at least one replicate; no result is given.",
    Conclusion.UNFINISHED: "The examination was not finished; no result is given.",
}
_SINGLE = "One replicate was counted as planned; nothing confirms it."


@dataclass(frozen=True, slots=True)
class ReplicateResult:
    """One replicate, counted.

    Attributes:
        number: Its number, from 1.
        fields: Fields that were counted.
        counted: Cells by grade, after the corrections.
        originally_counted: Cells by grade, as the analysis left them.
        corrections: Corrections in force.
        shares: Share of "a", "b", "c", "d" and "progressive", with 95 % intervals.
    """

    number: int
    fields: int
    counted: GradeCounts
    originally_counted: GradeCounts
    corrections: int
    shares: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What a session says.

    Attributes:
        session_id: Its key.
        state: How far the session has come.
        conclusion: What may be said of the sample.
        grades: The result by "a", "b", "c", "d" and "progressive": cells in both replicates, the
            mean of the replicates' percentages, and its 95 % interval, with the spread between
            fields in it (`qc.averaging`). Empty unless the conclusion is `REPORTED`.
        replicates: The replicates that were begun.
        check: The comparison of the two, None where there are not two.
        corrections: Corrections in force in the counted fields; every number holds them.
        corrected_by: Who made them.
        notices: What a reader must know, each with its replicate and field.
    """

    session_id: UUID
    state: SessionState
    conclusion: Conclusion
    grades: Mapping[str, Share]
    replicates: tuple[ReplicateResult, ...]
    check: ReplicateCheck | None
    corrections: int
    corrected_by: tuple[str, ...]
    notices: tuple[Notice, ...]

    @property
    def sentence(self) -> str:
        """The conclusion for people."""
        single = self.conclusion is Conclusion.REPORTED and self.check is None
        return _SINGLE if single else _SENTENCES[self.conclusion]


_GRADES = (*(grade.value for grade in Grade), PROGRESSIVE)


def session_result(session: SessionRecord) -> SessionResult:
    """Return what a session says, derived from its stored counts and their corrections alone."""
    replicates = tuple(_replicate_result(each) for each in session.replicates)
    counted = [each.counted for each in replicates]
    check = _check(counted, session.plan.min_cells)
    conclusion = _conclusion(session.state, counted, check)
    return SessionResult(
        session_id=session.session_id,
        state=session.state,
        conclusion=conclusion,
        grades=_grades(session) if conclusion is Conclusion.REPORTED else {},
        replicates=replicates,
        check=check,
        corrections=sum(each.corrections for each in replicates),
        corrected_by=_corrected_by(session),
        notices=(*_corrected(replicates, _corrected_by(session)), *_notices(session)),
    )


def progressive_percent(
    state: SessionState, counted: Sequence[GradeCounts], min_cells: int
) -> float | None:
    """Return the progressive share that a session's result gives, None where it gives none.

    Args:
        state: How far the session has come.
        counted: Cells of each replicate by grade, after the corrections.
        min_cells: Cells that each replicate aims at.
    """
    check = _check(counted, min_cells)
    if _conclusion(state, counted, check) is not Conclusion.REPORTED:
        return None
    return mean_share([[each] for each in counted], PROGRESSIVE).percent


def _replicate_result(replicate: ReplicateRecord) -> ReplicateResult:
    counts = replicate.field_counts
    return ReplicateResult(
        number=replicate.number,
        fields=len(counts),
        counted=replicate.counted,
        originally_counted=replicate.originally_counted,
        corrections=sum(len(in_force(field.corrections)) for field in replicate.counting),
        shares=shares(counts, replicate.grading),
    )


def _corrected_by(session: SessionRecord) -> tuple[str, ...]:
    """Return who made the corrections in force, each once, in the order of the fields."""
    fields = (field for replicate in session.replicates for field in replicate.counting)
    made = (correction for field in fields for correction in in_force(field.corrections))
    return tuple(dict.fromkeys(correction.operator for correction in made))


def _check(counted: Sequence[GradeCounts], min_cells: int) -> ReplicateCheck | None:
    if len(counted) != 2:
        return None
    return compare(counted[0], counted[1], min_cells)


def _conclusion(
    state: SessionState, counted: Sequence[GradeCounts], check: ReplicateCheck | None
) -> Conclusion:
    if state is not SessionState.COMPLETE:
        return Conclusion.UNFINISHED
    if not counted or not all(each.total for each in counted):
        return Conclusion.EMPTY
    if check is not None and check.verdict is Verdict.DIFFER:
        return Conclusion.NEW_REPLICATES
    return Conclusion.REPORTED


def _grades(session: SessionRecord) -> Mapping[str, Share]:
    counts = [each.field_counts for each in session.replicates]
    grading = [each.grading for each in session.replicates]
    return {grade: mean_share(counts, grade, grading) for grade in _GRADES}


def _corrected(
    replicates: tuple[ReplicateResult, ...], operators: tuple[str, ...]
) -> Iterator[Notice]:
    corrected = [each for each in replicates if each.corrections]
    if not corrected:
        return
    many = sum(each.corrections for each in corrected)
    verb = "is" if many == 1 else "are"
    before = "; ".join(
        f"replicate {each.number} {counts_in_words(each.originally_counted)}" for each in corrected
    )
    yield Notice(
        "corrected",
        f"{corrections_by(many, operators)} {verb} in the counts; counted before: {before}",
    )


def corrections_by(many: int, operators: Sequence[str]) -> str:
    """Say how many corrections there are, and whose."""
    what = "1 correction" if many == 1 else f"{many} corrections"
    return f"{what} by {' and '.join(operators)}"


def counts_in_words(counts: GradeCounts) -> str:
    """Write counts by grade, and their sum."""
    return f"a {counts.a}, b {counts.b}, c {counts.c}, d {counts.d} ({counts.total} in all)"


def _notices(session: SessionRecord) -> tuple[Notice, ...]:
    return (
        *_few_cells(session),
        *_no_stage(session),
        *_not_in_time(session),
        *_field_notices(session),
    )


def _few_cells(session: SessionRecord) -> Iterator[Notice]:
    wanted = session.plan.min_cells
    for replicate in session.replicates:
        counted = replicate.counted.total
        if counted < wanted:
            yield Notice(
                "few_cells",
                f"Replicate {replicate.number}: {counted} cells were counted instead of {wanted}; "
                "its limits and intervals are wider",
            )


def _no_stage(session: SessionRecord) -> Iterator[Notice]:
    """Say where independent fields are assumed and cannot be shown."""
    for replicate in session.replicates:
        if len(replicate.counting) > 1 and any(f.position is None for f in replicate.counting):
            yield Notice(
                "no_stage",
                f"Replicate {replicate.number}: without a stage it is not known whether its fields "
                "are different places; the intervals hold only if they are",
            )


def _not_in_time(session: SessionRecord) -> Iterator[Notice]:
    """Say which replicates were recorded too soon or too late after collection."""
    preparation = session.plan.preparation
    for replicate in session.replicates:
        every = (preparation.minutes_at(field.clip.begun_utc) for field in replicate.counting)
        minutes = [each for each in every if each is not None]
        if not all(in_time(each) for each in minutes):
            span = f"{min(minutes):.1f} to {max(minutes):.1f}"
            yield Notice(
                "time_since_collection",
                f"Replicate {replicate.number}: its fields were recorded {span} minutes after the "
                f"collection of the sample; WHO asks for {SOONEST_MIN:.0f} to {LATEST_MIN:.0f}",
            )


def _field_notices(session: SessionRecord) -> Iterator[Notice]:
    for replicate in session.replicates:
        for field in replicate.counting:
            for notice in field.result.notices if field.result is not None else ():
                where = f"Replicate {replicate.number}, field {field.number}"
                yield Notice(notice.code, f"{where}: {notice.text}")
