"""The cells of an analysis as a table for people: one row a cell, those to be looked at first.

Numbers have a point as decimal mark; what was not measured is empty. A value and its standard
uncertainty are rounded alike, to two figures of the uncertainty (JCGM 100:2008, 7.2.6).
"""

import csv
from collections import defaultdict
from math import floor, isfinite, log10
from pathlib import Path

from inference.analysis import Analysis
from inference.field import GradedTrack
from inference.grading import Grade
from inference.kinematics import MEASURES, Kinematics
from inference.measured import Measure, Withheld
from inference.spreadsheet import harmless

_MOST_DECIMALS = 4
_MEANINGS = {
    "vcl_um_s": "curvilinear velocity VCL",
    "vsl_um_s": "straight-line velocity VSL",
    "vap_um_s": "average-path velocity VAP",
    "linearity": "LIN = VSL / VCL, 0 to 1",
    "straightness": "STR = VSL / VAP, 0 to 1",
    "wobble_ratio": "WOB = VAP / VCL, 0 to 1",
    "alh_um": "amplitude of lateral head displacement ALH",
    "bcf_hz": "beat-cross frequency BCF",
    "mad_deg": "mean absolute turning angle MAD",
}
CELL_COLUMNS: dict[str, str] = {
    "cell": "number of the cell, the track_id of the tracks",
    "first_frame": "frame in which it was first seen, from 0",
    "last_frame": "frame in which it was last seen",
    "seen_frames": "frames in which it was found, bridged ones left out",
    "x_px": "place where it was first seen; the centre of the upper left pixel is 0, 0",
    "y_px": "place where it was first seen",
    "duration_s": "time from first to last seen",
    "grade": "the grade that counts: a, b, c or d",
    "p_a": "the model's probability of grade a, 0 to 1; empty without a model",
    "p_b": "of grade b",
    "p_c": "of grade c",
    "p_d": "of grade d",
    "rule_grade": "grade by the threshold rule",
    "reason": "what the threshold rule says",
    "counted": "yes if it was in the counting frame at the first instant: it is part of the count",
    "review": "yes if a person should look at it",
    "review_reasons": "why",
    "rate_hz": "rate at which it was seen; VCL and what comes from it depend on the frame rate",
    "noise_um": "standard deviation of a single position, per axis",
    "progress_um_s": "net way in 1 s, on which the rule grades",
    "u_progress_um_s": "its standard uncertainty",
    **{
        column: meaning
        for name in MEASURES
        for column, meaning in (
            (name, _MEANINGS[name]),
            (f"u_{name}", f"standard uncertainty of {name}"),
        )
    },
    "withheld": "which values are left empty, and why",
}
"""The columns in their order, each with its meaning."""


def cells_in_order(analysis: Analysis) -> list[GradedTrack]:
    """Return every cell: those to be looked at first, then by number."""
    cells = [cell for field in analysis.fields for cell in field.cells]
    return sorted(cells, key=lambda cell: (not cell.review, cell.track.track_id))


def write_cells(analysis: Analysis, path: Path) -> None:
    """Write one row for each cell, in the order of `cells_in_order`.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(CELL_COLUMNS))
        writer.writeheader()
        for cell in cells_in_order(analysis):
            row = _row(cell, analysis)
            writer.writerow({column: harmless(value) for column, value in row.items()})


def _row(cell: GradedTrack, analysis: Analysis) -> dict[str, object]:
    track = cell.track
    x_px, y_px = analysis.scale.to_px(track.xy_um[0])
    return {
        "cell": track.track_id,
        "first_frame": int(track.frame[0]),
        "last_frame": int(track.frame[-1]),
        "seen_frames": int((~track.interpolated).sum()),
        "x_px": f"{x_px:.1f}",
        "y_px": f"{y_px:.1f}",
        "duration_s": f"{track.duration_s:.3f}",
        **_verdict(cell),
        **(_motion(cell.kinematics) if cell.kinematics else {"withheld": "not measured"}),
    }


def _verdict(cell: GradedTrack) -> dict[str, object]:
    chances = zip(Grade, cell.probabilities or (), strict=False)
    return {
        "grade": cell.grade.value,
        **{f"p_{one.value}": f"{chance:.3f}" for one, chance in chances},
        "rule_grade": "" if cell.rule is None else cell.rule.value,
        "reason": cell.reason,
        "counted": "yes" if cell.present_at_start else "no",
        "review": "yes" if cell.review else "no",
        "review_reasons": "; ".join(cell.review),
    }


def _motion(kinematics: Kinematics) -> dict[str, object]:
    row: dict[str, object] = {
        "rate_hz": f"{kinematics.rate_hz:.2f}",
        "noise_um": f"{kinematics.noise_um:.3f}",
    }
    row |= _rounded("progress_um_s", kinematics.progress_um_s, kinematics.progress_u_um_s)
    withheld: dict[str, list[str]] = defaultdict(list)
    for name in MEASURES:
        found: Measure | Withheld = getattr(kinematics, name)
        if isinstance(found, Withheld):
            withheld[found.reason].append(name)
        else:
            row |= _rounded(name, found.value, found.u)
    row["withheld"] = "; ".join(f"{', '.join(names)}: {why}" for why, names in withheld.items())
    return row


def _rounded(name: str, value: float, u: float) -> dict[str, str]:
    """Return a value and its standard uncertainty as text; nothing where they are no numbers."""
    if not (isfinite(value) and isfinite(u)):
        return {}
    decimals = _MOST_DECIMALS if u <= 0 else min(_MOST_DECIMALS, max(0, 1 - floor(log10(u))))
    return {name: f"{value:.{decimals}f}", f"u_{name}": f"{u:.{decimals}f}"}
