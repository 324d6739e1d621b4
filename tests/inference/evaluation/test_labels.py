"""Human labels: what is read, what is refused, and the second look."""

from pathlib import Path

import numpy as np
import pytest

from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.second_look import Candidates, judge, read_second_look
from inference.evaluation.tables import LabelError

HEADER = "frame,track_id,class,cx_px,cy_px,w_px,h_px"


def write(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text)
    return path


def test_only_spermatozoa_are_read_in_pixel_centres(tmp_path: Path) -> None:
    rows = "0,1,0,10.5,20.0,8,8\n0,2,1,50,50,20,20\n3,1,0,11.5,21.0,8,8\n"
    truth = read_ground_truth(write(tmp_path, f"{HEADER}\n{rows}"))
    np.testing.assert_array_equal(truth.frame, [0, 3])
    np.testing.assert_array_equal(truth.xy_px, [[10, 19.5], [11, 20.5]])


@pytest.mark.parametrize(
    "text",
    ["", "frame,x\n1,2\n", f"{HEADER}\n", f"{HEADER}\n0,1,0,10\n", f"{HEADER}\n0,1,0,ten,20,8,8\n"],
)
def test_a_table_that_is_no_ground_truth_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(LabelError, match=r"labels\.csv"):
        read_ground_truth(write(tmp_path, text))


def test_a_missing_table_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"none\.csv"):
        read_ground_truth(tmp_path / "none.csv")


def test_second_look_counts_each_kind() -> None:
    places = np.array([[10, 10], [50, 50], [90, 90], [130, 130]], float)
    labels = np.array(["sperm", "other", "unsure", "sperm"])
    detected = np.array([[12, 10], [51, 50], [90, 95], [300, 300]], float)
    found = judge({60: Candidates(places, labels)}, {60: detected, 61: detected})
    assert (found.sperm, found.other, found.unsure, found.unseen, found.missed) == (1, 1, 1, 1, 1)
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == pytest.approx(1 / 2)


def test_second_look_without_detections_or_without_cells() -> None:
    one = Candidates(np.array([[10.0, 10.0]]), np.array(["sperm"]))
    assert judge({60: one}, {}).precision is None
    assert judge({60: one}, {}).recall == 0
    assert judge({}, {}).recall is None


def test_unknown_labels_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "frame,x_px,y_px,label,human_box\n60,1,2,egg,true\n")
    with pytest.raises(LabelError, match="egg"):
        read_second_look(path)


@pytest.mark.real
def test_the_real_tables_are_read(data_dir: Path) -> None:
    truth = read_ground_truth(data_dir / "visem-tracking" / "52" / "tracks.csv")
    assert len(truth) == 13436
    looked = read_second_look(data_dir / "visem-tracking" / "52" / "second_look.csv")
    assert sorted(looked) == [60, 150, 240]
    assert sum(int((one.label == "sperm").sum()) for one in looked.values()) == 27
