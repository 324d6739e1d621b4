"""What noise adds to lengths and angles, and how well the noise itself is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.path_noise import ANGLES, STEPS, Noise


@pytest.mark.parametrize("length", [0.5, 1, 2, 5, 20, 29.9, 30.1, 80])
def test_the_mean_of_noisy_lengths_leads_back_to_the_length(length: float) -> None:
    x, y = np.random.default_rng(1).normal(size=(2, 400_000))
    assert STEPS.without(np.hypot(length + x, y).mean(), 1) == pytest.approx(length, abs=0.02)
    assert ANGLES.without(np.abs(length + x).mean(), 1) == pytest.approx(length, abs=0.02)


def test_noise_alone_has_no_length() -> None:
    assert STEPS.without(np.sqrt(np.pi / 2), 1) == pytest.approx(0, abs=1e-6)
    assert STEPS.without(1.0, 1) == 0
    assert STEPS.without(0.0, 0.0) == 0
    assert STEPS.without(3.0, 0.0) == 3


@pytest.mark.parametrize("spread", [0, 0.5, 2])
def test_uneven_lengths_are_allowed_for(spread: float) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 400_000))
    seen = np.hypot(3 + rng.choice([-spread, spread], len(x)) + x, y).mean()
    uneven = STEPS.uneven(seen, 9 + spread**2, 1)
    assert STEPS.without(seen - uneven, 1) == pytest.approx(3, abs=0.08)
    assert uneven == pytest.approx(0, abs=0.01) if not spread else uneven > 0


def drawn(points: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xy_um = np.random.default_rng(seed).normal(0, 0.2, (points, 2))
    return np.arange(points) / 50, xy_um


@pytest.mark.parametrize("points", [20, 60, 200])
def test_the_uncertainty_of_the_noise_is_its_spread(points: int) -> None:
    found = [Noise.of(*drawn(points, seed), None) for seed in range(400)]
    values = np.array([one.um for one in found])
    assert values.mean() == pytest.approx(0.2, rel=0.05)
    sampling = np.sqrt(np.mean([one.u_um**2 - (0.1 * one.um) ** 2 for one in found]))
    assert values.std() == pytest.approx(sampling, rel=0.3)


def test_the_field_knows_better_unless_the_track_is_clearly_calmer() -> None:
    track = drawn(100, 3)
    for same_or_less_um in (0.21, 0.19, 0.05):
        field = Noise(same_or_less_um, 0.02)
        assert Noise.of(*track, field) == field
    assert Noise.of(*track, Noise(0.6, 0.06)).um == pytest.approx(0.2, rel=0.2)


def test_too_few_points_take_the_noise_of_the_field_or_doubt_it() -> None:
    short = drawn(6, 1)
    assert Noise.of(*short, Noise(0.15, 0.02)) == Noise(0.15, 0.02)
    unknown = Noise.of(*short, None)
    assert unknown.um == 0
    assert unknown.u_um > 0.1


def test_the_calm_cells_tell_the_noise_of_a_field() -> None:
    alike = Noise.of_field([0.0, *np.random.default_rng(1).normal(0.2, 0.02, 60)])
    assert alike is not None
    assert alike.um == pytest.approx(0.19, abs=0.01)
    assert alike.u_um < 0.15 * alike.um


def test_where_nearly_all_cells_swim_the_noise_of_the_field_is_in_doubt() -> None:
    swimming = Noise.of_field([0.03] * 4 + [0.35, 0.4, 0.45, 0.5] * 9)
    assert swimming is not None
    assert swimming.um == pytest.approx(0.35)
    assert swimming.um - swimming.u_um < 0.05
    assert Noise.of_field([0.0, 0.0]) is None


def test_single_jumps_do_not_pass_for_precision() -> None:
    time_s, xy_um = drawn(200, 3)
    steps = np.round(xy_um / 0.4) * 0.4 * (np.arange(200) % 40 == 0)[:, None] + 0.02 * xy_um
    calm = Noise.of(time_s, steps, Noise(0.3, 0.03))
    assert calm.um < 0.01
    assert calm.u_um > 3 * calm.um


@pytest.mark.parametrize("noise", [0.0, 0.014])
def test_a_length_below_nothing_is_none(noise: float) -> None:
    """A slope of the length is felt out to either side, beyond 0 where a cell lies still."""
    assert STEPS.without(-0.09, noise) == 0.0
