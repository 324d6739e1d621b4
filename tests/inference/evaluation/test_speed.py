"""What the bench of speed times: stages, crowds, the nano network, the same bytes."""

from pathlib import Path

import numpy as np
import pytest

from acquisition.video import open_video
from calibration.scale import Scale
from inference.evaluation.drawn_clip import draw_clip
from inference.evaluation.excerpt import Excerpt, Remembering
from inference.evaluation.link_cost import (
    CORNERS_UM,
    LinkCost,
    draw_detections,
    growth,
    time_linking,
)
from inference.evaluation.nano_network import forward_ms, write_nano_network
from inference.evaluation.reading import by_frame, read_recording
from inference.evaluation.speed_run import Pace, fingerprints, pace_of
from inference.evaluation.stage_times import Stopwatch
from inference.linker import link
from tests.inference.evaluation.drawn import Blind, blind_models

SCALE = Scale(0.5, 0.5, "drawn")


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "drawn.mp4"
    draw_clip(path, (160, 120), 0.5, 5, 12)
    return path


def test_a_drawn_clip_is_a_video(clip):
    info = open_video(clip).info
    assert (info.frames, info.frame_rate_hz) == (12, 50)
    assert (info.width_px, info.height_px) == (160, 120)


def test_an_excerpt_is_the_beginning(clip):
    whole = open_video(clip)
    part = Excerpt(whole, 5)
    assert part.info.frames == 5
    assert [frame.index for frame in part.frames()] == [0, 1, 2, 3, 4]
    assert Excerpt(whole, 50).info.frames == 12


def test_what_was_found_is_remembered_of_the_last_recording_only(clip):
    detector = Remembering(Blind())
    assert detector.identity == Blind().identity
    frames = list(open_video(clip).frames())
    for _ in range(2):
        found = list(detector.detect(frames, SCALE, 50.0))
        assert detector.found == found


def test_a_reading_is_timed_and_kept_whole(clip):
    told = []
    reading = read_recording(
        clip, None, SCALE, blind_models(), 6, lambda at, of: told.append((at, of))
    )
    assert told[-1] == (6, 6)
    assert len(reading.found) == 6
    assert reading.seconds > 0
    assert len(reading.points) == 0
    assert by_frame(reading.points) == {}
    pace = pace_of(reading)
    assert pace == Pace("motiscope", 160, 120, 6, 6 / reading.seconds, 0.0)


def test_the_same_clip_gives_the_same_bytes(clip):
    asked = []

    def load(threads: int):
        asked.append(threads)
        return blind_models()

    found = fingerprints(clip, SCALE, load, 6)
    assert asked == [2, 2, 1]
    assert len(found) == 3
    assert len(set(found.values())) == 1
    assert set(fingerprints(clip, SCALE, load, 7).values()) != set(found.values())


def test_a_stopwatch_adds_up():
    watch = Stopwatch()
    for _ in range(2):
        with watch.on("work"):
            pass
    first = watch.spent_s["work"]
    with pytest.raises(ValueError, match="bad"), watch.on("work"):
        raise ValueError("bad")
    assert watch.spent_s["work"] >= first >= 0


def test_drawn_detections_are_of_as_many_cells_as_asked():
    drawn = draw_detections(60, 30)
    assert np.mean([len(one) for one in drawn]) == pytest.approx(57, abs=12)
    assert len(link(drawn, SCALE, CORNERS_UM)) > 30


def test_the_cost_of_linking_is_told_by_frame_and_by_cell():
    cost = time_linking(30, 30)
    assert cost.us_per_cell == pytest.approx(1000 * cost.ms_per_frame / cost.cells)


def test_growth_is_the_power_of_the_number_of_cells():
    linear = [LinkCost(n, 0.01 * n, 10.0) for n in (50, 100, 400)]
    square = [LinkCost(n, 0.01 * n**2, 10.0 * n) for n in (50, 100, 400)]
    assert growth(linear) == pytest.approx(1)
    assert growth(square) == pytest.approx(2)


def test_the_nano_network_is_as_large_as_it_should_be_and_runs(tmp_path):
    pytest.importorskip("onnx", reason="group bench is not installed")
    path = tmp_path / "nano.onnx"
    size = write_nano_network(path, 640, 480)
    # YOLOv8n: 3.2 M parameters, 8.7 GFLOP at 640x640 (docs.ultralytics.com/models/yolov8).
    assert size.parameters == pytest.approx(3.2e6, rel=0.03)
    assert size.flop == pytest.approx(8.7e9 * 480 / 640, rel=0.03)
    small = write_nano_network(path, 64, 64)
    assert small.parameters == size.parameters
    assert forward_ms(path, threads=1, passes=2, warm_up=1) > 0
