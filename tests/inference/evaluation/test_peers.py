"""The peer runs and is timed; needs the dependency group "bench"."""

import numpy as np
import pytest

from acquisition.frame import Frame
from inference.evaluation.points import TrackPoints

pytest.importorskip("trackpy", reason="group bench is not installed", exc_type=ImportError)

from inference.evaluation.peers import MINMASS, run_trackpy

FRAMES = 30


class _Clip:
    """Bright discs on grey, moving 2 px a frame; the first `empty` frames show nothing."""

    def __init__(self, cells: int) -> None:
        self._cells = cells
        self.info = type("Info", (), {"frames": FRAMES})()

    def places(self, frame: int) -> np.ndarray:
        return np.array([(20 + 2 * frame, 30 + 40 * i) for i in range(self._cells)], float)

    def frames(self) -> list[Frame]:
        rows, columns = np.mgrid[:160, :160]
        pictures = []
        for index in range(FRAMES):
            grey = np.full((160, 160), 60.0)
            for x, y in self.places(index).reshape(-1, 2):
                grey += 150 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 3.0**2))
            pictures.append(Frame(grey.clip(0, 255).astype(np.uint8), index))
        return pictures


def truth(clip: _Clip, cells: int) -> TrackPoints:
    frame = np.repeat(np.arange(FRAMES), cells)
    return TrackPoints(
        frame,
        np.tile(np.arange(cells), FRAMES),
        np.concatenate([clip.places(i).reshape(-1, 2) for i in range(FRAMES)]),
    )


def test_trackpy_finds_plain_discs_and_is_timed() -> None:
    clip = _Clip(3)
    done: list[int] = []
    run = run_trackpy(clip, truth(clip, 3), lambda at, _of: done.append(at))  # type: ignore[arg-type]
    assert run.scores.hota > 0.9
    assert run.minmass in MINMASS
    assert run.seconds > 0
    assert done == list(range(1, FRAMES + 1))


def test_an_empty_clip_is_no_crash() -> None:
    clip = _Clip(0)
    assert run_trackpy(clip, truth(clip, 0)).scores.hota == 0  # type: ignore[arg-type]
