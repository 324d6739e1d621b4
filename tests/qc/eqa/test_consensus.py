"""Readings, consensus without the reader that is scored, and scores of all parameters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.counting import GradeCounts
from qc.eqa.scores.consensus import consensus, consensus_grades
from qc.eqa.scores.performance import (
    Assigned,
    Score,
    ScoreKind,
    ScoreVerdict,
    proficiency_score,
)
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scores.robust import algorithm_a
from qc.eqa.scores.sigma import working_sigma

ROUND = {
    "anna": GradeReading(20, 30, 10, 40),
    "bert": GradeReading(24, 28, 9, 39),
    "cleo": GradeReading(18, 33, 11, 38),
    "dora": GradeReading(22, 29, 10, 39),
    "emil": GradeReading(60, 10, 10, 20),
}


@st.composite
def readings(draw: st.DrawFn) -> GradeReading:
    counts = draw(st.tuples(*[st.integers(0, 200)] * 4).filter(any))
    return GradeReading.of(GradeCounts(*counts))


def test_a_reading_has_six_values() -> None:
    values = {p.value: ROUND["anna"].value(p) for p in Parameter}
    assert values == {
        "rapid": 20,
        "slow": 30,
        "non-progressive": 10,
        "immotile": 40,
        "progressive": 50,
        "total motile": 60,
    }


@given(readings())
def test_motile_and_immotile_are_all_there_is(reading: GradeReading) -> None:
    assert reading.total_motile + reading.immotile == pytest.approx(100)


@pytest.mark.parametrize(
    ("grades", "why"),
    [
        ((20, 30, 10, 33), "sum to 93"),
        ((-1, 61, 20, 20), "rapid -1 %"),
        ((20, 30, 10, float("nan")), "immotile nan"),
        ((101, 0, 0, 0), "rapid 101 %"),
    ],
)
def test_what_is_no_reading_is_refused(grades: tuple, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        GradeReading(*grades)


def test_rounded_grades_may_miss_a_hundred_a_little() -> None:
    assert GradeReading(20.5, 30.5, 10.5, 40).progressive == 51


def test_an_empty_count_is_no_reading() -> None:
    with pytest.raises(ValueError, match="counted cell"):
        GradeReading.of(GradeCounts())


def test_the_consensus_leaves_the_scored_reader_out() -> None:
    values = {name: one.rapid for name, one in ROUND.items()}
    others = algorithm_a([20, 24, 18, 22])
    assert consensus(values, "emil") == Assigned(others.mean, others.standard_uncertainty)
    assert consensus(values).value > consensus(values, "emil").value


@given(readings(), readings())
def test_a_readers_consensus_does_not_move_with_its_own_reading(
    one: GradeReading, other: GradeReading
) -> None:
    for parameter in Parameter:
        both = [
            consensus({n: r.value(parameter) for n, r in {**ROUND, "emil": own}.items()}, "emil")
            for own in (one, other)
        ]
        assert both[0] == both[1]


def scored(readings: dict[str, GradeReading], reader: str) -> dict[Parameter, Score]:
    """A reader's scores against the consensus of all others."""
    assigned, uncertainty = consensus_grades(readings, reader)
    return {
        parameter: proficiency_score(
            readings[reader].value(parameter),
            Assigned(assigned.value(parameter), uncertainty[parameter]),
            working_sigma(parameter, assigned.value(parameter)),
        )
        for parameter in Parameter
    }


def test_a_wild_reader_is_found_and_the_others_are_not() -> None:
    scores = {name: scored(ROUND, name) for name in ROUND}
    assert scores["emil"][Parameter.RAPID].verdict is ScoreVerdict.ACTION
    assert scores["anna"][Parameter.PROGRESSIVE].verdict is ScoreVerdict.ACCEPTABLE


def test_few_readers_make_the_score_a_z_prime() -> None:
    spread = {**ROUND, "dora": GradeReading(35, 20, 10, 35)}
    assert scored(spread, "anna")[Parameter.RAPID].kind is ScoreKind.Z_PRIME


@settings(deadline=None)
@given(readings())
def test_identical_readings_score_zero_and_the_consensus_is_a_reading(
    reading: GradeReading,
) -> None:
    same = dict.fromkeys("abcd", reading)
    assert sum(consensus_grades(same)[0].grades) == pytest.approx(100)
    assert all(abs(score.value) < 1e-9 for score in scored(same, "a").values())


def test_too_few_others_are_refused() -> None:
    few = {name: ROUND[name] for name in ("anna", "bert", "cleo")}
    with pytest.raises(ValueError, match="at least 3"):
        consensus_grades(few, "anna")


def test_the_working_sigmas() -> None:
    assert working_sigma(Parameter.PROGRESSIVE, 60) == pytest.approx(9)
    assert working_sigma(Parameter.TOTAL_MOTILE, 50) == pytest.approx(7)
    assert working_sigma(Parameter.RAPID, 20) == pytest.approx(7.4)
    assert working_sigma(Parameter.RAPID, 2) == 3
    assert working_sigma(Parameter.IMMOTILE, 50) == pytest.approx(7)
    assert working_sigma(Parameter.IMMOTILE, 95) == 3
    assert working_sigma(Parameter.TOTAL_MOTILE, 100.00000000000001) == pytest.approx(14)
    assert working_sigma(Parameter.SLOW, 50) == pytest.approx(37.5**0.5)
    assert working_sigma(Parameter.NON_PROGRESSIVE, 0) == 5
    with pytest.raises(ValueError, match="no percentage"):
        working_sigma(Parameter.SLOW, 101)
