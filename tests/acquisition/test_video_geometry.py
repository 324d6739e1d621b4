"""What recorded video does to space and time: pixel aspect, fields, frame rates and repeats."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from acquisition.deinterlacing import choose_order
from acquisition.interlacing import FieldOrder, field_order
from acquisition.specimen import GradeMix
from acquisition.video import Deinterlace, FrameRateError, VideoInfo, open_video
from acquisition.video_look import Look
from acquisition.video_survey import Survey
from acquisition.video_timing import timing, timing_notices
from tests.acquisition.interlaced import PAL_ASPECT, Pictures, film, swimming_field, write_mpeg2
from tests.acquisition.recordings import picture, read, write_images, write_video

TFF, BFF, PROGRESSIVE = FieldOrder.TOP_FIRST, FieldOrder.BOTTOM_FIRST, FieldOrder.PROGRESSIVE
FRAMES = 14


@pytest.fixture(scope="module")
def films() -> dict[FieldOrder, Pictures]:
    view = swimming_field()
    return {order: film(view, FRAMES, order) for order in FieldOrder}


def codes(info: VideoInfo) -> list[str]:
    return [notice.code for notice in info.notices]


# Fields.


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("order", list(FieldOrder))
def test_the_pictures_tell_the_field_order_whatever_the_file_says(
    tmp_path: Path, films: dict[FieldOrder, Pictures], order: FieldOrder, marked: bool
) -> None:
    info = open_video(write_mpeg2(tmp_path / "a.mpg", films[order], marked=marked)).info
    stated = BFF if marked else PROGRESSIVE
    assert info.stated is not None
    assert (info.stated.field_order, info.field_order) == (stated, order)
    assert (info.stated.frames, info.stated.frame_rate_hz) == (FRAMES, 25.0)
    both = (FRAMES, 25.0) if order is PROGRESSIVE else (2 * FRAMES, 50.0)
    assert (info.frames, info.frame_rate_hz) == both
    assert codes(info) == (["field_order"] if stated is not order else [])


@pytest.mark.parametrize(
    ("asked", "first"), [(Deinterlace.TOP_FIRST, 0), (Deinterlace.BOTTOM_FIRST, 1)]
)
def test_each_field_keeps_its_rows_in_their_places_and_comes_in_its_time(
    tmp_path: Path, asked: Deinterlace, first: int
) -> None:
    pictures = [picture(i) for i in range(5)]
    path = write_video(tmp_path / "a.mkv", pictures, rate=25, codec="ffv1", pix_fmt="gray")
    fields = list(open_video(path, deinterlace=asked).frames())
    assert [field.time_us for field in fields] == [20_000 * i for i in range(10)]
    assert [field.index for field in fields] == list(range(10))
    for place, field in enumerate(fields):
        rows = (first + place) % 2
        np.testing.assert_array_equal(field.pixels[rows::2], pictures[place // 2][rows::2])
        assert field.pixels.flags.c_contiguous


def test_images_are_taken_apart_when_asked(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "a", [f"f{i}.png" for i in (0, 1, 3)])
    assert open_video(folder, 25.0).info.frames == 3
    video = open_video(folder, 25.0, Deinterlace.TOP_FIRST)
    assert (video.info.frames, video.info.frame_rate_hz) == (6, 50.0)
    fields = [(field.index, field.time_us, field.lost_before) for field in video.frames()]
    times = [(0, 0, 0), (1, 20_000, 0), (2, 40_000, 0), (3, 60_000, 0)]
    assert fields == [*times, (6, 120_000, 2), (7, 140_000, 0)]


def test_what_was_asked_is_done_and_what_speaks_against_it_is_told(
    tmp_path: Path, films: dict[FieldOrder, Pictures]
) -> None:
    path = write_mpeg2(tmp_path / "a.mpg", films[TFF], marked=True)
    for asked, order in ((Deinterlace.OFF, PROGRESSIVE), (Deinterlace.BOTTOM_FIRST, BFF)):
        info = open_video(path, deinterlace=asked).info
        assert info.field_order is order
        assert "top field first" in info.notices[0].text
    assert open_video(path, deinterlace=Deinterlace.TOP_FIRST).info.notices == ()


def test_where_nothing_moves_the_file_is_believed_and_that_is_told(tmp_path: Path) -> None:
    still = [swimming_field().render(0.0)] * FRAMES
    info = open_video(write_mpeg2(tmp_path / "a.mpg", still, marked=True)).info
    assert info.field_order is BFF
    assert "too little moves" in info.notices[0].text
    assert open_video(write_mpeg2(tmp_path / "b.mpg", still, marked=False)).info.notices == ()


def test_pictures_that_point_to_neither_are_told() -> None:
    assert field_order([0.35, 0.4] * 5) is field_order([1.0] * 5) is None
    order, (notice,) = choose_order(Deinterlace.AUTO, PROGRESSIVE, Look(None, True, False))
    assert order is PROGRESSIVE
    assert "cannot be told for sure" in notice.text


def test_the_rate_of_frames_and_that_of_fields_are_both_right(
    tmp_path: Path, films: dict[FieldOrder, Pictures]
) -> None:
    path = write_mpeg2(tmp_path / "a.mpg", films[TFF], marked=True)
    for rate_hz in (25.0, 50.0):
        assert open_video(path, rate_hz).info.frame_rate_hz == 50.0
    with pytest.raises(FrameRateError, match="25 or 50 frames/s"):
        open_video(path, 30.0)


def test_the_fields_are_the_same_twice(tmp_path: Path, films: dict[FieldOrder, Pictures]) -> None:
    video = open_video(write_mpeg2(tmp_path / "a.mpg", films[BFF], marked=True))
    first, second = ([frame.pixels.tobytes() for frame in video.frames()] for _ in range(2))
    assert first == second


# Repeats.


def test_25_pictures_shown_as_50_are_25(tmp_path: Path, films: dict[FieldOrder, Pictures]) -> None:
    shown = [pixels for pixels in films[PROGRESSIVE] for _ in range(2)]
    path = write_video(tmp_path / "a.mp4", shown, rate=50, pix_fmt="yuv420p")
    frames = read(path)
    info = open_video(path).info
    assert (info.frames, info.frame_rate_hz, info.repeated) == (FRAMES, 25.0, FRAMES)
    assert [frame.time_us for frame in frames] == [40_000 * i for i in range(FRAMES)]
    assert [(frame.index, frame.lost_before) for frame in frames] == [(i, 0) for i in range(FRAMES)]
    assert codes(info) == ["repeated_frames"]
    assert info.stated is not None
    assert (info.stated.frames, info.stated.frame_rate_hz) == (2 * FRAMES, 50.0)
    assert open_video(path, 25.0).info == open_video(path, 50.0).info == info


def test_a_picture_shown_again_now_and_then_is_a_lost_frame(
    tmp_path: Path, films: dict[FieldOrder, Pictures]
) -> None:
    shown = [films[PROGRESSIVE][i - i // 5] for i in range(16)]
    frames = read(write_video(tmp_path / "a.mp4", shown, rate=25, pix_fmt="yuv420p"))
    left = [i for i in range(16) if i not in (5, 10, 15)]
    assert [frame.index for frame in frames] == left
    assert [frame.time_us for frame in frames] == [40_000 * i for i in left]
    assert sum(frame.lost_before for frame in frames) == 2


def test_dead_cells_are_no_repeats(tmp_path: Path) -> None:
    dead = film(swimming_field(GradeMix(0, 0, 0, 1)), FRAMES, PROGRESSIVE)
    for pictures in (dead, dead[:1] * FRAMES):
        path = write_video(tmp_path / "a.mp4", pictures, rate=25, pix_fmt="yuv420p")
        assert open_video(path).info.repeated == 0


@pytest.mark.real
def test_unmarked_fields_and_25_frames_shown_as_30_are_found_in_a_real_clip(data_dir: Path) -> None:
    info = open_video(data_dir / "miamia-svds/S_0004.mp4").info
    assert (info.frames, info.repeated, info.field_order) == (2 * (82 - 13), 13, BFF)
    assert codes(info) == ["field_order", "repeated_frames"]


# Frame rates.


def test_times_that_contradict_the_stated_rate_are_used_and_told(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mkv",
        [picture(i) for i in range(30)],
        rate=25,
        ticks=[round(i * 1000 / 24.2) for i in range(30)],
    )
    info = open_video(path).info
    assert info.stated is not None
    assert info.stated.frame_rate_hz == 25.0
    assert info.frame_rate_hz == pytest.approx(24.2, rel=0.002)
    assert codes(info) == ["frame_rate"]


def test_jitter_and_gaps_are_told(tmp_path: Path) -> None:
    steps = [20, 27, 13, 20, 20, 80, 20, 22, 18, 60, 20]
    ticks = [0, *np.cumsum(steps).tolist()]
    path = write_video(tmp_path / "a.mkv", [picture(i) for i in range(12)], ticks=ticks)
    info = open_video(path).info
    assert codes(info) == ["irregular_times"]
    assert "13.0 to 80.0 ms, usually 20.0; 2 gaps leave out 5 frames" in info.notices[0].text


def test_a_missing_frame_is_no_rounding_where_a_tick_is_a_frame() -> None:
    ticks = tuple(i for i in range(40) if i != 20)
    found = Survey(ticks, 39, Fraction(1, 50), Fraction(50), None, None, 64, 48)
    _, times_us = timing(Path("a.avi"), found, None)
    assert times_us == [20_000 * tick for tick in ticks]
    assert [notice.code for notice in timing_notices(found, times_us)] == ["irregular_times"]


def test_a_plain_recording_needs_no_notice(
    tmp_path: Path, films: dict[FieldOrder, Pictures]
) -> None:
    path = write_video(tmp_path / "a.mp4", films[PROGRESSIVE], rate=25, pix_fmt="yuv420p")
    assert open_video(path).info.notices == ()


# Pixel aspect.


@pytest.mark.parametrize("aspect", [PAL_ASPECT, Fraction(1), None])
def test_the_pixel_aspect_is_what_the_file_says(tmp_path: Path, aspect: Fraction | None) -> None:
    path = write_video(tmp_path / "a.mkv", [picture(i) for i in range(3)], aspect=aspect)
    assert open_video(path).info.pixel_aspect == aspect
