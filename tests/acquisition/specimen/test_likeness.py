"""The drawn picture has the greys and the grain of a real recording."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from acquisition.specimen.picture import FieldView
from acquisition.specimen.settings import REFERENCE_FIELD_MM2, OpticsSettings, SpecimenSettings
from acquisition.specimen.specimen import Specimen

RECORDING_11 = SpecimenSettings(
    seed=3, cells_per_mm2=45 / REFERENCE_FIELD_MM2, debris_per_mm2=500 / REFERENCE_FIELD_MM2
)
OPTICS_11 = OpticsSettings(background=92.0, contrast=1.0, texture=1.2, blur_px=0.6)


@pytest.fixture
def real(data_dir: Path) -> np.ndarray:
    path = data_dir / "visem-tracking" / "11" / "frames" / "11_frame_100.jpg"
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    return FieldView(Specimen(RECORDING_11), OPTICS_11).render(1.0)


def octaves(picture: np.ndarray) -> np.ndarray:
    """Return the spread of the background in every octave, robust against the cells."""
    rest = np.asarray(picture, np.float64)
    spreads = []
    for sigma in (0.7, 1.4, 2.8, 5.6, 11.0):
        smooth = np.asarray(cv2.GaussianBlur(rest, (0, 0), sigma), np.float64)
        band = rest - smooth
        spreads.append(np.median(np.abs(band - np.median(band))))
        rest = smooth
    return np.array(spreads)


@pytest.mark.real
def test_greys_are_spread_as_in_the_recording(real: np.ndarray, drawn: np.ndarray) -> None:
    shares = [5, 50, 95]
    np.testing.assert_allclose(np.percentile(drawn, shares), np.percentile(real, shares), atol=12)
    for picture in (real, drawn):
        assert 0.002 < (picture > 200).mean() < 0.02
        assert 0.0005 < (picture < 45).mean() < 0.02


@pytest.mark.real
def test_grain_is_as_strong_in_every_octave(real: np.ndarray, drawn: np.ndarray) -> None:
    ratio = octaves(drawn) / octaves(real)
    assert ratio.min() > 0.5
    assert ratio.max() < 2
