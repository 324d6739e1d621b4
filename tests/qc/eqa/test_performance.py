"""Performance scores: definitions, verdicts at their edges, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.eqa.scores.performance import (
    Assigned,
    ScoreKind,
    ScoreVerdict,
    proficiency_score,
    verdict,
    within_points,
    z_prime_score,
    z_score,
)

percent = st.floats(0, 100)
sigma = st.floats(1, 20)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.0, ScoreVerdict.ACCEPTABLE),
        (2.0001, ScoreVerdict.WARNING),
        (-2.5, ScoreVerdict.WARNING),
        (2.9999, ScoreVerdict.WARNING),
        (3.0, ScoreVerdict.ACTION),
        (-3.0, ScoreVerdict.ACTION),
    ],
)
def test_verdicts_change_past_two_and_at_three(value: float, expected: ScoreVerdict) -> None:
    assert verdict(value) is expected


def test_the_scores_by_hand() -> None:
    assigned = Assigned(40, 3)
    assert z_score(52, assigned, 4).value == 3
    assert z_prime_score(52, assigned, 4).value == pytest.approx(12 / 5)


@pytest.mark.parametrize(
    ("uncertainty", "kind"),
    [(0.0, ScoreKind.Z), (1.5, ScoreKind.Z), (1.501, ScoreKind.Z_PRIME), (9, ScoreKind.Z_PRIME)],
)
def test_z_prime_is_taken_past_three_tenths_of_sigma(uncertainty: float, kind: ScoreKind) -> None:
    assert proficiency_score(50, Assigned(40, uncertainty), 5).kind is kind


@given(percent, sigma, st.floats(0, 5))
def test_the_assigned_value_itself_scores_nothing(value: float, spread: float, u: float) -> None:
    score = proficiency_score(value, Assigned(value, u), spread)
    assert score.value == 0
    assert score.verdict is ScoreVerdict.ACCEPTABLE


@given(percent, percent, sigma, st.floats(0, 5))
def test_the_assigned_values_uncertainty_never_makes_a_score_worse(
    read: float, value: float, spread: float, u: float
) -> None:
    plain, prime = (f(read, Assigned(value, u), spread) for f in (z_score, z_prime_score))
    assert abs(prime.value) <= abs(plain.value)
    assert prime.value * plain.value >= 0


def test_acceptance_by_percentage_points_holds_at_the_limit() -> None:
    assert within_points(0.1 + 0.2, 10.3, 10)
    assert not within_points(0.2, 10.3, 10)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_sigma_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="spread above 0"):
        proficiency_score(50, Assigned(50), bad)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="reading of nan"):
        z_score(float("nan"), Assigned(50), 5)
    with pytest.raises(ValueError, match="assigned value of nan"):
        Assigned(float("nan"))
    with pytest.raises(ValueError, match="standard uncertainty of -1"):
        Assigned(50, -1)
