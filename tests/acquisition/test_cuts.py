"""A cut begins another field; nothing else does."""

import numpy as np
import pytest

from acquisition.cuts import CutWatch, likeness
from acquisition.frame import Frame
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from acquisition.stage import Position
from calibration.scale import Scale
from inference.analysis import Models, analyse, load_models
from inference.field_notices import field_notices

RATE_HZ = 50.0


def view() -> FieldView:
    specimen = SpecimenSettings(seed=5, cells_per_mm2=500, extent_um=1_600)
    return FieldView(Specimen(specimen), OpticsSettings(), 320, 240)


def cuts(pictures: list[np.ndarray]) -> list[int]:
    watch = CutWatch()
    return [index for index, picture in enumerate(pictures) if watch.begins_field(picture)]


def test_every_change_of_the_field_is_a_cut() -> None:
    drawn = view()
    places = [Position(0, 0)] * 12 + [Position(400, 300)] * 12 + [Position(-500, 100)] * 12
    pictures = [drawn.render(i / RATE_HZ, place) for i, place in enumerate(places)]
    assert cuts(pictures) == [12, 24]


@pytest.mark.parametrize("drift_um_s", [0.0, 15.0])
def test_swimmers_drift_and_a_flickering_light_are_no_cut(drift_um_s: float) -> None:
    specimen = SpecimenSettings(
        seed=7, cells_per_mm2=900, drift_um_s=(drift_um_s, 0.0), extent_um=1_600
    )
    drawn = FieldView(Specimen(specimen), OpticsSettings(), 320, 240)
    lights = [1.0, 0.7, 1.2] * 8
    assert cuts([drawn.render(i / 25, light=light) for i, light in enumerate(lights)]) == []


def test_noise_alone_has_no_cuts() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(60, 120, (240, 320)).astype(np.uint8) for _ in range(20)]
    assert cuts(noise) == []
    assert cuts([np.full((240, 320), 90, np.uint8)] * 5) == []


@pytest.mark.parametrize(("seed", "cells_per_mm2"), [(1, 60), (2, 60), (3, 100), (4, 100)])
def test_light_that_falls_off_alike_in_every_field_hides_no_cut(seed, cells_per_mm2) -> None:
    specimen = SpecimenSettings(
        seed=seed, cells_per_mm2=cells_per_mm2, debris_per_mm2=300, extent_um=2_400
    )
    optics = OpticsSettings(unevenness=0.25, contrast=0.6, dirt=2, seed=seed)
    drawn = FieldView(Specimen(specimen), optics, 640, 480)
    places = [Position(0, 0)] * 8 + [Position(500, 400)] * 8
    pictures = [drawn.render(i / 25, place) for i, place in enumerate(places)]
    assert cuts(pictures) == [8]


class Montage:
    """Two fields, one after the other, as one recording."""

    def __init__(self) -> None:
        self._view = view()
        self.info = SimulatedRecording(self._view, 60, RATE_HZ).info

    def frames(self):
        for i in range(60):
            place = Position(0, 0) if i < 30 else Position(400, 300)
            yield Frame(self._view.render(i / RATE_HZ, place), i, round(1e6 * i / RATE_HZ))


def test_no_track_goes_on_across_a_cut() -> None:
    models = Models(load_models(threads=1).detector)
    analysis = analyse(Montage(), Scale(0.5, 0.5, "drawn"), models)
    assert [field.first_frame for field in analysis.fields] == [0, 30]
    (montage,) = [one.text for one in field_notices(analysis.fields) if one.code == "montage"]
    assert "2 fields were read, from frame 0, 30," in montage
    cells = [cell for field in analysis.fields for cell in field.cells]
    assert len({cell.track.track_id for cell in cells}) == len(cells) > 4
    for cell in cells:
        assert (cell.track.frame < 30).all() or (cell.track.frame >= 30).all()


def test_a_spoilt_first_picture_is_no_cut() -> None:
    drawn = view()
    spoilt = np.random.default_rng(0).integers(60, 120, (240, 320)).astype(np.uint8)
    assert cuts([spoilt, *(drawn.render(i / RATE_HZ) for i in range(12))]) == []


def test_a_blank_picture_is_like_another_blank_one_alone() -> None:
    blank = np.zeros((60, 80), np.float32)
    drawn = np.random.default_rng(1).normal(size=(60, 80)).astype(np.float32)
    assert likeness(blank, blank) == 1
    assert likeness(blank, drawn) == likeness(drawn, blank) == 0
    assert likeness(drawn, drawn) == pytest.approx(1)


def drawn_frames(numbers: list[int]) -> list[np.ndarray]:
    """Return pictures of the fields of these numbers, 0 for a black one, each a little noisy."""
    rng = np.random.default_rng(3)
    fields = {one: np.random.default_rng(one).normal(90, 20, (240, 320)) for one in set(numbers)}
    return [
        np.zeros((240, 320), np.uint8)
        if not one
        else (fields[one] + rng.normal(0, 2, (240, 320))).clip(0, 255).astype(np.uint8)
        for one in numbers
    ]


@pytest.mark.parametrize(
    ("numbers", "begins"),
    [
        ([0] * 30 + [1] * 20, [30]),
        ([1] * 20 + [0] * 3 + [1] * 20, []),  # a camera's dropped pictures
        ([1] * 20 + [0] * 3 + [2] * 20, [23]),
        ([1] * 20 + [0] * 30 + [1] * 20, [50]),
        ([1] * 20 + [0] * 40, []),
        ([0] * 3 + [1] * 20, []),
    ],
)
def test_black_pictures_are_passed_over_unless_they_last(
    numbers: list[int], begins: list[int]
) -> None:
    watch = CutWatch()
    told = [watch.begins_field(grey) for grey in drawn_frames(numbers)]
    assert np.flatnonzero(told).tolist() == begins
