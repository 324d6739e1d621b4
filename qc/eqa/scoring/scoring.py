"""From readings and assigned values to the scores of a reader."""

from collections.abc import Iterator, Mapping, Sequence

from numpy.typing import ArrayLike

from qc.agreement.bland_altman import bland_altman
from qc.agreement.composition import mean_total_variation, total_variation
from qc.agreement.concordance import concordance, intraclass
from qc.agreement.correlation import pearson, spearman
from qc.agreement.deming import deming
from qc.agreement.errors import Errors, errors, zero_rule_by_fold
from qc.agreement.passing_bablok import passing_bablok
from qc.eqa.scores.classification import LOWER_LIMITS, classify
from qc.eqa.scores.performance import Assigned, Score, proficiency_score, within_points
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scoring.values import (
    FOUR,
    THREE,
    CategoryErrors,
    LimitCalls,
    ParameterScores,
    ReaderScores,
    ScoringRules,
    attempt,
)

Readings = Mapping[int, GradeReading]
"""By video ID."""
Uncertainties = Mapping[int, Mapping[Parameter, float]]
"""In points, by video ID."""


def score_reader(
    reader: str,
    readings: Readings,
    assigned: Readings,
    rules: ScoringRules | None = None,
    uncertainties: Uncertainties | None = None,
) -> ReaderScores:
    """Return every score of a reader over the videos that it read.

    The sources of the formulas stand with them, in `qc.agreement` and `qc.eqa.scores`. A statistic
    that needs more videos, or is undefined for these, is a `Missing` that says so.

    Args:
        reader: Name of the reader.
        readings: What it read.
        assigned: What was assigned, of every video of the set.
        rules: Sigma, uncertainty and seed; the project's own where not given.
        uncertainties: Standard uncertainty of each assigned value; that of the rules if not given.

    Raises:
        ValueError: If no video has both values, or a sigma is not above 0.
    """
    rules = rules or ScoringRules()
    videos = tuple(one for one in assigned if one in readings)
    if not videos:
        raise ValueError(f"{reader} has read no video of the set")
    truth, read = [assigned[one] for one in videos], [readings[one] for one in videos]
    stated = uncertainties or {
        video: dict.fromkeys(Parameter, rules.standard_uncertainty) for video in videos
    }
    grades, true_grades = [one.grades for one in read], [one.grades for one in truth]
    return ReaderScores(
        reader=reader,
        videos=videos,
        unread=tuple(one for one in assigned if one not in readings),
        unknown=tuple(one for one in readings if one not in assigned),
        assigned=tuple(truth),
        readings=tuple(read),
        three=_errors(read, truth, THREE, rules),
        four=_errors(read, truth, FOUR, rules),
        parameters=tuple(
            _parameter(one, read, truth, rules, [stated[video][one] for video in videos])
            for one in Parameter
        ),
        variation=total_variation(grades, true_grades),
        mean_variation=attempt(
            len(videos), 2, lambda: mean_total_variation(grades, true_grades, seed=rules.seed)
        ),
        limits=tuple(_limits(read, truth)),
    )


def _errors(
    read: Sequence[GradeReading],
    truth: Sequence[GradeReading],
    categories: tuple[Parameter, ...],
    rules: ScoringRules,
) -> CategoryErrors:
    found, true = (
        [[one.value(category) for category in categories] for one in side] for side in (read, truth)
    )
    n = len(read)

    def off(predicted: ArrayLike) -> Errors:
        return errors(predicted, true, seed=rules.seed, resamples=rules.resamples)

    return CategoryErrors(
        categories,
        attempt(n, 2, lambda: off(found)),
        attempt(n, 2, lambda: off(zero_rule_by_fold(true, range(n)))),
    )


def _parameter(
    parameter: Parameter,
    read: Sequence[GradeReading],
    truth: Sequence[GradeReading],
    rules: ScoringRules,
    uncertainties: Sequence[float],
) -> ParameterScores:
    x, y = (tuple(one.value(parameter) for one in side) for side in (truth, read))
    n = len(x)
    return ParameterScores(
        parameter=parameter,
        assigned=x,
        uncertainties=tuple(uncertainties),
        readings=y,
        bland_altman=attempt(n, 3, lambda: bland_altman(x, y)),
        concordance=attempt(n, 3, lambda: concordance(x, y)),
        intraclass=attempt(n, 2, lambda: intraclass(list(zip(x, y, strict=True)))),
        pearson=attempt(n, 4, lambda: pearson(x, y)),
        spearman=attempt(n, 4, lambda: spearman(x, y)),
        passing_bablok=attempt(n, 5, lambda: passing_bablok(x, y)),
        deming=attempt(n, 4, lambda: deming(x, y)),
        scores=tuple(_scores(parameter, y, x, rules, uncertainties)),
        accepted=sum(
            within_points(*pair, rules.acceptance_points) for pair in zip(y, x, strict=True)
        ),
    )


def _scores(
    parameter: Parameter,
    read: Sequence[float],
    truth: Sequence[float],
    rules: ScoringRules,
    uncertainties: Sequence[float],
) -> Iterator[Score]:
    for reading, value, uncertainty in zip(read, truth, uncertainties, strict=True):
        target = Assigned(value, uncertainty)
        yield proficiency_score(reading, target, rules.sigma(parameter, value))


def _limits(read: Sequence[GradeReading], truth: Sequence[GradeReading]) -> Iterator[LimitCalls]:
    for edition, limits in LOWER_LIMITS.items():
        for parameter, limit in limits.items():
            found, true = ([one.value(parameter) for one in side] for side in (read, truth))
            yield LimitCalls(edition, parameter, limit, classify(found, true, limit))
