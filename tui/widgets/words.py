"""Words and figures that every screen writes in the same way."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from inference.counting import PROGRESSIVE, GradeCounts, whole_percent
from inference.grading import Grade
from qc.records.values import SessionState

GLYPHS = {
    Grade.RAPID: "▲",
    Grade.SLOW: "△",
    Grade.NON_PROGRESSIVE: "◇",
    Grade.IMMOTILE: "■",
}
GRADE_WORDS = {
    Grade.RAPID: "rapid",
    Grade.SLOW: "slow",
    Grade.NON_PROGRESSIVE: "non-progr.",
    Grade.IMMOTILE: "immotile",
}
GRADE_NAMES = {str(grade): f"{grade} {GLYPHS[grade]} {GRADE_WORDS[grade]}" for grade in Grade} | {
    PROGRESSIVE: "PR (a + b)"
}
STATE_WORDS = {
    SessionState.OPEN: "… unfinished",
    SessionState.COMPLETE: "✓ complete",
    SessionState.INCOMPLETE: "! incomplete",
    SessionState.ABORTED: "✗ aborted",
}


def count_of(counted: GradeCounts, grade: Grade) -> int:
    """Return the cells of one grade."""
    return {
        Grade.RAPID: counted.a,
        Grade.SLOW: counted.b,
        Grade.NON_PROGRESSIVE: counted.c,
        Grade.IMMOTILE: counted.d,
    }[grade]


def percent_of(count: int, total: int) -> str:
    """Write a share in whole percent; a dash where nothing was counted."""
    return written_percent(100 * count / total if total else None)


def written_percent(percent: float | None) -> str:
    """Write a percentage as a laboratory reports it, whole; a dash where there is none."""
    return "– %" if percent is None else f"{whole_percent(percent)} %"


def local_time(time_utc: datetime) -> str:
    """Write a time in the laboratory's own clock, to the minute."""
    return f"{time_utc.astimezone():%Y-%m-%d %H:%M}"


def figure(value: float | None, digits: int, unit: str = "") -> str:
    """Write a measured value with its unit, a dash where nothing was measured."""
    number = "–" if value is None else f"{value:.{digits}f}"
    return f"{number} {unit}".rstrip()


def clipped(text: str, width: int) -> str:
    """Cut a text to so many characters, an ellipsis for what is left out."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def written(files: Sequence[Path]) -> str:
    """Say where files were written, their common folder once."""
    folders = {file.parent for file in files}
    if len(folders) != 1:
        return "written: " + ", ".join(map(str, files))
    return f"written: {', '.join(file.name for file in files)} in {folders.pop()}"
