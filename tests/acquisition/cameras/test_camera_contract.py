"""What every camera must do, whoever made it.

Another camera joins the suite by one line in CAMERAS: a name and a function that gets an empty
folder and a monkeypatch, and returns a camera, not yet opened, that can deliver at least FRAMES
frames.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from acquisition.accepted import differences
from acquisition.camera import Camera, CameraError, CameraSettings
from acquisition.cameras.replay import ReplayCamera
from acquisition.cameras.simulated import CameraFaults, SimulatedCamera
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.specimen.settings import SpecimenSettings
from tests.acquisition.cameras.emulated import emulated, pictures, written
from tests.acquisition.cameras.fake_peak import FakeCamera
from tests.acquisition.cameras.faked import ids_camera
from tests.acquisition.recordings import picture, write_video

FRAMES = 6
WANTED = CameraSettings(width_px=160, height_px=120, frame_rate_hz=50.0)


def simulated(_: Path, __: pytest.MonkeyPatch) -> Camera:
    return SimulatedCamera(_world())


def simulated_without_clock(_: Path, __: pytest.MonkeyPatch) -> Camera:
    return SimulatedCamera(_world(), CameraFaults(has_clock=False))


def simulated_losing_frames(_: Path, __: pytest.MonkeyPatch) -> Camera:
    return SimulatedCamera(_world(), CameraFaults(lose_every=3))


def replay(folder: Path, _: pytest.MonkeyPatch) -> Camera:
    return ReplayCamera(
        write_video(folder / "a.mp4", [picture(i, 160, 120) for i in range(FRAMES)])
    )


def replay_in_a_loop(folder: Path, _: pytest.MonkeyPatch) -> Camera:
    return ReplayCamera(write_video(folder / "a.mp4", [picture(i) for i in range(4)]), loop=True)


def replay_of_images(folder: Path, _: pytest.MonkeyPatch) -> Camera:
    return ReplayCamera(written(folder / "images", pictures(FRAMES)), frame_rate_hz=50.0)


def basler_emulated(folder: Path, patch: pytest.MonkeyPatch) -> Camera:
    return emulated(folder, patch)


def ids_fake(_: Path, patch: pytest.MonkeyPatch) -> Camera:
    return ids_camera(FakeCamera(), patch)


def ids_fake_without_clock(_: Path, patch: pytest.MonkeyPatch) -> Camera:
    return ids_camera(FakeCamera(has_clock=False), patch)


def _world() -> SimulatedMicroscope:
    return SimulatedMicroscope(BenchSettings(sample=SpecimenSettings(extent_um=1_000)))


CAMERAS: dict[str, Callable[[Path, pytest.MonkeyPatch], Camera]] = {
    "simulated": simulated,
    "simulated without clock": simulated_without_clock,
    "simulated losing frames": simulated_losing_frames,
    "replay": replay,
    "replay in a loop": replay_in_a_loop,
    "replay of images": replay_of_images,
    "basler, emulated": basler_emulated,
    "ids, behind a fake library": ids_fake,
    "ids without clock, behind a fake library": ids_fake_without_clock,
}


@pytest.fixture(params=CAMERAS)
def closed_camera(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Camera]:
    camera = CAMERAS[request.param](tmp_path, monkeypatch)
    yield camera
    camera.close()


@pytest.fixture
def camera(closed_camera: Camera) -> Camera:
    closed_camera.open()
    return closed_camera


def test_a_camera_says_who_it_is(camera: Camera) -> None:
    info = camera.info
    assert info.vendor
    assert info.model
    assert info.serial


def test_accepted_settings_are_accepted_again_unchanged(camera: Camera) -> None:
    accepted = camera.apply(WANTED)
    assert camera.apply(accepted) == accepted


def test_settings_out_of_range_are_brought_into_it_and_the_difference_is_told(
    camera: Camera,
) -> None:
    asked = CameraSettings(99_999, 99_999, 1e5, 1e9, 999.0, 99, 99_999, 99_999, 99)
    accepted = camera.apply(asked)
    told = " ".join(differences(asked, accepted))
    for word in ("width", "height", "frame rate", "exposure", "gain", "binning", "depth"):
        assert f"{word}: asked" in told
    assert camera.apply(accepted) == accepted


def test_what_was_accepted_as_asked_is_not_told(camera: Camera) -> None:
    accepted = camera.apply(WANTED)
    assert differences(accepted, accepted) == ()


def test_an_exposure_gives_way_to_the_frame_rate(camera: Camera) -> None:
    accepted = camera.apply(replace(WANTED, exposure_us=1e6))
    assert accepted.exposure_us <= 1e6 / accepted.frame_rate_hz


@pytest.mark.parametrize("bits", [8, 12])
def test_deep_values_come_with_12_bits_alone_and_pixels_are_their_upper_8(
    camera: Camera, bits: int
) -> None:
    accepted = camera.apply(replace(WANTED, bits=bits))
    assert accepted.bits in (8, bits)
    with camera.frames() as stream:
        frame = next(stream)
    if accepted.bits == 8:
        assert frame.deep is None
        return
    assert frame.deep is not None
    assert frame.deep.dtype == np.uint16
    np.testing.assert_array_equal(frame.pixels, frame.deep >> 4)


def test_frames_have_the_accepted_size_and_are_grey(camera: Camera) -> None:
    accepted = camera.apply(WANTED)
    with camera.frames() as stream:
        for frame in islice(stream, FRAMES):
            assert frame.pixels.shape == (accepted.height_px, accepted.width_px)
            assert frame.pixels.dtype == np.uint8


def test_the_index_starts_at_0_and_jumps_by_what_was_lost(camera: Camera) -> None:
    camera.apply(WANTED)
    with camera.frames() as stream:
        frames = list(islice(stream, FRAMES))
    assert len(frames) == FRAMES
    assert frames[0].index == frames[0].lost_before
    for before, after in pairwise(frames):
        assert after.index == before.index + 1 + after.lost_before


def test_times_follow_the_index_at_the_accepted_rate_or_are_absent(camera: Camera) -> None:
    accepted = camera.apply(WANTED)
    with camera.frames() as stream:
        frames = list(islice(stream, FRAMES))
    if not camera.info.has_clock:
        assert all(frame.time_us is None for frame in frames)
        return
    step_us = 1e6 / accepted.frame_rate_hz
    for before, after in pairwise(frames):
        assert before.time_us is not None
        assert after.time_us is not None
        steps = (after.time_us - before.time_us) / step_us
        assert steps == pytest.approx(after.index - before.index, abs=0.25)


def test_host_times_never_go_back(camera: Camera) -> None:
    camera.apply(WANTED)
    with camera.frames() as stream:
        times = [frame.host_time_ns for frame in islice(stream, FRAMES)]
    assert times == sorted(times)
    assert times[0] > 0


def test_a_frame_is_not_overwritten_by_later_ones(camera: Camera) -> None:
    camera.apply(WANTED)
    with camera.frames() as stream:
        first = next(stream)
        copy = first.pixels.copy()
        list(islice(stream, FRAMES - 1))
    np.testing.assert_array_equal(first.pixels, copy)


def test_leaving_the_context_ends_the_stream(camera: Camera) -> None:
    camera.apply(WANTED)
    with camera.frames() as stream:
        next(stream)
    assert next(stream, None) is None


def test_a_second_stream_starts_again_from_0(camera: Camera) -> None:
    camera.apply(WANTED)
    for _ in range(2):
        with camera.frames() as stream:
            frame = next(stream)
        assert frame.index == frame.lost_before


def test_closing_twice_is_safe_and_opening_again_works(camera: Camera) -> None:
    camera.close()
    camera.close()
    camera.open()
    camera.apply(WANTED)
    with camera.frames() as stream:
        assert next(stream) is not None


def test_a_closed_camera_refuses_to_stream(closed_camera: Camera) -> None:
    with pytest.raises(CameraError, match="open"), closed_camera.frames():
        pass
