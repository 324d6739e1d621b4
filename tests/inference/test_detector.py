"""The shipped detector on drawn fields: what it finds, where, and when."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from acquisition.frame import Frame
from acquisition.specimen import (
    FieldView,
    Illumination,
    OpticsSettings,
    Specimen,
    SpecimenSettings,
)
from calibration.scale import Scale
from inference.detector import HeadDetector
from inference.model import (
    SHIPPED_CELLS,
    SHIPPED_DARK_HEADS,
    SHIPPED_HEADS,
    ModelError,
    read_card,
    read_heads_card,
)
from inference.sorter import Sorter

RATE_HZ = 50.0
SEED = 880_001


@pytest.fixture(scope="module")
def detector() -> HeadDetector:
    return HeadDetector(read_heads_card(SHIPPED_HEADS), Sorter(read_card(SHIPPED_CELLS)), threads=1)


def view(um_per_px_x: float = 0.5, um_per_px_y: float = 0.5, **size: int) -> FieldView:
    specimen = SpecimenSettings(seed=SEED, cells_per_mm2=500, extent_um=1_600)
    optics = OpticsSettings(um_per_px_x=um_per_px_x, um_per_px_y=um_per_px_y)
    return FieldView(Specimen(specimen), optics, **size)


def recorded(drawn: FieldView, frames: int = 16) -> list[Frame]:
    return [
        Frame(drawn.render(index / RATE_HZ), index, round(index / RATE_HZ * 1e6))
        for index in range(frames)
    ]


def found_and_false(drawn: FieldView, detector: HeadDetector, scale: Scale) -> tuple[float, float]:
    """Share of true heads within 3 µm of a detection, and of detections far from any, frame 8."""
    found = list(detector.detect(recorded(drawn), scale, RATE_HZ))[8]
    um = np.array([scale.um_per_px_x, scale.um_per_px_y])
    true = np.array([(c.x_px, c.y_px) for c in drawn.cells_in_view(8 / RATE_HZ)]) * um
    sure = found.xy_px[found.score >= 0.5] * um
    apart = cdist(true, sure)
    return float((apart.min(axis=1) < 3).mean()), float((apart.min(axis=0) >= 3).mean())


@pytest.mark.parametrize("um_per_px", [(0.5, 0.5), (0.4, 0.4), (0.65, 0.65), (0.5, 0.46)])
def test_heads_are_found_at_every_scale(detector, um_per_px):
    scale = Scale(um_per_px[0], um_per_px[1], "drawn")
    recall, false = found_and_false(view(*um_per_px), detector, scale)
    assert recall >= 0.85
    assert false <= 0.2


@pytest.mark.parametrize("light", Illumination)
def test_dark_heads_are_found_by_the_network_for_them_alone(light):
    drawn = view(width_px=320, height_px=240)
    drawn = FieldView(drawn.specimen, replace(drawn.optics, illumination=light), *drawn.size)
    sorter, scale = Sorter(read_card(SHIPPED_CELLS)), Scale(0.5, 0.5, "drawn")
    heads, dark = read_heads_card(SHIPPED_HEADS), read_heads_card(SHIPPED_DARK_HEADS)
    frames = recorded(drawn, 10)
    both, alone = (
        list(one.detect(frames, scale, RATE_HZ))
        for one in (
            HeadDetector(heads, sorter, threads=1, dark=dark),
            HeadDetector(dark if light is Illumination.BRIGHT_FIELD else heads, sorter, threads=1),
        )
    )
    for one, other in zip(both, alone, strict=True):
        assert len(one) > 0
        np.testing.assert_array_equal(one.xy_px, other.xy_px)
        np.testing.assert_array_equal(one.score, other.score)


def test_networks_that_read_different_pictures_are_refused():
    heads = read_heads_card(SHIPPED_HEADS)
    other = replace(read_heads_card(SHIPPED_DARK_HEADS), um_per_px=0.4)
    with pytest.raises(ModelError, match="do not read the same pictures"):
        HeadDetector(heads, Sorter(read_card(SHIPPED_CELLS)), dark=other)


def test_each_frame_gives_its_detections_in_order_with_its_time(detector):
    frames = recorded(view(width_px=201, height_px=99), 12)
    del frames[5:7]
    frames[5] = replace(frames[5], lost_before=2)
    found = list(detector.detect(frames, Scale(0.5, 0.5, "drawn"), RATE_HZ))
    assert [one.frame for one in found] == [frame.index for frame in frames]
    assert [one.time_s for one in found] == pytest.approx(
        [frame.index / RATE_HZ for frame in frames]
    )
    for one in found:
        assert len(one.xy_px) == len(one.size_px) == len(one.score) == len(one.activity)
        assert ((one.score >= 0) & (one.score <= 1)).all()


def test_frames_without_a_time_take_it_from_the_frame_rate(detector):
    frames = [replace(frame, time_us=None) for frame in recorded(view(), 4)]
    found = list(detector.detect(frames, Scale(0.5, 0.5, "drawn"), 25.0))
    assert [one.time_s for one in found] == pytest.approx([0, 0.04, 0.08, 0.12])


def test_one_frame_and_no_frame_are_no_trouble(detector):
    scale = Scale(0.5, 0.5, "drawn")
    assert len(list(detector.detect(recorded(view(), 1), scale, RATE_HZ))) == 1
    assert list(detector.detect([], scale, RATE_HZ)) == []


def test_an_empty_field_has_no_sure_head(detector):
    flat = [Frame(np.full((120, 160), 90, np.uint8), index) for index in range(3)]
    for found in detector.detect(flat, Scale(0.5, 0.5, "drawn"), RATE_HZ):
        assert not (found.score >= 0.5).any()
