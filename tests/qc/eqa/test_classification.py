"""Classification at a lower limit, against definitions, scipy and numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qc.eqa.scores.classification import LOWER_LIMITS, Confusion, classify
from qc.eqa.scores.reading import Parameter

counts = st.builds(Confusion, *[st.integers(0, 40)] * 4)


def test_a_sample_at_the_limit_is_not_below_it() -> None:
    found = classify([29, 30, 31, 20, 29.9], [29, 29.9, 30, 30, 31], 30)
    assert found == Confusion(1, 2, 1, 1)


def test_the_measures_by_hand() -> None:
    found = Confusion(true_positive=6, false_positive=2, false_negative=3, true_negative=9)
    assert found.sensitivity.value == pytest.approx(6 / 9)
    assert found.recall == found.sensitivity
    assert found.specificity.value == pytest.approx(9 / 11)
    assert found.precision.value == pytest.approx(6 / 8)
    assert found.accuracy.value == pytest.approx(15 / 20)
    assert found.f1.value == pytest.approx(12 / 17)
    assert found.mcc.value == pytest.approx(48 / np.sqrt(8 * 9 * 11 * 12))


@settings(deadline=None)
@given(counts)
def test_mcc_is_the_correlation_of_the_calls(found: Confusion) -> None:
    cells = (found.true_positive, found.false_positive, found.false_negative, found.true_negative)
    called = np.repeat([1, 1, 0, 0], cells)
    below = np.repeat([1, 0, 1, 0], cells)
    if found.mcc.value is None:
        assert len(set(called)) < 2 or len(set(below)) < 2
        assert found.mcc.undefined == "a row or column of the table is empty"
    else:
        assert found.mcc.value == pytest.approx(np.corrcoef(called, below)[0, 1], abs=1e-9)


@settings(deadline=None)
@given(counts)
def test_intervals_are_scipys_wilson(found: Confusion) -> None:
    below = found.true_positive + found.false_negative
    if not below:
        assert found.sensitivity.value is None
        assert found.sensitivity.undefined == "no sample is below the limit"
        return
    theirs = stats.binomtest(found.true_positive, below).proportion_ci(method="wilson")
    assert found.sensitivity.ci95 == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_each_undefined_value_says_why() -> None:
    none = Confusion(0, 0, 0, 5)
    assert none.sensitivity.undefined == "no sample is below the limit"
    assert none.precision.undefined == "the reader called no sample below"
    assert none.f1.undefined == "no sample is below the limit, and none was called so"
    assert none.accuracy.value == 1
    assert Confusion(5, 0, 0, 0).specificity.undefined == "every sample is below the limit"
    assert Confusion(0, 0, 0, 0).accuracy.undefined == "there is no sample"


def test_the_limits_of_the_editions() -> None:
    assert LOWER_LIMITS[2021] == {Parameter.PROGRESSIVE: 30, Parameter.TOTAL_MOTILE: 42}
    assert LOWER_LIMITS[2010] == {Parameter.PROGRESSIVE: 32, Parameter.TOTAL_MOTILE: 40}


def test_readings_without_a_partner_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        classify([1, 2], [1], 30)
