import numpy as np
import pytest

from calibration.comb import _alike, _line


def test_independent_residuals_leave_the_uncertainty_and_alike_ones_widen_it() -> None:
    rng = np.random.default_rng(5)
    own = rng.normal(size=400)
    assert _alike(own) < 1.2
    alike = np.convolve(rng.normal(size=500), 0.8 ** np.arange(60), "valid")
    # sqrt((1 + 0.8) / (1 - 0.8)) = 3
    assert _alike(alike) == pytest.approx(3.0, rel=0.2)


def test_the_stated_uncertainty_covers_rulings_that_err_alike() -> None:
    rng = np.random.default_rng(6)
    numbers = np.arange(60)
    inside = 0
    for _ in range(200):
        wander = np.convolve(rng.normal(size=160), 0.7 ** np.arange(101), "valid")
        pitch, u_pitch, _, _ = _line(numbers, 12.0 * numbers + 0.05 * wander)
        inside += abs(pitch - 12.0) < 2 * u_pitch
    assert 0.85 < inside / 200 <= 1
