"""The table of cells: what stands in it, in which order, and what never does."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acquisition.video import VideoInfo
from inference.analysis import Analysis
from inference.cell_table import CELL_COLUMNS, write_cells
from inference.field import GradedTrack, analyse_field
from inference.grading import Grade, Thresholds
from inference.identity import ModelIdentity
from inference.kinematics import MEASURES
from tests.inference.scenes import SCALE, Cell, detect, hide, swimmer

FRAMES = 100
SIZE_PX = (640, 480)


def analysis(rate_hz: float = 50.0, **changed: object) -> Analysis:
    """Three cells: one swims, one lies still, one swims in and is seen for a short time."""
    late = hide(swimmer((-40, 120), (60, 0), FRAMES, rate_hz=rate_hz), slice(0, 80))
    cells = [
        Cell(swimmer((40, 40), (40, 0), FRAMES, rate_hz=rate_hz), activity=9),
        Cell(np.tile((200.0, 150.0), (FRAMES, 1)), activity=1),
        Cell(late, activity=9),
    ]
    field = analyse_field(detect(cells, rate_hz=rate_hz), SCALE, SIZE_PX, Thresholds())
    ordered = sorted(field.cells, key=lambda cell: cell.track.xy_um[0, 1])
    renamed = [
        replace(cell, track=replace(cell.track, track_id=i))
        for i, cell in zip((1, 3, 2), ordered, strict=True)
    ]
    renamed[0] = replace(renamed[0], **changed)  # type: ignore[arg-type]
    info = VideoInfo(Path("drawn.mkv"), "0" * 64, FRAMES, rate_hz, *SIZE_PX)
    return Analysis(
        info,
        ModelIdentity("drawn", "0" * 64),
        SCALE,
        Thresholds(),
        (replace(field, cells=tuple(renamed)),),
    )


def table(drawn: Analysis, folder: Path) -> list[dict[str, str]]:
    write_cells(drawn, folder / "cells.csv")
    with (folder / "cells.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_cell_has_a_row_with_the_published_columns(tmp_path: Path) -> None:
    rows = table(analysis(), tmp_path)
    assert list(rows[0]) == list(CELL_COLUMNS)
    assert [row["cell"] for row in rows] == ["1", "2", "3"]
    swims, lies, late = rows
    assert (swims["grade"], swims["rule_grade"], swims["counted"]) == ("a", "a", "yes")
    assert "µm on in 1 s" in swims["reason"]
    assert (lies["grade"], lies["counted"]) == ("d", "yes")
    assert late["counted"] == "no"
    assert [swims[f"p_{grade}"] for grade in "abcd"] == [""] * 4
    assert {row["review"] for row in rows} == {"no"}
    assert (float(swims["x_px"]), float(swims["y_px"])) == pytest.approx((80, 80), abs=1)
    assert (late["first_frame"], late["last_frame"], late["seen_frames"]) == ("80", "99", "20")
    assert float(swims["duration_s"]) == pytest.approx(99 / 50)


def test_a_value_has_its_uncertainty_or_a_reason_why_it_is_missing(tmp_path: Path) -> None:
    for row in table(analysis(), tmp_path):
        for name in MEASURES:
            assert bool(row[name]) == bool(row[f"u_{name}"]) == (name not in row["withheld"])
    swims, _, late = table(analysis(), tmp_path)
    assert float(swims["vsl_um_s"]) == pytest.approx(40, abs=4 * float(swims["u_vsl_um_s"]))
    assert len(swims["u_vsl_um_s"]) == len("0.071")
    assert late["withheld"].endswith("mad_deg: seen for 0.38 s and this needs 0.5 s")


def test_a_low_frame_rate_is_a_reason_that_stands_once(tmp_path: Path) -> None:
    swims = table(analysis(rate_hz=30), tmp_path)[0]
    assert swims["withheld"] == (
        "linearity, wobble_ratio, alh_um, bcf_hz, mad_deg: "
        "the frame rate is 30 Hz and this needs 50 Hz"
    )


def test_cells_to_look_at_come_first_with_what_the_model_thinks(tmp_path: Path) -> None:
    drawn = analysis(
        grade=Grade.SLOW,
        probabilities=(0.4, 0.55, 0.05, 0.0),
        review=("two grades are nearly as likely", "the rule says a"),
        track=replace(analysis().fields[0].cells[0].track, track_id=9),
    )
    first, *others = table(drawn, tmp_path)
    assert (first["cell"], [row["cell"] for row in others]) == ("9", ["2", "3"])
    assert [first[f"p_{grade}"] for grade in "abcd"] == ["0.400", "0.550", "0.050", "0.000"]
    assert (first["grade"], first["rule_grade"], first["review"]) == ("b", "a", "yes")
    assert first["review_reasons"] == "two grades are nearly as likely; the rule says a"


def test_no_text_is_a_formula_and_no_number_is_nan(tmp_path: Path) -> None:
    cell: GradedTrack = analysis().fields[0].cells[0]
    assert cell.kinematics is not None
    unknown = replace(cell.kinematics, progress_um_s=np.nan)
    drawn = analysis(reason="=1+1", review=("@SUM(A1)",), kinematics=unknown)
    row = table(drawn, tmp_path)[0]
    assert (row["reason"], row["review_reasons"]) == ("'=1+1", "'@SUM(A1)")
    assert row["progress_um_s"] == ""
    assert "nan" not in (tmp_path / "cells.csv").read_text(encoding="utf-8").lower()


def test_a_cell_that_was_not_measured_says_so(tmp_path: Path) -> None:
    row = table(analysis(kinematics=None), tmp_path)[0]
    assert (row["vcl_um_s"], row["withheld"]) == ("", "not measured")
