"""The result of a session as text."""

from rich.table import Table

from inference.counting import whole_percent
from inference.grading import Grade
from qc.result import Conclusion, SessionResult
from tui.cli.console import data
from tui.cli.tables import GRADE_NAMES, interval

ORDER = (*(grade.value for grade in Grade), "progressive")


def show_result(result: SessionResult) -> None:
    """Print the result, its intervals and the comparison of the replicates."""
    table = Table("grade", "result", "95 % interval", *_replicate_headings(result), "difference")
    for name in ORDER:
        table.add_row(
            GRADE_NAMES[name],
            *_shares(result, name),
            *(_percent(each.shares[name].percent) for each in result.replicates),
            _difference(result, name),
        )
    data.print(table)
    data.print(result.sentence)
    for notice in result.notices:
        data.print(f"note: {notice.text}")


def _replicate_headings(result: SessionResult) -> list[str]:
    return [f"replicate {each.number} ({each.counted.total})" for each in result.replicates]


def _shares(result: SessionResult, name: str) -> tuple[str, str]:
    if result.conclusion is not Conclusion.REPORTED:
        return "–", "–"
    share = result.grades[name]
    return _percent(share.percent), interval(share)


def _percent(percent: float | None) -> str:
    return "–" if percent is None else f"{whole_percent(percent)} %"


def _difference(result: SessionResult, name: str) -> str:
    if result.check is None:
        return "–"
    for one in result.check.differences:
        if one.grade == name:
            sign = "within" if one.agrees else "PAST"
            return f"{one.difference_percent:.1f}, {sign} {one.limit_percent}"
    return "–"
