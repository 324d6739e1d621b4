"""`motiscope visem baselines`: the table, the JSON, and faults in one line."""

import pytest

from tests.qc.visem.made import write_visem
from tests.tui.cli.conftest import loads


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("qc.visem.learners.TREES", 3)
    (tmp_path / "visem").mkdir()
    return write_visem(tmp_path / "visem")


def test_the_papers_table_stands_beside_the_measured(motiscope, folder):
    code, out, error = motiscope("visem", "baselines", folder, "--seeds", 2)
    assert code == 0, error
    for figure in ("38.69", "37.21", "35.86", "21.92", "23.00", "21.06"):
        assert figure in out
    assert "9 participants (the paper: 85); a video but no table: 10." in out
    assert "11 inputs from hormones, participant" in out
    assert "Tail defects" in out


def test_the_figures_as_json(motiscope, folder):
    arguments = ("--seeds", 2, "--json", "--variants", "--features", "hormones")
    code, out, error = motiscope("visem", "baselines", folder, *arguments)
    assert code == 0, error
    document = loads(out)
    assert (document["features"], document["inputs"]) == (["hormones"], 8)
    assert len(document["experiments"]) == 10
    zero_r = document["experiments"][0]
    summed = zero_r["three_fold"]["summed_mae"]["mean"]
    assert summed == pytest.approx(3 * zero_r["three_fold"]["mean_mae"]["mean"])
    assert zero_r["leave_one_out"]["pearson_r"] == [None, None, None]
    assert len(zero_r["three_fold"]["by_seed"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere",), 2, "no such folder"),
        ((".", "--features", "semen"), 2, "--features semen"),
        ((".", "--seeds", "1"), 2, "seeds"),
        ((), 2, "DIR"),
        ((".",), 1, "semen_analysis_data.csv"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    motiscope, tmp_path, monkeypatch, arguments, code, said
):
    monkeypatch.chdir(tmp_path)
    got, out, error = motiscope("visem", "baselines", *arguments)
    assert (got, out) == (code, "")
    assert said in error
    assert len(error.strip().splitlines()) == 1
