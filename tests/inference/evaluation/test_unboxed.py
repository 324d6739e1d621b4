"""Detections without a human box, the draw of them, the sheet and its labels."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from acquisition.frame import Frame
from inference.evaluation.contact_sheet import draw_sheet, pictures_of, places, write_sheet
from inference.evaluation.points import TrackPoints
from inference.evaluation.tables import LabelError
from inference.evaluation.unboxed import (
    draw_detections,
    draw_tracks,
    find_unboxed,
    read_labels,
    uncovered_tracks,
)
from inference.field import PixelTracks
from tests.inference.evaluation.drawn import rows


def boxes(*points: tuple[int, float, float]) -> TrackPoints:
    table = np.array(points, float).reshape(-1, 3)
    return TrackPoints(table[:, 0].astype(int), np.arange(len(table)), table[:, 1:])


def test_a_detection_within_10_px_of_a_box_of_its_own_frame_is_covered():
    tracks = rows((0, 1, 10, 10), (0, 2, 21, 10), (1, 1, 10, 10), (2, 3, 10, 10))
    tracks.score[3] = 0  # bridged, so no detection
    found = find_unboxed(tracks, boxes((0, 11, 10), (1, 11, 21)))
    np.testing.assert_array_equal(found.rows, [0, 1, 2])
    np.testing.assert_array_equal(found.covered, [True, True, False])
    np.testing.assert_array_equal(found.uncovered, [2])
    assert found.share == pytest.approx(1 / 3)
    assert find_unboxed(rows(), boxes()).share is None


def long_tracks(count: int, frames: int) -> PixelTracks:
    return rows(*((f, t, 20.0 * t, 10.0) for f in range(frames) for t in range(count)))


def test_the_draw_is_seeded_and_takes_few_of_a_track():
    tracks = long_tracks(10, 50)
    found = find_unboxed(tracks, boxes())
    drawn = draw_detections(tracks, found, 100, seed=1)
    assert len(drawn) == 30
    assert np.bincount(tracks.track_id[drawn]).max() == 3
    few = draw_detections(tracks, found, 12, seed=1)
    assert len(few) == 12
    assert set(few) <= set(drawn)
    np.testing.assert_array_equal(few, draw_detections(tracks, found, 12, seed=1))
    assert set(few) != set(draw_detections(tracks, found, 12, seed=2))


def test_whole_tracks_are_drawn_once_if_they_are_mostly_uncovered():
    tracks = long_tracks(3, 10)
    covered = boxes(*((f, 0.0, 10.0) for f in range(10)), *((f, 20.0, 10.0) for f in range(4)))
    found = find_unboxed(tracks, covered)
    np.testing.assert_array_equal(uncovered_tracks(tracks, found), [1, 2])
    drawn = draw_tracks(tracks, found, 100, seed=1)
    assert sorted(tracks.track_id[drawn].tolist()) == [1, 2]
    assert set(drawn) <= set(found.uncovered)


def test_a_sheet_shows_each_place_plain_and_with_its_path(tmp_path: Path):
    tracks = rows(*((f, 4, 3.0 + 2 * f, 30.0) for f in range(40)))
    pictures = {f: np.full((60, 80), 100, np.uint8) for f in (0, 20)}
    for frame, picture in pictures.items():
        picture[30, 3 + 2 * frame] = 255
    shown = places(tracks, [0, 20])
    assert shown[1].caption == "2: track 4 frame 20 score 0.90 grade a"
    # 25 frames are half a second.
    assert len(shown[0].before_px) == 1
    assert len(shown[0].after_px) == 26
    assert len(shown[1].before_px) == 21
    sheet = draw_sheet(shown, pictures)
    side = 144
    plain, marked = sheet[10 : 10 + side, 10 : 10 + side], sheet[10 : 10 + side, 154 : 154 + side]
    assert (plain[..., 0] == plain[..., 2]).all()
    assert (marked[..., 0] != marked[..., 2]).any()
    # What lies left of the picture is black, and the head is in the middle.
    assert plain[:, :50].max() == 0
    assert np.unravel_index(plain[..., 0].argmax(), (side, side)) == pytest.approx((72, 72), abs=2)
    write_sheet(sheet, tmp_path / "sheet.png")
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "sheet.png")), sheet)


def test_an_empty_draw_is_an_empty_sheet():
    assert draw_sheet([], {}).size


def test_only_the_wanted_pictures_are_kept():
    frames = [Frame(np.full((2, 2), index, np.uint8), index) for index in range(5)]
    assert sorted(pictures_of(frames, [1, 3, 3])) == [1, 3]


def labels(folder: Path, *lines: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("\n".join(["number,label,who", *lines]) + "\n")
    return path


def test_labels_are_counted(tmp_path: Path):
    said = read_labels(labels(tmp_path, "2,other,AB", "1,sperm,AB", "3,unsure,AB"), 3)
    assert (said.sperm, said.other, said.unsure) == (1, 1, 1)


@pytest.mark.parametrize(
    "lines",
    [
        ["1,sperm,AB"],
        ["1,sperm,A", "1,other,A"],
        ["1,sperm,A", "3,sperm,A"],
        ["1,egg,A", "2,sperm,A"],
    ],
)
def test_labels_that_are_not_of_this_sheet_are_refused(tmp_path: Path, lines: list[str]):
    with pytest.raises(LabelError, match=r"labels\.csv"):
        read_labels(labels(tmp_path, *lines), 2)
