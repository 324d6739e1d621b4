"""The boxes of the bright-field clips, and detections held against them."""

from pathlib import Path

import numpy as np
import pytest

from inference.evaluation.box_scores import BoxScores, score_boxes
from inference.evaluation.tables import LabelError
from inference.evaluation.voc import Boxes, read_boxes, read_clip_boxes


def box(name: str, *sides: object) -> str:
    marks = zip(("xmin", "ymin", "xmax", "ymax"), sides, strict=False)
    inner = "".join(f"<{mark}>{side}</{mark}>" for mark, side in marks)
    return f"<object><name>{name}</name><bndbox>{inner}</bndbox></object>"


def write(folder: Path, name: str, *objects: str) -> Path:
    path = folder / f"{name}.xml"
    path.write_text(f"<annotation>{''.join(objects)}</annotation>")
    return path


def test_centres_are_read_by_name_in_pixels_from_zero(tmp_path: Path):
    path = write(tmp_path, "S_0001_0001", box("S", 1, 1, 11, 21), box("Impurity", 5, 5, 5, 5))
    boxes = read_boxes(path)
    np.testing.assert_array_equal(boxes.sperm_px, [(5, 10)])
    np.testing.assert_array_equal(boxes.other_px, [(4, 4)])


def test_the_number_of_a_file_is_its_frame_from_one(tmp_path: Path):
    write(tmp_path, "S_0001_0001")
    write(tmp_path, "S_0001_0007", box("S", 1, 1, 3, 3))
    write(tmp_path, "S_0003_0002")
    boxes = read_clip_boxes(tmp_path, "S_0001")
    assert sorted(boxes) == [0, 6]
    assert len(boxes[0].sperm_px) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<annotation>",
        "<annotation>" + box("Egg", 1, 1, 2, 2) + "</annotation>",
        "<annotation>" + box("S", 1, 1, 2) + "</annotation>",
        "<annotation>" + box("S", 1, 1, 2, "x") + "</annotation>",
        '<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>',
    ],
)
def test_what_is_no_table_of_boxes_is_refused_in_one_line(tmp_path: Path, text: str):
    path = tmp_path / "S_0001_0001.xml"
    path.write_text(text)
    with pytest.raises(LabelError, match=r"S_0001_0001\.xml") as caught:
        read_boxes(path)
    assert "\n" not in str(caught.value)


def test_no_boxes_and_a_name_without_a_number_are_refused(tmp_path: Path):
    with pytest.raises(LabelError, match="no boxes of S_0001"):
        read_clip_boxes(tmp_path, "S_0001")
    write(tmp_path, "S_0001_last")
    with pytest.raises(LabelError, match="S_0001_last"):
        read_clip_boxes(tmp_path, "S_0001")


def test_each_box_takes_one_detection_and_an_impurity_none():
    boxes = {
        0: Boxes(np.array([[10.0, 10], [50, 50], [90, 90]]), np.array([[200.0, 200]])),
        3: Boxes(np.empty((0, 2)), np.empty((0, 2))),
        4: Boxes(np.array([[10.0, 10]]), np.empty((0, 2))),
    }
    found = {
        # on the first, on the first again, 11 px off the second, on the impurity
        0: np.array([[12.0, 10], [10, 13], [61, 50], [201, 200]]),
        3: np.array([[5.0, 5]]),
        7: np.array([[5.0, 5]]),  # no boxes are known of this frame
    }
    scores = score_boxes(boxes, found)
    assert scores == BoxScores(frames=3, boxes=4, detections=5, hits=1, on_other=1)
    assert scores.precision == pytest.approx(0.2)
    assert scores.recall == pytest.approx(0.25)


def test_as_many_pairs_are_made_as_can_be():
    # The first detection is near both boxes, the second near one of them.
    boxes = {0: Boxes(np.array([[10.0, 10], [20, 10]]), np.empty((0, 2)))}
    assert score_boxes(boxes, {0: np.array([[15.0, 10], [11, 10]])}).hits == 2


def test_nothing_has_no_precision_and_no_recall():
    assert score_boxes({}, {}) == BoxScores()
    assert BoxScores().precision is None
    assert BoxScores().recall is None


@pytest.mark.real
def test_the_real_boxes_are_read(data_dir: Path):
    folder = data_dir / "miamia-svds" / "xml"
    clips = [read_clip_boxes(folder, name) for name in ("S_0001", "S_0003", "S_0004")]
    assert [(min(clip), max(clip), len(clip)) for clip in clips] == [
        (0, 44, 45),
        (0, 37, 38),
        (0, 81, 82),
    ]
    assert sum(len(one.sperm_px) for clip in clips for one in clip.values()) == 3888
    assert sum(len(one.other_px) for clip in clips for one in clip.values()) == 130
