"""Results as rows of text, the same in every command."""

from collections.abc import Iterator, Sequence

from inference.counting import GradeCounts, shares
from inference.grading import Grade

GRADE_NAMES: dict[str, str] = {
    Grade.RAPID.value: "a rapid",
    Grade.SLOW.value: "b slow",
    Grade.NON_PROGRESSIVE.value: "c non-progressive",
    Grade.IMMOTILE.value: "d immotile",
    "progressive": "a + b progressive",
}


def share_rows(fields: Sequence[GradeCounts]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, count, percent and interval of each grade and of PR."""
    for name, share in shares(fields).items():
        percent = "–" if share.percent is None else f"{share.percent:.0f} %"
        interval = f"{share.ci95[0]:.0f} to {share.ci95[1]:.0f} %"
        yield GRADE_NAMES[name], str(share.count), percent, interval
