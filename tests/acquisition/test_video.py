"""Video files: exact pictures, counts and times, and faults in one line."""

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from acquisition.interlacing import FieldOrder
from acquisition.video import Video, VideoError, VideoInfo, open_video
from acquisition.video_info import Stated
from acquisition.video_survey import survey
from tests.acquisition.recordings import frames as frames_of_a_camera
from tests.acquisition.recordings import (
    picture,
    ramp,
    read,
    record,
    refusal,
    write_images,
    write_video,
)

Grey = NDArray[np.uint8]
LOSSLESS_H264 = {"qp": "0", "preset": "ultrafast"}


def test_full_range_luma_passes_unchanged(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [ramp()] * 3, options=LOSSLESS_H264)
    for frame in read(path):
        np.testing.assert_array_equal(frame.pixels, ramp())


def test_limited_range_is_spread_to_full(tmp_path: Path) -> None:
    luma = np.vstack([ramp(), np.full((32, 512), 128, np.uint8)])
    path = write_video(
        tmp_path / "a.mkv", [luma] * 3, codec="ffv1", pix_fmt="yuv420p", source="yuv420p"
    )
    expected = np.clip(np.rint((ramp().astype(float) - 16) * 255 / 219), 0, 255)
    np.testing.assert_array_equal(read(path)[0].pixels, expected)


def test_luma_agrees_with_ffmpeg_s_own_conversion(tmp_path: Path) -> None:
    for pix_fmt in ("yuvj420p", "yuv420p", "yuvj444p", "gray"):
        codec = "ffv1" if pix_fmt == "gray" else "libx264"
        path = write_video(tmp_path / f"{pix_fmt}.mkv", [ramp()] * 3, codec=codec, pix_fmt=pix_fmt)
        with av.open(str(path)) as container:
            converted = next(container.decode(video=0)).to_ndarray(format="gray")
        apart = read(path)[0].pixels.astype(int) - converted
        assert np.abs(apart).max() <= 2, pix_fmt


@pytest.mark.parametrize(
    ("pix_fmt", "source", "depth"),
    [("gray16le", "gray16le", 16), ("gray12le", "gray12le", 12), ("gray10le", "gray10le", 10)],
)
def test_deep_pictures_are_scaled_to_8_bits(
    tmp_path: Path, pix_fmt: str, source: str, depth: int
) -> None:
    deep = ramp().astype(np.uint16) << (depth - 8)
    path = write_video(tmp_path / "a.mkv", [deep] * 3, codec="ffv1", pix_fmt=pix_fmt, source=source)  # type: ignore[list-item]
    assert np.abs(read(path)[0].pixels.astype(int) - ramp()).max() <= 1


def test_colour_becomes_luma(tmp_path: Path) -> None:
    colour = np.zeros((48, 64, 3), np.uint8)
    colour[:] = (200, 100, 50)
    path = write_video(
        tmp_path / "a.mkv", [colour] * 3, codec="ffv1", pix_fmt="bgr0", source="rgb24"
    )
    expected = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    assert read(path)[0].pixels.mean() == pytest.approx(expected, abs=1)


def test_frames_have_positions_and_exact_times(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(30)], rate=30)
    frames = read(path)
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.time_us for frame in frames] == [round(i * 1e6 / 30) for i in range(30)]


def test_times_rounded_to_1_ms_by_matroska_are_made_exact(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [picture(i) for i in range(50)], rate=49)
    assert survey(path).ticks[1] == 20
    times = [frame.time_us for frame in read(path)]
    assert times == [round(i * 1e6 / 49) for i in range(50)]


def test_irregular_times_are_kept(tmp_path: Path) -> None:
    ticks = [0, 20, 41, 60, 140, 160, 179, 200]
    path = write_video(tmp_path / "a.mkv", [picture(i) for i in range(8)], ticks=ticks)
    video = open_video(path)
    assert [frame.time_us for frame in video.frames()] == [1000 * tick for tick in ticks]
    assert video.info.frame_rate_hz == pytest.approx(7 / 0.2)


@given(st.integers(3, 40), st.integers(0, 3), st.integers(1, 15))
@settings(max_examples=15, deadline=None)
def test_the_count_is_that_of_the_pictures(
    tmp_path_factory: pytest.TempPathFactory, count: int, between: int, group: int
) -> None:
    path = tmp_path_factory.mktemp("count") / "a.mp4"
    options = {"bf": str(between), "g": str(group), "preset": "ultrafast"}
    write_video(path, [picture(i) for i in range(count)], options=options)
    assert open_video(path).info.frames == count == len(read(path))


def test_a_bare_stream_needs_a_frame_rate_and_takes_any(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.h264", [picture(i) for i in range(6)])
    assert "give it with --frame-rate" in refusal(path)
    assert [frame.time_us for frame in read(path, 100.0)] == [10_000 * i for i in range(6)]


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(3)])
    info = open_video(path).info
    assert info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (info.width_px, info.height_px, info.frame_rate_hz) == (64, 48, 50.0)


def test_a_colon_or_a_percent_in_the_name_is_no_protocol(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(3)])
    for name in ("10:30 sample.mp4", "50%d.mp4"):
        assert len(read(path.rename(tmp_path / name))) == 3
        path = tmp_path / name


# What every video does, whatever it is stored as.


@pytest.fixture(params=["file", "folder", "clip"])
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Video:
    if request.param == "file":
        return open_video(write_video(tmp_path / "a.mp4", [picture(i) for i in range(20)]))
    if request.param == "folder":
        return open_video(write_images(tmp_path / "a", [f"f{i}.png" for i in range(20)]), 50.0)
    record(tmp_path / "a.mkv", frames_of_a_camera(20))
    return open_video(tmp_path / "a.mkv")


def test_a_video_s_frames_are_what_its_info_says(video: Video) -> None:
    frames = list(video.frames())
    info = video.info
    assert len(frames) == info.frames == 20
    assert {f.pixels.shape for f in frames} == {(info.height_px, info.width_px)}
    assert {f.pixels.dtype for f in frames} == {np.dtype(np.uint8)}
    assert all(f.pixels.flags.c_contiguous for f in frames)


def test_a_video_s_times_follow_its_indices_and_rate(video: Video) -> None:
    frames = list(video.frames())
    times = np.array([frame.time_us for frame in frames], float)
    indices = np.array([frame.index for frame in frames])
    expected = (indices - indices[0]) * 1e6 / video.info.frame_rate_hz
    np.testing.assert_allclose(times - times[0], expected, atol=1)


def test_a_video_can_be_left_in_the_middle_and_read_again(video: Video) -> None:
    left = video.frames()
    first = next(left)
    again = list(video.frames())
    assert len(again) == 20
    np.testing.assert_array_equal(first.pixels, again[0].pixels)
    del left
    assert next(video.frames()).index == first.index


# Faults.


def test_no_such_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.mp4")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert "is empty" in refusal(tmp_path / "a.mp4")


@pytest.mark.parametrize("name", ["a.mp4", "a.txt", "a.mkv"])
def test_text_is_no_video(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("sperm motility\n" * 500)
    assert "is not a video" in refusal(tmp_path / name)


def test_sound_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
    assert "no moving pictures" in refusal(path)


@pytest.mark.parametrize(("count", "words"), [(1, "only 1 frame;"), (2, "only 2 frames;")])
def test_a_video_that_is_too_short(tmp_path: Path, count: int, words: str) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(count)])
    assert words in refusal(path)


@pytest.mark.parametrize("rate", [50.0, 49.6, 50.4])
def test_a_frame_rate_that_the_file_confirms_is_taken(tmp_path: Path, rate: float) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(9)])
    assert open_video(path, rate).info.frame_rate_hz == 50.0


@pytest.mark.parametrize("rate", [25.0, 49.4, 50.6])
def test_a_frame_rate_that_the_file_contradicts_is_refused(tmp_path: Path, rate: float) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(9)])
    message = refusal(path, rate)
    assert f"{rate:g}" in message
    assert "50 frames/s" in message


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_frame_rate_that_is_none_is_refused(tmp_path: Path, rate: float) -> None:
    with pytest.raises(VideoError, match="is no frame rate"):
        open_video(tmp_path, rate)


def damage(path: Path, where: float) -> None:
    data = bytearray(path.read_bytes())
    start = int(len(data) * where)
    data[start : start + 2000] = bytes(2000)
    path.write_bytes(data)


def test_damage_in_the_middle_is_said_with_its_frame(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mov", [picture(i) for i in range(60)], codec="png", pix_fmt="gray"
    )
    damage(path, 0.5)
    message = refusal(path)
    assert "cannot be decoded" in message
    frame = int(message.split("frame ")[1].split(" ")[0])
    assert 25 <= frame <= 34


def test_a_predicted_picture_that_was_patched_up_is_damage(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [picture(i) for i in range(60)])
    damage(path, 0.5)
    assert "cannot be decoded" in refusal(path)


@given(st.floats(0.3, 0.99))
@settings(max_examples=15, deadline=None)
def test_what_is_there_of_a_truncated_file_is_read(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = write_video(folder / "a.mkv", [picture(i) for i in range(40)], options={"bf": "0"})
    whole = [frame.pixels for frame in read(path)]
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    frames = read(path)
    assert 3 <= len(frames) < 40
    assert len(frames) >= int(40 * share) - 4
    assert all(np.array_equal(f.pixels, w) for f, w in zip(frames, whole, strict=False))


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "given_hz", "frames", "rate_hz"),
    [
        ("12/12_first493_hq.mp4", None, 493, 49.0),
        ("52/52.mp4", 48.0, 1440, 48.0),
        ("11/frames", 49.0, 490, 49.0),
    ],
)
def test_real_recordings(
    data_dir: Path, name: str, given_hz: float | None, frames: int, rate_hz: float
) -> None:
    video = open_video(data_dir / "visem-tracking" / name, given_hz)
    assert (video.info.frames, video.info.frame_rate_hz) == (frames, rate_hz)
    read_frames = list(video.frames())
    assert len(read_frames) == frames
    assert read_frames[-1].time_us == round((frames - 1) * 1e6 / rate_hz)
    assert {frame.pixels.shape for frame in read_frames} == {(480, 640)}


def test_a_file_that_was_cut_off_says_so(tmp_path):
    pictures = [picture(index) for index in range(120)]
    path = write_video(tmp_path / "whole.mkv", pictures, rate=25, codec="ffv1", pix_fmt="gray")
    assert open_video(path).info.notices == ()
    half = tmp_path / "half.mkv"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (notice,) = open_video(half).info.notices
    assert notice.code == "cut_off"
    assert "lasts 4.8 s" in notice.text


def test_an_avi_that_was_cut_off_says_so_however_short(tmp_path):
    pictures = [picture(index) for index in range(50)]
    path = write_video(tmp_path / "whole.avi", pictures, codec="ffv1", pix_fmt="gray")
    assert open_video(path).info.notices == ()
    half = tmp_path / "half.avi"
    half.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    notices = {notice.code: notice.text for notice in open_video(half).info.notices}
    assert "says that it has 50 pictures, and 29 are there" in notices["cut_off"]


@pytest.mark.parametrize(
    ("order", "repeated", "rate_hz", "number"),
    [
        (FieldOrder.PROGRESSIVE, 0, 25.0, 40),
        (FieldOrder.TOP_FIRST, 0, 50.0, 20),
        (FieldOrder.PROGRESSIVE, 30, 12.5, 81),
    ],
)
def test_what_is_read_knows_its_frame_in_the_file(order, repeated, rate_hz, number):
    info = VideoInfo(Path("a.mkv"), "ab", 100, rate_hz, 64, 48, order, repeated, Stated(100, 25.0))
    assert info.frame_in_file(40) == number
