"""Simulated sets: in the layout of the published one, true to their table, whole or not at all."""

import csv
import json
from dataclasses import replace

import av
import pytest

from acquisition.interlacing import FieldOrder
from acquisition.video import open_video
from qc.eqa.reference_set import open_set
from qc.eqa.simulated.drawing import DrawnVideo
from qc.eqa.simulated.plan import Footage, SimulationError, plan_set
from qc.eqa.simulated.writing import write_set

# A title that stands for less passes for pictures that are shown again.
TINY = Footage(fields=2, field_s=(0.2, 0.2), micrometer_s=0.2, card_s=0.8)


def test_a_plan_hangs_on_its_seed_alone():
    three = plan_set(3, 4, TINY)
    assert plan_set(2, 4, TINY) == three[:2]
    assert len({plan.video_id for plan in three}) == 3
    assert plan_set(3, 5, TINY)[0].specimen != three[0].specimen
    assert len({field.position for field in three[0].fields}) == 2
    assert three[0].cuts == (25, 30)
    assert three[0].frames == 35


def test_a_set_is_written_as_the_published_one_is(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    plans = plan_set(2, 4, TINY)
    seen = []
    write_set(folder, plans, workers=1, progress=lambda *told: seen.append(told))
    assert seen[-1] == (70, 70)
    shown = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
    assert shown == ["truth.csv", "videos"]
    assert not (tmp_path / "set.part").exists()
    reference = open_set(folder)
    assert reference.faults == ()
    for plan, item in zip(plans, reference.items, strict=True):
        counts = DrawnVideo(plan).truth()
        total = sum(one.total for one in counts)
        rapid = 100 * sum(one.a for one in counts) / total
        assert item.assigned.rapid == pytest.approx(rapid, abs=0.006)
        with av.open(str(item.path)) as container:
            stream = container.streams.video[0]
            assert (container.format.name.split(",")[0], stream.codec_context.name) == (
                "matroska",
                "mpeg2video",
            )
            assert (stream.width, stream.height) == (720, 576)
            assert str(stream.average_rate) == "25"
            assert str(stream.sample_aspect_ratio) == "16/15"
        video = open_video(item.path)
        assert (video.info.frames, video.info.frame_rate_hz) == (70, 50)
        assert video.info.field_order is FieldOrder.BOTTOM_FIRST
    drawn = json.loads((folder / ".motiscope" / "drawn.json").read_text())["videos"]
    assert [one["cuts"] for one in drawn] == [list(plan.cuts) for plan in plans]
    with (folder / "truth.csv").open(newline="") as file:
        assert len(next(csv.reader(file))) == 5


def test_cells_at_the_edge_are_not_in_the_truth():
    plans = plan_set(2, 4, TINY)
    in_picture = sum(
        len(DrawnVideo(plan)._view.cells_in_view(field.begin_s, field.position))
        for plan in plans
        for field in plan.fields
    )
    counted = sum(one.total for plan in plans for one in DrawnVideo(plan).truth())
    assert 0.85 * in_picture < counted < in_picture


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "notes.txt").write_text("mine")
    with pytest.raises(SimulationError, match="there already"):
        write_set(tmp_path / "set", plan_set(1, 4, TINY))
    (tmp_path / "other.part").mkdir()
    with pytest.raises(SimulationError, match="cut off"):
        write_set(tmp_path / "other", plan_set(1, 4, TINY))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_interrupted_leaves_nothing_behind(tmp_path, workers):
    def interrupt(*_):
        raise KeyboardInterrupt

    plans = plan_set(2, 4, replace(TINY, field_s=(2.0, 2.0)))
    with pytest.raises(KeyboardInterrupt):
        write_set(tmp_path / "set", plans, workers, interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "values",
    [
        {"fields": 0},
        {"fields": 81},
        {"field_s": (3.0, 2.0)},
        {"field_s": (0.1, 2.0)},
        {"micrometer_s": -1.0},
        {"card_s": 61.0},
    ],
)
def test_what_cannot_be_filmed_is_refused(values):
    with pytest.raises(SimulationError):
        Footage(**values)


def test_a_set_has_a_video():
    with pytest.raises(SimulationError, match="at least one"):
        plan_set(0, 1, TINY)
