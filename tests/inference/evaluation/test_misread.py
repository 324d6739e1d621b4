"""What counts err by, found again where it is known."""

import numpy as np
import pytest

from inference.counting import GradeCounts, Misreading
from inference.evaluation.grade_check import FieldCheck
from inference.evaluation.misread import fit_misreading

FIELDS = 4_000


def field(rng: np.random.Generator, misreading: Misreading) -> FieldCheck:
    """A field in which the count of d errs as said, at the cost of a."""
    truth = GradeCounts(a=int(rng.integers(60, 90)), d=int(rng.integers(20, 60)))
    spread = np.sqrt(misreading.variance(truth.d, truth.total))
    moved = int(np.clip(round(rng.normal(0, spread)), -truth.d, truth.a))
    found = GradeCounts(a=truth.a - moved, d=truth.d + moved)
    return FieldCheck(0, (0.0, 0.0, 0.0, 0.0), truth, found, found, (), ())


@pytest.mark.parametrize("wanted", [Misreading(0.3, 0.0), Misreading(0.0, 0.05)])
def test_the_variance_of_counts_is_found_again(wanted: Misreading) -> None:
    rng = np.random.default_rng(5)
    fitted = fit_misreading([field(rng, wanted) for _ in range(FIELDS)])
    for name in ("a", "d", "progressive"):
        assert fitted[name].variance(40, 115) == pytest.approx(wanted.variance(40, 115), rel=0.15)


def test_counts_that_are_right_are_not_misread() -> None:
    rng = np.random.default_rng(5)
    fitted = fit_misreading([field(rng, Misreading(0.0, 0.0)) for _ in range(50)])
    assert all(one.variance(40, 100) < 0.5 for one in fitted.values())


def test_without_a_field_nothing_is_fitted() -> None:
    assert fit_misreading([]) == {}
