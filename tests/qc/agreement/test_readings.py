"""Readings that no statistic can be made of are refused in one line."""

from collections.abc import Callable
from typing import Any

import pytest

from qc.agreement.bland_altman import bland_altman
from qc.agreement.concordance import concordance, intraclass
from qc.agreement.correlation import pearson, spearman
from qc.agreement.differences import mean_difference

NAN = float("nan")
OF_PAIRS = [mean_difference, bland_altman, concordance, pearson, spearman]


@pytest.mark.parametrize("statistic", OF_PAIRS)
@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ([1, 2, 3, 4], [1, 2, 3], "4 readings cannot be paired with 3"),
        ([1], [2], "1 pairs are too few"),
        ([1, 2, NAN, 4], [1, 2, 3, 4], "number 3 is not"),
        ([1, 2, 3, 4], [1, float("inf"), 3, 4], "number 2 is not"),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], "one series"),
    ],
)
def test_what_cannot_be_paired_is_refused(
    statistic: Callable[..., Any], first: list, second: list, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        statistic(first, second)


@pytest.mark.parametrize("statistic", [concordance, pearson, spearman])
def test_a_reader_who_always_says_the_same_has_no_correlation(
    statistic: Callable[..., Any],
) -> None:
    with pytest.raises(ValueError, match="undefined: all values of a reader are 7"):
        statistic([7, 7, 7, 7], [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([1, 2, 3], "must be a table"),
        ([[1, 2]], "of 1 x 2 are too few"),
        ([[1, 2], [3, NAN]], "must be numbers"),
        ([[5, 5], [5, 5]], "undefined"),
    ],
)
def test_a_table_without_an_intraclass_correlation_is_refused(ratings: list, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        intraclass(ratings)
