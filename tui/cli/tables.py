"""Results as rows of text, the same in every command."""

from collections.abc import Iterator, Sequence

from inference.counting import GradeCounts, shares
from inference.grading import Grade

GRADE_NAMES = {
    Grade.RAPID: "a rapid",
    Grade.SLOW: "b slow",
    Grade.NON_PROGRESSIVE: "c non-progressive",
    Grade.IMMOTILE: "d immotile",
    "progressive": "a + b progressive",
}


def share_rows(fields: Sequence[GradeCounts]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, count, percent and interval of each grade and of PR."""
    named = {str(name): text for name, text in GRADE_NAMES.items()}
    for name, share in shares(fields).items():
        percent = "–" if share.percent is None else f"{share.percent:.0f} %"
        interval = f"{share.ci95[0]:.0f} to {share.ci95[1]:.0f} %"
        yield named[name], str(share.count), percent, interval
