"""The replay camera: the recording's own frames, times and losses, once or for ever."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from acquisition.camera import CameraError, CameraSettings
from acquisition.cameras.replay import ReplayCamera
from acquisition.clip import ClipWriter, recover_clip
from acquisition.frame import Frame
from acquisition.video import Video, VideoError, VideoInfo, open_video
from tests.acquisition.recordings import frames, notes, picture, write_video


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip of six frames; two were lost after the third."""
    taken = [frame for frame in frames(8) if frame.index not in (3, 4)]
    taken[3] = replace(taken[3], lost_before=2)
    with ClipWriter(tmp_path / "field.mkv", notes()) as writer:
        for frame in taken:
            writer.write(frame)
    return tmp_path / "field.mkv"


def replayed(camera: ReplayCamera, count: int | None = None) -> list[Frame]:
    camera.open()
    with camera.frames() as stream:
        return list(islice(stream, count))


def test_a_clip_is_replayed_as_it_was_recorded(clip: Path) -> None:
    back = replayed(ReplayCamera(clip))
    assert [frame.index for frame in back] == [0, 1, 2, 5, 6, 7]
    assert [frame.lost_before for frame in back] == [0, 0, 0, 2, 0, 0]
    assert [frame.time_us for frame in back] == [20_007 * i for i in (0, 1, 2, 5, 6, 7)]
    assert all(np.array_equal(frame.pixels, picture(frame.index)) for frame in back)


def test_in_a_loop_index_and_time_run_on(clip: Path) -> None:
    back = replayed(ReplayCamera(clip, loop=True), 13)
    assert [frame.index for frame in back] == [0, 1, 2, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16]
    assert [frame.time_us for frame in back] == pytest.approx([20_007 * f.index for f in back])
    assert np.array_equal(back[6].pixels, picture(0))


def test_going_on_shows_every_frame_once_and_then_says_that_nothing_is_left(clip: Path) -> None:
    camera = ReplayCamera(clip, goes_on=True)
    camera.open()
    with camera.frames() as stream:
        first = list(islice(stream, 2))
    with camera.frames() as stream:
        second = list(stream)
    shown = [frame.pixels for frame in first + second]
    assert all(np.array_equal(shown[i], picture(k)) for i, k in enumerate([0, 1, 2, 5, 6, 7]))
    with (
        pytest.raises(CameraError, match=r"field\.mkv has been played to its end"),
        camera.frames() as stream,
    ):
        next(stream)


def test_going_on_every_stream_starts_at_0_and_only_losses_within_it_are_its_own(
    clip: Path,
) -> None:
    camera = ReplayCamera(clip, goes_on=True)
    first, second, third = (replayed(camera, count) for count in (2, 2, None))
    assert [[frame.index for frame in part] for part in (first, second, third)] == [
        [0, 1], [0, 3], [0, 1],
    ]  # fmt: skip
    assert [frame.time_us for frame in second] == [0, 3 * 20_007]
    assert [frame.lost_before for frame in second + third] == [0, 2, 0, 0]


def test_no_losses_are_invented_where_a_later_stretch_is_recovered(
    clip: Path, tmp_path: Path
) -> None:
    camera = ReplayCamera(clip, goes_on=True)
    replayed(camera, 4)
    path = tmp_path / "second.mkv"
    writer = ClipWriter(path, notes())
    for frame in replayed(camera):
        writer.write(frame)
    writer._abandon()
    recovered = recover_clip(path)
    assert (recovered.frames, recovered.lost) == (2, 0)


def test_it_says_which_file_it_is_and_accepts_the_file_s_own_settings(clip: Path) -> None:
    camera = ReplayCamera(clip)
    camera.open()
    assert camera.info.serial == "field.mkv"
    accepted = camera.apply(CameraSettings(width_px=1920, exposure_us=900.0, binning=2))
    assert (accepted.width_px, accepted.height_px) == (64, 48)
    assert accepted.frame_rate_hz == pytest.approx(1e6 / 20_007)
    assert (accepted.exposure_us, accepted.gain_db, accepted.binning) == (0.0, 0.0, 1)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.ns = 5 * 10**9

    def sleep(self, wait_s: float) -> None:
        self.ns += round(wait_s * 1e9)

    def now_ns(self) -> int:
        return self.ns


def test_paced_frames_come_when_they_are_due(clip: Path) -> None:
    clock = FakeTime()
    back = replayed(ReplayCamera(clip, paced=True, sleep=clock.sleep, now_ns=clock.now_ns))
    due_ns = [5 * 10**9 + 20_007_000 * frame.index for frame in back]
    assert [frame.host_time_ns for frame in back] == due_ns


def test_a_slow_reader_gets_late_frames_without_a_wait(clip: Path) -> None:
    clock = FakeTime()
    camera = ReplayCamera(clip, paced=True, sleep=clock.sleep, now_ns=clock.now_ns)
    camera.open()
    with camera.frames() as stream:
        next(stream)
        clock.sleep(1.0)
        late = list(stream)
    assert {frame.host_time_ns for frame in late} == {6 * 10**9}


def test_unpaced_frames_are_not_waited_for(clip: Path) -> None:
    def never(_: float) -> None:
        raise AssertionError("slept")

    assert len(replayed(ReplayCamera(clip, sleep=never))) == 6


def test_a_file_that_is_no_video_is_a_camera_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="does not exist"):
        ReplayCamera(tmp_path / "none.mp4").open()


def test_a_folder_of_images_needs_its_frame_rate(tmp_path: Path) -> None:
    for i in range(4):
        cv2.imwrite(str(tmp_path / f"f{i}.png"), picture(i))
    with pytest.raises(CameraError, match="give it with --frame-rate"):
        ReplayCamera(tmp_path).open()
    back = replayed(ReplayCamera(tmp_path, frame_rate_hz=25.0))
    assert [frame.time_us for frame in back] == [0, 40_000, 80_000, 120_000]


def test_an_opened_video_can_be_given(tmp_path: Path) -> None:
    video = open_video(write_video(tmp_path / "a.mp4", [picture(i) for i in range(5)]))
    assert len(replayed(ReplayCamera(video))) == 5


def test_a_frame_that_cannot_be_read_is_the_camera_s_error(tmp_path: Path) -> None:
    class Broken:
        info = VideoInfo(tmp_path / "b.mp4", "", 3, 50.0, 64, 48)

        def frames(self) -> Iterator[Frame]:
            yield Frame(picture(0), 0, 0)
            raise VideoError("frame 1 cannot be decoded")

    broken: Video = Broken()
    with pytest.raises(CameraError, match="frame 1 cannot be decoded"):
        replayed(ReplayCamera(broken))


def test_a_name_that_is_no_text_gives_a_serial_number_that_can_be_stored(clip: Path) -> None:
    odd = clip.rename(clip.with_name("fi\udce9ld.mkv"))
    assert ReplayCamera(odd).info.serial == r"fi\udce9ld.mkv"
