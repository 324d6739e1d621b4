"""One cell under review in words: a row of the table, and all that is known of it."""

from collections.abc import Sequence

from qc.corrections import described
from qc.records.values import SessionRecord
from qc.review import ReviewLine
from tui.widgets.crop import nearest
from tui.widgets.words import GLYPHS, GRADE_WORDS, local_time

COLUMNS = ("field", "cell", "grade", "  ", " a  b  c  d", "standing", "why")


def row_of(line: ReviewLine) -> tuple[str, ...]:
    """Return the row of a cell, by `COLUMNS`."""
    return (
        line.place,
        f"{line.now.number:4d}",
        _grade(line),
        _signs(line),
        _probabilities(line),
        line.standing,
        "; ".join(line.review),
    )


def _signs(line: ReviewLine) -> str:
    """Mark what is to review with ?, what is corrected with ✎, what is gone with ✗."""
    corrected = "✗" if line.now.gone else "✎" if line.now.corrections else " "
    return f"{'?' if line.review else ' '}{corrected}"


def _grade(line: ReviewLine) -> str:
    """Write the grade with its glyph, the analysis's own before it where a person changed it."""
    now = f"{line.now.grade} {GLYPHS[line.now.grade]}"
    if line.cell is None or line.cell.grade is line.now.grade:
        return now
    return f"{line.cell.grade}→{now}"


def _probabilities(line: ReviewLine) -> str:
    if line.cell is None or line.cell.probabilities is None:
        return f"{'–':>11}"
    return " ".join(f"{100 * each:2.0f}" for each in line.cell.probabilities)


def all_of(line: ReviewLine, others: Sequence[ReviewLine]) -> str:
    """Return everything that is known of a cell, a line for each thing.

    Args:
        line: The cell.
        others: The cells of its field.
    """
    return "\n".join(_facts(line, others))


def _facts(line: ReviewLine, others: Sequence[ReviewLine]) -> list[str]:
    now, cell = line.now, line.cell
    facts = [f"{now.grade} {GLYPHS[now.grade]} {GRADE_WORDS[now.grade]}, {line.standing}"]
    if cell is not None:
        rule = f"the rule says {cell.rule_grade}: " if cell.rule_grade else ""
        facts.append(f"{rule}{cell.reason}" or "nothing was measured")
        facts.append(f"seen in frames {cell.first_frame} to {cell.last_frame}")
    facts.extend(f"? {clause}" for clause in line.review)
    for each in now.corrections:
        when = local_time(each.at_utc)
        facts.append(f"✎ {described(each)}: {each.reason} ({each.operator}, {when})")
    if near := near_it(line, others):
        facts.append(near)
    return facts


def near_it(line: ReviewLine, others: Sequence[ReviewLine]) -> str:
    """Name the cells of the field that come nearest to a cell; empty where it is alone."""
    scale = line.field.result.scale if line.field.result else None
    near = nearest(line, others, scale) if scale else ""
    return f"near it: {near}" if near else ""


def summary_of(session: SessionRecord, lines: Sequence[ReviewLine], corrections: int) -> str:
    """Say whose cells these are, how many are to review, and how much was corrected."""
    wanted = sum(bool(line.review) for line in lines)
    many = "1 correction" if corrections == 1 else f"{corrections} corrections"
    return f"sample {session.plan.sample} · {wanted} of {len(lines)} to review · {many}"
