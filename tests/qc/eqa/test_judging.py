"""What a reading of a drawn video got right."""

import pytest

from calibration.scale import Scale
from inference.counting import GradeCounts, shares
from inference.identity import ModelIdentity
from qc.eqa.assigned_table import SetError
from qc.eqa.reading import FieldReading, VideoReading
from qc.eqa.simulated.judging import Drawn, judge, read_drawn

DRAWN = Drawn(id=7, um_per_px=(0.5, 0.4), duration_s=60, cuts=[100, 250, 400])


def reading(*cuts, x=0.5, y=0.4):
    counts = GradeCounts(3, 1, 0, 4)
    return VideoReading(
        sha256="ab",
        model=ModelIdentity("heads", "cd"),
        grader=None,
        edition="WHO 2021",
        scale=Scale(x, y, "drawn"),
        duration_s=60,
        cuts=cuts,
        fields=(FieldReading(100, 5.0, counts),),
        shares=shares([counts]),
    )


@pytest.mark.parametrize(
    ("cuts", "found", "late", "invented"),
    [
        ((100, 250, 400), 3, 0, 0),
        ((101, 248, 400), 3, 2, 0),
        ((103, 250, 400), 2, 0, 1),
        ((100, 400), 2, 0, 0),
        ((100, 101, 250, 400), 3, 0, 1),
        ((), 0, 0, 0),
    ],
)
def test_cuts_are_matched_one_to_one_within_two_frames(cuts, found, late, invented):
    judged = judge(reading(*cuts), DRAWN)
    assert (judged.cuts, judged.found, judged.late_frames, judged.invented) == (
        3, found, late, invented,
    )  # fmt: skip


def test_the_scale_is_judged_by_its_worse_axis():
    assert judge(reading(y=0.398), DRAWN).scale_error_percent == pytest.approx(-0.5)
    assert judge(reading(x=0.51, y=0.398), DRAWN).scale_error_percent == pytest.approx(2.0)


def test_a_set_that_was_not_drawn_is_told(tmp_path):
    with pytest.raises(SetError, match="was not made by motiscope eqa simulate"):
        read_drawn(tmp_path)
    (tmp_path / ".motiscope").mkdir()
    (tmp_path / ".motiscope" / "drawn.json").write_text("{}")
    with pytest.raises(SetError, match="is not what motiscope eqa simulate wrote"):
        read_drawn(tmp_path)
