"""The optics behave as phase contrast does."""

import numpy as np

from acquisition.specimen.phase import GRID, axes_um, phase_contrast

X, Y = axes_um()
RADIUS = np.hypot(X, Y)
NOTHING = np.zeros((GRID, GRID))
CENTRE = (GRID // 2, GRID // 2)


def disc(radius_um: float) -> np.ndarray:
    return (radius_um > RADIUS).astype(float)


def test_nothing_gives_an_even_field_at_any_focus() -> None:
    for defocus in (0.0, 5.0):
        assert np.abs(phase_contrast(NOTHING, NOTHING, defocus)).max() < 1e-4


def test_a_thin_object_is_dark_with_a_bright_halo() -> None:
    picture = phase_contrast(0.3 * disc(0.6), NOTHING, 0.0)
    assert picture[CENTRE] < -0.2
    ring = picture[(RADIUS > 1.5) & (RADIUS < 4)]
    assert ring.mean() > 0


def test_a_dense_object_turns_bright() -> None:
    assert phase_contrast(2.8 * disc(1.2), NOTHING, 0.0)[CENTRE] > 2


def test_an_absorbing_object_is_dark() -> None:
    assert phase_contrast(NOTHING, 0.8 * disc(2.0), 0.0)[CENTRE] < -0.3


def test_defocus_spreads_a_dense_dot_into_rings() -> None:
    sharp = phase_contrast(2.8 * disc(1.0), NOTHING, 0.0)
    spread = phase_contrast(2.8 * disc(1.0), NOTHING, 7.0)
    assert spread.max() < sharp.max() / 2
    profile = [spread[(r <= RADIUS) & (r + 0.5 > RADIUS)].mean() for r in np.arange(0, 8, 0.5)]
    turns = np.diff(np.sign(np.diff(profile)))
    assert np.count_nonzero(turns) >= 2
