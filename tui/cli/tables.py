"""Results as rows of text, the same in every command."""

from collections.abc import Iterator, Mapping

from calibration.scale import Scale
from inference.counting import Share, whole_percent
from inference.field import GradedTrack
from inference.grading import Grade

GRADE_NAMES: dict[str, str] = {
    Grade.RAPID.value: "a rapid",
    Grade.SLOW.value: "b slow",
    Grade.NON_PROGRESSIVE.value: "c non-progressive",
    Grade.IMMOTILE.value: "d immotile",
    "progressive": "a + b progressive",
}


def share_rows(shares: Mapping[str, Share]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, count, percent and interval of each grade and of PR."""
    for name, share in shares.items():
        percent = "–" if share.percent is None else f"{whole_percent(share.percent)} %"
        yield GRADE_NAMES[name], str(share.count), percent, interval(share)


def interval(share: Share) -> str:
    """Return a 95 % interval in whole percent."""
    low, high = share.ci95
    return f"{whole_percent(low)} to {whole_percent(high)} %"


def review_row(cell: GradedTrack, scale: Scale) -> tuple[str, str, str, str, str, str]:
    """Return number, first frame, place, grade, probabilities and doubts of a cell."""
    track = cell.track
    x_px, y_px = scale.to_px(track.xy_um[0])
    place = f"{x_px:.0f}, {y_px:.0f}"
    chances = zip(Grade, cell.probabilities or (), strict=False)
    likely = ", ".join(f"{one.value} {100 * p:.0f} %" for one, p in chances if p >= 0.005)
    why = "; ".join(cell.review)
    first = str(int(track.frame[0]))
    return str(track.track_id), first, place, cell.grade.value, likely or "–", why
