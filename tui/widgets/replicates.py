"""The replicates side by side, with what WHO allows them to differ."""

from collections.abc import Sequence

from textual.content import Content

from qc.replicates import Difference, ReplicateCheck
from qc.result import ReplicateResult
from tui.widgets.words import GRADE_NAMES, written_percent


def replicates_table(
    replicates: Sequence[ReplicateResult], check: ReplicateCheck | None
) -> Content:
    """Write each grade's share in every replicate, and the check where there are two."""
    by_grade = {each.grade: each for each in check.differences} if check else {}
    numbers = "".join(f"{f'replicate {each.number}':>12}" for each in replicates)
    judged = f"{'diff. pp':>10}{'WHO limit pp':>14}" if by_grade else ""
    lines = [Content.styled(f"{'':14}{numbers}{judged}", "$foreground-muted")]
    for grade, name in GRADE_NAMES.items():
        shares = "".join(
            f"{written_percent(each.shares[grade].percent):>12}" for each in replicates
        )
        lines.append(Content(f"{name:<14}{shares}") + _judged(by_grade.get(grade)))
    lines.append(_sums("cells", [each.counted.total for each in replicates]))
    lines.append(_sums("fields", [each.fields for each in replicates]))
    return Content("\n").join(lines)


def _judged(difference: Difference | None) -> Content:
    if difference is None:
        return Content("")
    figures = f"{difference.difference_percent:>10.1f}{difference.limit_percent:>14}  "
    verdict = (
        ("✓ agree", "$text-success") if difference.agrees else ("✗ differ", "bold $text-error")
    )
    return Content.assemble(figures, verdict)


def _sums(name: str, values: Sequence[int]) -> Content:
    figures = "".join(f"{value:>12}" for value in values)
    return Content.assemble((f"{name:<14}", "$foreground-muted"), figures)
