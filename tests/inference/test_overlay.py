"""What is drawn over a recording: nothing that only colour tells, and nothing outside."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from acquisition.frame import Frame
from acquisition.video_info import VideoInfo
from calibration.scale import Scale
from inference.analysis import Analysis
from inference.field import GradedTrack
from inference.grading import Grade
from inference.overlay import (
    GRADE_BGR,
    LEGEND_PX,
    draw_cell,
    draw_counting_frame,
    draw_legend,
    draw_reticle,
    is_overlay,
    label_cell,
    write_overlay,
)
from tests.acquisition.recordings import write_video
from tests.inference.test_cell_table import analysis

WIDTH, HEIGHT = 640, 480


def drawn(**changed: Any) -> np.ndarray:
    one = analysis(**changed)
    cell = one.fields[0].cells[0]
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    draw_cell(picture, cell, 0, one)
    label_cell(picture, cell, 0, one)
    return picture


def written(picture: np.ndarray) -> np.ndarray:
    """Where something white is written, shape (h, w)."""
    return np.asarray((picture > 180).all(axis=2))


def test_the_letter_tells_the_grade_without_the_colour() -> None:
    letters = [written(drawn(grade=grade)) for grade in Grade]
    assert all(one.sum() > 10 for one in letters)
    for i, one in enumerate(letters):
        assert all((one != other).any() for other in letters[i + 1 :])


def test_a_cell_to_look_at_has_a_second_ring_and_a_question_mark() -> None:
    plain, doubtful = drawn(), drawn(review=("two grades are nearly as likely",))
    colour = GRADE_BGR[Grade.RAPID]
    rings = [(one == colour).all(axis=2).sum() for one in (plain, doubtful)]
    assert rings[1] > rings[0] + 10
    assert (written(plain) != written(doubtful)).any()


@pytest.mark.parametrize("xy_um", [(319.0, 1.0), (319.0, 239.0), (0.0, 0.0)])
def test_the_label_stays_in_the_picture(xy_um: tuple[float, float]) -> None:
    cell: GradedTrack = analysis().fields[0].cells[0]
    moved = np.tile(xy_um, (len(cell.track), 1))
    middle = written(drawn()).sum()
    edge = written(drawn(track=replace(cell.track, xy_um=moved))).sum()
    assert edge == pytest.approx(middle, rel=0.2)


def test_the_reticle_lies_every_25_um_and_leaves_the_rest_as_it_is() -> None:
    picture = np.full((120, 160, 3), 90, np.uint8)
    draw_reticle(picture, Scale(0.5, 0.625, "test"))
    drawn_on = (picture != 90).all(axis=2)
    columns, rows = np.flatnonzero(drawn_on.all(axis=0)), np.flatnonzero(drawn_on.all(axis=1))
    np.testing.assert_array_equal(columns, [50, 100, 150])
    np.testing.assert_array_equal(rows, [40, 80])
    assert drawn_on.sum() == 3 * 120 + 2 * 160 - 6


def test_the_counting_frame_is_a_line_3_um_inside_the_picture() -> None:
    picture = np.full((120, 160, 3), 90, np.uint8)
    draw_counting_frame(picture, Scale(0.5, 0.7, "test"))
    drawn_on = (picture != 90).all(axis=2)
    rows, columns = np.nonzero(drawn_on)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 115, 6, 154)
    assert drawn_on.sum() == 2 * (149 + 112) - 4


def test_the_legend_names_the_reticle() -> None:
    one = analysis()
    assert (draw_legend(640, one) != draw_legend(640, one, with_reticle=True)).any()


@pytest.mark.parametrize("width", [320, 640, 1920])
def test_the_legend_explains_every_grade_and_has_a_true_scale_bar(width: int) -> None:
    one: Analysis = analysis()
    strip = draw_legend(width, one)
    assert strip.shape == (LEGEND_PX, width, 3)
    for colour in GRADE_BGR.values():
        assert (strip == colour).all(axis=2).any()
    length_px = {320: 40, 640: 100, 1920: 400}[width]  # 20, 50 and 200 µm
    bar = (strip[28:30, width - 8 - length_px : width - 8] == 255).all()
    assert bar
    assert (strip[28, width - 8 - length_px - 1] == 0).all()
    assert one.scale.um_per_px_x == 0.5


def test_the_question_mark_is_explained_where_it_is_used() -> None:
    doubtful = draw_legend(WIDTH, analysis(review=("x",)))
    assert (doubtful != draw_legend(WIDTH, analysis())).any()


class Clocked:
    """Three pictures of a camera that was switched on three days ago."""

    def __init__(self, path: Path) -> None:
        self.info = VideoInfo(path, "", 3, 50.0, WIDTH, HEIGHT)

    def frames(self) -> Iterator[Frame]:
        for index in range(3):
            time_us = 259_200_000_000 + index * 40_000
            yield Frame(np.full((HEIGHT, WIDTH), 90, np.uint8), index, time_us)


def test_an_overlay_begins_at_once_whatever_the_clock_of_the_camera(tmp_path: Path) -> None:
    path = tmp_path / "seen.mp4"
    write_overlay(Clocked(tmp_path / "x.avi"), analysis(), path)
    with av.open(str(path)) as container:
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    np.testing.assert_allclose(times, [0.0, 0.04, 0.08], atol=1e-3)


def test_only_what_says_so_is_an_overlay(tmp_path: Path) -> None:
    other = write_video(tmp_path / "other.mp4", [np.full((64, 64), 90, np.uint8)] * 5)
    (tmp_path / "text.mp4").write_text("no video")
    assert not is_overlay(other)
    assert not is_overlay(tmp_path / "text.mp4")
