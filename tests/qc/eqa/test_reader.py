"""What a reading says of the frames of a video is said in the numbers of the file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acquisition.frame import Frame
from acquisition.interlacing import FieldOrder
from acquisition.video import VideoInfo
from inference.analysis import Models
from inference.identity import ModelIdentity
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import VideoReading
from tests.inference.scenes import Cell, detect, swimmer

RATE_HZ, LENGTH = 50.0, 100
STILL = range(120, 160)


class Interlaced:
    """A file of half as many frames, taken apart; for a while its picture stands."""

    def __init__(self, fields: int) -> None:
        size, order = (64, 64), FieldOrder.TOP_FIRST
        self.info = VideoInfo(Path("7.mkv"), "ab", LENGTH * fields, RATE_HZ, *size, order)

    def frames(self):
        for i in range(self.info.frames):
            drawn = np.random.default_rng(STILL.start if i in STILL else i)
            yield Frame(drawn.integers(90, 110, (64, 64), np.uint8), i, round(1e6 * i / RATE_HZ))


class Finder:
    """Finds the cells it is given, field by field."""

    identity = ModelIdentity("drawn", "cd")

    def __init__(self, fields: list[list[Cell]]) -> None:
        self._found = [
            replace(one, field=n) for n, field in enumerate(fields) for one in detect(field)
        ]

    def detect(self, frames, scale, frame_rate_hz):
        for frame in frames:
            yield replace(self._found[frame.index], frame=frame.index, time_s=frame.index / RATE_HZ)


def cells(drift_um_s: float) -> list[Cell]:
    """A swimmer, and four that lie where the fluid drifts."""
    places = [np.tile((2.0 + 8 * i, 20.0), (LENGTH, 1)) for i in range(4)]
    shift = swimmer((0, 0), (0, drift_um_s), LENGTH)
    return [
        Cell(swimmer((-20, 8), (40, 0), LENGTH) + shift, activity=9),
        *(Cell(place + shift, activity=1) for place in places),
    ]


@pytest.fixture
def read(monkeypatch):
    """Read a video whose fields drift so fast, in µm/s."""

    def read_drifting(*drifts_um_s: float) -> VideoReading:
        video = Interlaced(len(drifts_um_s))
        monkeypatch.setattr("qc.eqa.reader.open_video", lambda path: video)
        models = Models(Finder([cells(drift_um_s) for drift_um_s in drifts_um_s]))
        return VideoReader(models, ReaderSettings((0.5,))).read(video.info.path)

    return read_drifting


def said(reading: VideoReading, code: str) -> list[str]:
    return [notice.text for notice in reading.notices if notice.code == code]


def test_notices_number_frames_as_cuts_do(read):
    reading = read(0.0, 0.0, 0.0)
    assert reading.cuts == (0, 50, 100)
    (montage,), (frozen,) = said(reading, "montage"), said(reading, "frozen")
    assert "3 fields were read, from frame 0, 50, 100," in montage
    assert "in frames 60 to 79, 0.8 s in all" in frozen


def test_a_notice_of_a_field_says_which(read):
    (drifts,) = said(read(0.0, 7.0, 0.0), "drift")
    assert drifts.startswith("from frame 50: the field drifts")
    (drifts,) = said(read(7.0), "drift")
    assert drifts.startswith("the field drifts")


def test_a_field_that_was_left_out_is_not_told_as_read(read):
    reading = read(12.0, 0.0, 12.0, 0.0)
    assert [field.first_frame for field in reading.fields] == [50, 150]
    assert [part.first_frame for part in reading.left_out] == [0, 100]
    (montage,) = said(reading, "montage")
    assert "2 fields were read, from frame 50, 150," in montage
    assert said(read(12.0, 0.0), "montage") == []
