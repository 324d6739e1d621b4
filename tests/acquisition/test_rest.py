"""First pictures that show another instant are left out; nothing else is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from acquisition.frame import Frame
from acquisition.rest import Rest, without_stray_start
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.stage import Position
from acquisition.video_info import VideoInfo
from calibration.scale import Scale
from inference.analysis import analyse, load_models

RATE_HZ = 50.0


@dataclass(frozen=True)
class Pictures:
    """Pictures as a recording."""

    pictures: tuple[np.ndarray, ...]

    @property
    def info(self) -> VideoInfo:
        height, width = self.pictures[0].shape
        return VideoInfo(Path("x"), "", len(self.pictures), RATE_HZ, width, height)

    def frames(self) -> Iterator[Frame]:
        for index, picture in enumerate(self.pictures):
            yield Frame(picture, index, round(index * 1e6 / RATE_HZ), 0)


def view(drift_um_s: float = 0.0, noise: float = 1.0) -> FieldView:
    specimen = SpecimenSettings(
        seed=5, cells_per_mm2=500, extent_um=1_600, drift_um_s=(drift_um_s, 0.0)
    )
    return FieldView(Specimen(specimen), replace(OpticsSettings(), noise=noise), 320, 240)


def drawn(count: int = 20, first_s: float = 0.0, **how: float) -> list[np.ndarray]:
    seen = view(**how)
    return [seen.render(first_s + i / RATE_HZ) for i in range(count)]


@pytest.mark.parametrize("strays", [1, 2, 3])
def test_pictures_from_elsewhere_at_the_start_are_left_out_and_told(strays: int) -> None:
    elsewhere = [view().render(i / RATE_HZ, Position(400, 300)) for i in range(strays)]
    rest = without_stray_start(Pictures((*elsewhere, *drawn())))
    assert [frame.index for frame in rest.frames()] == list(range(strays, 20 + strays))
    (notice,) = rest.info.notices
    assert notice.code == "stray_start"
    assert "another instant" in notice.text


def test_swimmers_drift_noise_and_a_blank_start_as_they_are() -> None:
    blank = [np.full((240, 320), 90, np.uint8)] * 12
    rng = np.random.default_rng(0)
    static = [rng.integers(60, 120, (240, 320)).astype(np.uint8) for _ in range(12)]
    for pictures in (drawn(), drawn(drift_um_s=20.0), drawn(noise=8.0), blank, static):
        video = Pictures(tuple(pictures))
        assert without_stray_start(video) is video


def test_too_few_pictures_are_not_judged() -> None:
    elsewhere = view().render(0.0, Position(400, 300))
    video = Pictures((elsewhere, *drawn(5)))
    assert without_stray_start(video) is video


def test_an_analysis_begins_after_the_stray_pictures() -> None:
    elsewhere = [view().render(i / RATE_HZ, Position(400, 300)) for i in range(2)]
    whole = Pictures((*elsewhere, *drawn(40)))
    result = analyse(whole, Scale(0.5, 0.5, "given"), load_models(threads=1))
    assert result.fields[0].first_frame == 2
    assert result.fields[0].frames == 40
    assert [notice.code for notice in result.notices] == ["stray_start"]
    alone = analyse(Rest(whole, 2, ()), Scale(0.5, 0.5, "given"), load_models(threads=1))
    assert [cell.track.track_id for cell in result.fields[0].cells] == [
        cell.track.track_id for cell in alone.fields[0].cells
    ]
