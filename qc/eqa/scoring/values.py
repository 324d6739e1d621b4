"""What the scores of a reader consist of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from qc.agreement.bland_altman import BlandAltman
from qc.agreement.concordance import Concordance
from qc.agreement.correlation import Correlation
from qc.agreement.deming import Deming
from qc.agreement.errors import Errors
from qc.agreement.passing_bablok import PassingBablok
from qc.agreement.readings import Estimate
from qc.agreement.resampling import RESAMPLES
from qc.eqa.scores.classification import Confusion
from qc.eqa.scores.performance import Score, ScoreVerdict
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scores.sigma import working_sigma

T = TypeVar("T")
ACCEPTANCE_POINTS = 10.0
"""Points that laboratories commonly accept in progressive and immotile; nobody's standard."""
THREE = (Parameter.PROGRESSIVE, Parameter.NON_PROGRESSIVE, Parameter.IMMOTILE)
FOUR = (Parameter.RAPID, Parameter.SLOW, Parameter.NON_PROGRESSIVE, Parameter.IMMOTILE)


@dataclass(frozen=True, slots=True)
class Missing:
    """A statistic that these readings do not give.

    Attributes:
        word: "too few" or "undefined", what a table shows.
        why: The reason in words.
    """

    word: str
    why: str


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """What a score hangs on beside the readings.

    Attributes:
        given_sigma: Standard deviation for proficiency in points, of each parameter that has one;
            the others have the project's working sigma.
        standard_uncertainty: Of every assigned value, in points; 0 where none was stated. Not used
            where each has its own.
        acceptance_points: A reading so far from its assigned value, in points, is still accepted.
        seed: Of the bootstrap.
        resamples: Of the bootstrap.
    """

    given_sigma: Mapping[Parameter, float] = field(default_factory=dict)
    standard_uncertainty: float = 0.0
    acceptance_points: float = ACCEPTANCE_POINTS
    seed: int = 1
    resamples: int = RESAMPLES

    def sigma(self, parameter: Parameter, assigned: float) -> float:
        """Return the standard deviation for proficiency of a parameter, in points."""
        given = self.given_sigma.get(parameter)
        # Shares that were rounded one by one may sum to 101.
        return working_sigma(parameter, min(assigned, 100.0)) if given is None else given


@dataclass(frozen=True, slots=True)
class CategoryErrors:
    """Errors over some categories, and those of ZeroR on the same videos.

    Attributes:
        categories: What the errors are averaged over, in their order.
        reader: MAE and RMSE of the reader.
        zero_rule: Of the mean of all other videos as the prediction for each (leave one out).
    """

    categories: tuple[Parameter, ...]
    reader: Errors | Missing
    zero_rule: Errors | Missing


@dataclass(frozen=True, slots=True)
class ParameterScores:
    """How a reader agrees with the assigned values in one parameter.

    Attributes:
        parameter: Which.
        assigned: Assigned values, in the order of the reader's videos.
        uncertainties: Standard uncertainty of each, in points, that its score was taken with.
        readings: What was read.
        bland_altman: Reading minus assigned against the mean of both.
        concordance: Lin's.
        intraclass: ICC(2,1).
        pearson: Pearson's r.
        spearman: Spearman's.
        passing_bablok: The line of readings on assigned values.
        deming: As above, with a variance ratio of 1.
        scores: z or z' of each video.
        accepted: Videos within the acceptance limits of the rules.
    """

    parameter: Parameter
    assigned: tuple[float, ...]
    uncertainties: tuple[float, ...]
    readings: tuple[float, ...]
    bland_altman: BlandAltman | Missing
    concordance: Concordance | Missing
    intraclass: Estimate | Missing
    pearson: Correlation | Missing
    spearman: Correlation | Missing
    passing_bablok: PassingBablok | Missing
    deming: Deming | Missing
    scores: tuple[Score, ...]
    accepted: int

    def with_verdict(self, verdict: ScoreVerdict) -> int:
        """Return how many videos have a verdict."""
        return sum(score.verdict is verdict for score in self.scores)


@dataclass(frozen=True, slots=True)
class LimitCalls:
    """Whether the reader calls the same videos below a WHO lower limit.

    Attributes:
        edition: Of the WHO manual.
        parameter: What has the limit.
        limit: In percent.
        calls: Videos by what reader and assigned value call them.
    """

    edition: int
    parameter: Parameter
    limit: float
    calls: Confusion


@dataclass(frozen=True, slots=True)
class ReaderScores:
    """Everything that is said of one reader of one set.

    Attributes:
        reader: Name.
        videos: IDs that have both values, in the order of the set.
        unread: IDs that have an assigned value alone.
        unknown: IDs that have a reading alone.
        assigned: Assigned value of each of `videos`.
        readings: Reading of each.
        three: Errors over progressive, non-progressive, immotile.
        four: Errors over the four grades.
        parameters: Agreement in each parameter.
        variation: Total variation over the four grades of each video, in points.
        mean_variation: Its mean, with an interval by video.
        limits: Calls at the WHO lower limits.
    """

    reader: str
    videos: tuple[int, ...]
    unread: tuple[int, ...]
    unknown: tuple[int, ...]
    assigned: tuple[GradeReading, ...]
    readings: tuple[GradeReading, ...]
    three: CategoryErrors
    four: CategoryErrors
    parameters: tuple[ParameterScores, ...]
    variation: tuple[float, ...]
    mean_variation: Estimate | Missing
    limits: tuple[LimitCalls, ...]

    def of(self, parameter: Parameter) -> ParameterScores:
        """Return the scores of one parameter."""
        return next(one for one in self.parameters if one.parameter is parameter)


def attempt(videos: int, least: int, statistic: Callable[[], T]) -> T | Missing:
    """Return a statistic, or why it is missing: fewer than `least` videos, or undefined for them.

    Every statistic of `qc.agreement` refuses what it is undefined for with a ValueError.
    """
    if videos < least:
        return Missing("too few", f"too few: {videos} of the {least} videos that it needs")
    try:
        return statistic()
    except ValueError as error:
        return Missing("undefined", str(error))
