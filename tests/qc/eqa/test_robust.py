"""Algorithm A, against ISO 5725-5 and its own equations solved another way."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from qc.eqa.scores.robust import RobustMean, algorithm_a

# Cell means of the creosote example of ISO 5725-5:1998, as R's metRology gives them.
CREOSOTE = (24.140, 20.155, 19.500, 20.300, 20.705, 17.570, 20.100, 20.940, 21.185)

values = st.lists(st.integers(0, 1000).map(lambda v: v / 10), min_size=4, max_size=30)


def _solved(data: tuple[float, ...]) -> tuple[float, float]:
    """Solve x* = mean(pulled), s* = 1.134 sd(pulled) with a root finder."""
    array = np.array(data)

    def off(at: np.ndarray) -> list[float]:
        pulled = np.clip(array, at[0] - 1.5 * at[1], at[0] + 1.5 * at[1])
        return [at[0] - pulled.mean(), at[1] - 1.134 * np.std(pulled, ddof=1)]

    found = optimize.root(off, [np.median(array), array.std()], tol=1e-13)
    return float(found.x[0]), float(found.x[1])


def test_the_creosote_example() -> None:
    found = algorithm_a(CREOSOTE)
    # statsmodels 0.15 (robust.scale.Huber) prints the same mean, 20.41214286.
    assert round(found.mean, 8) == 20.41214286
    assert (found.mean, found.sd) == pytest.approx(_solved(CREOSOTE), rel=1e-9)
    assert found.standard_uncertainty == pytest.approx(1.25 * found.sd / 3)
    assert found.n == 9


def test_the_published_constant_makes_the_spread_that_of_normal_values() -> None:
    kept, _ = integrate.quad(lambda z: min(z * z, 1.5**2) * stats.norm.pdf(z), -np.inf, np.inf)
    assert round(1 / np.sqrt(kept), 3) == pytest.approx(1.134, abs=0.001)
    found = algorithm_a(np.random.default_rng(1).normal(40, 6, 40_000))
    assert found.mean == pytest.approx(40, abs=0.15)
    assert found.sd == pytest.approx(6, rel=0.02)


def test_its_uncertainty_covers_what_it_scatters_by() -> None:
    source = np.random.default_rng(2)
    found = [algorithm_a(source.normal(40, 6, 25)) for _ in range(600)]
    scatter = np.std([one.mean for one in found])
    # 1.25 / √p is that of a median: on the safe side for normal values by about a fifth.
    assert 1.0 <= np.mean([one.standard_uncertainty for one in found]) / scatter <= 1.3


def test_a_wild_reader_hardly_moves_it() -> None:
    honest = (38, 40, 41, 39, 42, 40, 37, 43)
    wild = algorithm_a((*honest, 95))
    assert wild.mean == pytest.approx(algorithm_a(honest).mean, abs=1)
    assert algorithm_a((*honest, 1000)) == wild


def test_readers_who_mostly_say_the_same_still_have_a_spread() -> None:
    found = algorithm_a([40, 40, 40, 40, 41, 60])
    assert 40 <= found.mean < 41
    assert 0 < found.sd < 5


def test_readers_who_all_say_the_same_have_none() -> None:
    assert algorithm_a([40, 40, 40]) == RobustMean(40, 0, 0, 3)


@settings(deadline=None)
@given(values, st.floats(0.1, 10), st.floats(-100, 100))
def test_it_moves_and_stretches_with_the_values(data: list, scale: float, shift: float) -> None:
    assume(np.median(np.abs(np.array(data) - np.median(data))) > 0)
    plain, moved = algorithm_a(data), algorithm_a(scale * np.array(data) + shift)
    assert moved.mean == pytest.approx(scale * plain.mean + shift, abs=1e-6)
    assert moved.sd == pytest.approx(scale * plain.sd, abs=1e-6)


@settings(deadline=None)
@given(values)
def test_the_order_does_not_matter_and_the_mean_lies_among_the_values(data: list) -> None:
    found = algorithm_a(data)
    assert found.mean == pytest.approx(algorithm_a(data[::-1]).mean, abs=1e-9)
    assert min(data) - 1e-9 <= found.mean <= max(data) + 1e-9


@pytest.mark.parametrize("bad", [[1, 2], [], [1, 2, float("nan")], [[1, 2], [3, 4]]])
def test_what_has_no_robust_mean_is_refused(bad: list) -> None:
    with pytest.raises(ValueError, match="values of readers"):
        algorithm_a(bad)
