"""What the live picture says, and what the technician should do about it."""

import threading
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from acquisition.frame import Frame
from acquisition.image_quality import ImageQuality, assess
from acquisition.latest import Latest
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.video import open_video
from calibration.scale import Scale
from qc.picture import Picture, advice
from qc.picture_watch import DriftMeter, PictureWatch

WELL = ImageQuality(0.55, 0.0001, 0.4, 0.07)
SCALE = Scale(0.5, 0.5, "drawn")
TALL = Scale(0.5, 1.0, "drawn")


def drawn(
    drift_um_s: float, scale: Scale = SCALE, seed: int = 1, size: tuple[int, int] = (640, 480)
):
    """Yield frames one second apart."""
    sample = SpecimenSettings(seed=seed, extent_um=2_000, drift_um_s=(0.0, drift_um_s))
    optics = OpticsSettings(um_per_px_x=scale.um_per_px_x, um_per_px_y=scale.um_per_px_y)
    view = FieldView(Specimen(sample), optics, *size)
    for second in range(6):
        yield Frame(view.render(float(second)), 50 * second, host_time_ns=second * 10**9)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"saturated_share": 0.01}, "too bright"),
        ({"mean_exposure": 0.05}, "too dark"),
        ({"unevenness": 0.5}, "centre the lamp"),
        ({"focus": 0.2}, "out of focus"),
        ({"focus": 0.0}, ""),
        ({}, ""),
    ],
)
def test_the_worst_fault_is_told_with_what_to_do(change, told):
    line = advice(Picture(replace(WELL, **change)), 10.0)
    assert told in line
    assert len(line) < 76
    assert bool(line) is bool(told)


def test_a_drift_past_the_limit_says_to_wait_or_prepare_anew():
    assert advice(Picture(WELL, 9.9), 10.0) == ""
    assert "wait, or make a new preparation" in advice(Picture(WELL, 12.3), 10.0)


@pytest.mark.parametrize("scale", [SCALE, TALL])
@pytest.mark.parametrize("drift_um_s", [0.0, 5.0, 12.0])
def test_the_drift_of_swimming_cells_is_read_in_um(drift_um_s, scale):
    meter = DriftMeter(scale)
    read = [meter.look(frame) for frame in drawn(drift_um_s, scale)]
    assert read[:3] == [None] * 3
    assert all(one == pytest.approx(drift_um_s, abs=0.4) for one in read[3:])


def test_large_pictures_are_read_as_well():
    meter = DriftMeter(SCALE)
    read = [meter.look(frame) for frame in drawn(5.0, size=(1_300, 960))]
    assert read[-1] == pytest.approx(5.0, abs=0.4)


def test_the_camera_s_own_clock_goes_before_the_host_s():
    meter = DriftMeter(SCALE)
    hurried = [
        replace(frame, time_us=frame.host_time_ns // 1_000, host_time_ns=frame.host_time_ns // 50)
        for frame in drawn(5.0)
    ]
    assert [meter.look(frame) for frame in hurried][-1] == pytest.approx(5.0, abs=0.4)
    standing = [replace(frame, host_time_ns=0) for frame in drawn(5.0)]
    assert [meter.look(frame) for frame in standing] == [None] * 6


def test_a_count_that_fails_ends_the_looking_alone(caplog):
    def fail(frame: Frame, scale: Scale) -> int:
        raise RuntimeError(f"the network is broken at {frame.index}, {scale.source}")

    beyond = Latest()
    watch = PictureWatch(beyond, SCALE, fail, every_s=0.01)
    with watch.watching(lambda _: None):
        watch.offer(Frame(np.zeros((48, 64), np.uint8), 1))
        until_s = time.monotonic() + 10
        while not caplog.records and time.monotonic() < until_s:
            time.sleep(0.01)
    assert "no longer looked at" in caplog.text
    assert beyond.take() is not None


def test_another_place_or_stream_begins_anew():
    meter = DriftMeter(SCALE)
    here = list(drawn(5.0))
    assert [meter.look(frame) for frame in here][-1] is not None
    assert meter.look(replace(here[0], host_time_ns=7 * 10**9)) is None
    assert meter.look(replace(here[5], host_time_ns=20 * 10**9)) is None


def test_unrelated_pictures_have_no_drift():
    meter = DriftMeter(SCALE)
    other = [next(drawn(0.0, seed=seed)) for seed in range(1, 6)]
    frames = [
        replace(frame, index=50 * second, host_time_ns=second * 10**9)
        for second, frame in enumerate(other)
    ]
    assert [meter.look(frame) for frame in frames] == [None] * 5


def test_the_watch_passes_every_frame_on_and_tells_what_it_sees():
    beyond, told, seen = Latest(), threading.Event(), []
    watch = PictureWatch(beyond, SCALE, lambda frame, scale: frame.index + 3, every_s=0.01)

    def tell(picture: Picture) -> None:
        seen.append(picture)
        told.set()

    with watch.watching(tell):
        watch.offer(Frame(np.full((48, 64), 100, np.uint8), 4))
        assert told.wait(10)
    frame = beyond.take()
    assert frame is not None
    assert frame.index == 4
    assert seen[0].visible == 7
    assert seen[0].quality.mean_exposure == pytest.approx(100 / 255)


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "visem-tracking/12/12_first493_hq.mp4",
        "visem-tracking/52/52.mp4",
        "miamia-svds/S_0001.mp4",
        "miamia-svds/S_0003.mp4",
        "miamia-svds/S_0004.mp4",
    ],
)
def test_nothing_is_told_of_real_recordings_that_are_well(data_dir, name):
    """The limits of light and focus were set with these very recordings in view."""
    seconds = islice(open_video(data_dir / name).frames(), 0, 200, 25)
    meter = DriftMeter(SCALE)
    pictures = [Picture(assess(frame.pixels), meter.look(frame)) for frame in seconds]
    assert [advice(picture, 10.0) for picture in pictures] == [""] * len(pictures)
