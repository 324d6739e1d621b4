"""A set is read video by video; what is finished is not read again."""

from types import SimpleNamespace
from typing import cast

import pytest

from inference.analysis import Models
from inference.counting import GradeCounts
from inference.identity import ModelIdentity
from qc.eqa.document import faults_of, set_document
from qc.eqa.kept_readings import KeptReadings
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import LeftOutError
from qc.eqa.reference_set import ReferenceItem, ReferenceSet
from qc.eqa.run import read_set
from qc.eqa.scores.reading import GradeReading
from tests.qc.eqa.readings_made import video_reading


class Reader:
    """Answers without looking, and is interrupted where it is told to be."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def key(self, path):
        if not path.exists():
            raise OSError(5, "Input/output error")
        return path.stem

    def read(self, path, progress=None):
        self.asked.append(path.stem)
        answer = self.answers.get(f"v{path.stem}", video_reading(GradeCounts(3, 1, 0, 4)))
        if isinstance(answer, BaseException):
            raise answer
        progress(1, 2)
        return answer


@pytest.fixture
def reference(tmp_path):
    items = []
    for one in (1, 2, 3):
        path = tmp_path / f"{one}.mkv"
        path.touch()
        items.append(ReferenceItem(one, path, GradeReading(30, 10, 10, 50)))
    return ReferenceSet(tmp_path, tuple(items), ("9.mkv: no row",))


def test_an_interrupted_run_goes_on_at_the_next_video(reference, tmp_path):
    kept = KeptReadings(tmp_path / "kept")
    stopped = Reader(v2=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        list(read_set(reference, stopped, kept))
    again = Reader()
    done = list(read_set(reference, again, kept))
    assert (stopped.asked, again.asked) == (["1", "2"], ["2", "3"])
    assert [one.was_kept for one in done] == [True, False, False]
    assert done[0].reading == done[1].reading == video_reading(GradeCounts(3, 1, 0, 4))


def test_a_damaged_kept_reading_is_made_again(reference, tmp_path):
    kept = KeptReadings(tmp_path / "kept")
    list(read_set(reference, Reader(), kept))
    (tmp_path / "kept" / "2.json").write_text("{")
    again = Reader()
    list(read_set(reference, again, kept))
    assert again.asked == ["2"]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(reference, tmp_path):
    reference.items[2].path.unlink()
    reader = Reader(v1=LeftOutError("the file is cut off"), v2=video_reading())
    told = []
    done = list(
        read_set(reference, reader, KeptReadings(tmp_path / "kept"), lambda *a: told.append(a))
    )
    assert [fault.split(": ", 1)[1] for fault in faults_of(reference, done)] == [
        "no row",
        "left out: the file is cut off",
        "left out: no cell was counted in it",
        "left out: it cannot be read (Input/output error)",
    ]
    assert told == [(reference.items[1], 1, 2)]
    document = set_document(reference, done)
    assert document["summary"]["mae_three_categories"] is None
    assert document["videos"][0]["left_out"] == [
        {"first_frame": 0, "reason": "the file is cut off"}
    ]
    assert document["videos"][0]["grades"]["a"]["percent"] is None


def test_the_document_holds_each_reading_and_the_summary(reference, tmp_path):
    reader = Reader(v2=LeftOutError("no scale"))
    done = list(read_set(reference, reader, KeptReadings(tmp_path / "kept")))
    document = set_document(reference, done)
    one = document["videos"][0]
    assert (one["id"], one["counted"], one["cuts"]) == (1, 8, [5, 130])
    assert one["grades"]["progressive"]["percent"] == 50
    assert one["scale"]["um_per_px_y"] == 0.47
    assert one["left_out"][1] == {"first_frame": 130, "reason": "it is short"}
    assert document["summary"] == {
        "videos": 2,
        "mae_three_categories": pytest.approx(20 / 3, abs=1e-3),
        "mae_four_categories": pytest.approx(5.0),
        "mae": {"a": 7.5, "b": 2.5, "c": 10.0, "d": 0.0, "progressive": 10.0},
    }


def test_a_reading_hangs_on_video_models_and_settings(tmp_path):
    video = tmp_path / "1.mkv"
    video.write_bytes(b"one")

    def key(heads="ab", grades="cd", settings=None):
        def identity(sha256):
            return SimpleNamespace(identity=ModelIdentity("model", sha256))

        models = SimpleNamespace(detector=identity(heads), grader=identity(grades))
        return VideoReader(cast("Models", models), settings or ReaderSettings()).key(video)

    keys = [key(), key(heads="x"), key(grades="x"), key(settings=ReaderSettings((0.5,)))]
    keys.append(key(settings=ReaderSettings(division_um=50.0)))
    assert key() == keys[0]
    video.write_bytes(b"another")
    keys.append(key())
    assert len(set(keys)) == len(keys)


def test_people_are_told_what_was_left_out_and_every_notice_but_what_is_usual():
    assert video_reading(GradeCounts(a=1)).told == (
        "the field from frame 130 was left out: it is short",
        "do not rely on these grades",
        "from frame 5: it drifts",
    )
