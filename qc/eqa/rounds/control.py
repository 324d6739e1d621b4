"""A reader's control charts: limits from its baseline, and the rules that its readings break."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inference.counting import GradeCounts
from qc.charts.binomial import counting_sd
from qc.charts.cusum import Cusum, cusum
from qc.charts.ewma import Ewma, ewma
from qc.charts.levey_jennings import LeveyJennings, levey_jennings
from qc.charts.westgard import Rule, westgard
from qc.charts.xbar_s import XbarS, xbar_s
from qc.eqa.rounds.values import Reader, Reading, Round, RoundItem
from qc.eqa.scores.reading import GradeReading, Parameter

JUDGED = (Parameter.PROGRESSIVE, Parameter.IMMOTILE)
"""What Westgard's rules judge. Rules over all six, which hang together, would cry six times."""
LEAST_SD = 1.0
"""Points below which no reader's scatter is believed: a control of dead cells alone would have
none, and one cell would break a rule."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that an occasion broke.

    Attributes:
        rule: Which.
        parameter: In what.
        occasion: The newest occasion that it took.
        points: Occasion and item number of each reading that broke it, the newest last.
    """

    rule: Rule
    parameter: Parameter
    occasion: int
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ItemChart:
    """A reader's chart of one control.

    Attributes:
        item: The control.
        means: Mean of the repeats on each occasion, in percent.
        groups: The repeats themselves, shape (occasions, repeats).
        limits: From the baseline, None while that is not complete.
        cusum: Of what came after the baseline, None where nothing did.
        ewma: As above.
        xbar_s: Limits of both charts, from the baseline; None where its repeats do not scatter, or
            each control is read once.
    """

    item: RoundItem
    means: tuple[float, ...]
    groups: tuple[tuple[float, ...], ...]
    limits: LeveyJennings | None
    cusum: Cusum | None
    ewma: Ewma | None
    xbar_s: XbarS | None


@dataclass(frozen=True, slots=True)
class ReaderControl:
    """All charts of one reader of a control programme, in one parameter.

    Attributes:
        reader: Who.
        parameter: What is charted.
        baseline: Occasions that the limits come from.
        begun_utc: When each finished occasion was signed first.
        charts: One for each control.
        broken: Rules that were broken after the baseline, the oldest first.
    """

    reader: Reader
    parameter: Parameter
    baseline: int
    begun_utc: tuple[datetime, ...]
    charts: tuple[ItemChart, ...]
    broken: tuple[Broken, ...]

    @property
    def has_limits(self) -> bool:
        """Whether the baseline is complete."""
        return len(self.begun_utc) >= self.baseline


_Occasion = Mapping[RoundItem, Sequence[Reading]]


def reader_control(
    one: Round, reader: Reader, readings: Sequence[Reading], parameter: Parameter
) -> ReaderControl:
    """Return the charts of a reader from the occasions that it has finished.

    The mean of the repeats stands for a control on an occasion; the controls are the materials
    and the occasions the runs of Westgard's rules, which look at what came after the baseline. The
    standard deviation is never taken below what counting so many cells causes
    (`binomial.counting_sd`), nor below 1 point.

    Raises:
        ValueError: If the round is no control programme.
    """
    if one.schedule is None:
        raise ValueError(f"{one.name} is read once: it has no control charts")
    occasions = _finished(one, reader, readings)
    charts = tuple(_chart(item, occasions, parameter, one.schedule.baseline) for item in one.items)
    return ReaderControl(
        reader=reader,
        parameter=parameter,
        baseline=one.schedule.baseline,
        begun_utc=tuple(_begun(occasion) for occasion in occasions),
        charts=charts,
        broken=_broken(charts, parameter, one.schedule.baseline),
    )


def judged(one: Round, reader: Reader, readings: Sequence[Reading]) -> tuple[Broken, ...]:
    """Return every rule that a reader's judged parameters broke, by occasion."""
    found = (reader_control(one, reader, readings, each).broken for each in JUDGED)
    return tuple(sorted((b for each in found for b in each), key=lambda b: b.occasion))


def _finished(one: Round, reader: Reader, readings: Sequence[Reading]) -> list[_Occasion]:
    by_occasion: dict[int, dict[RoundItem, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for reading in readings:
        if reading.reader == reader:
            by_occasion[reading.occasion][one.item(reading.item_id)].append(reading)
    of = len(one.items) * one.repeats
    return [
        found
        for _, found in sorted(by_occasion.items())
        if sum(len(repeats) for repeats in found.values()) == of
    ]


def _begun(occasion: _Occasion) -> datetime:
    return min(reading.signed_utc for repeats in occasion.values() for reading in repeats)


def _chart(
    item: RoundItem, occasions: Sequence[_Occasion], parameter: Parameter, baseline: int
) -> ItemChart:
    groups = tuple(
        tuple(reading.grades.value(parameter) for reading in occasion[item])
        for occasion in occasions
    )
    means = tuple(sum(group) / len(group) for group in groups)
    if len(means) < baseline:
        return ItemChart(item, means, groups, None, None, None, None)
    limits = levey_jennings(means[:baseline], _counting_sd(item, occasions[:baseline], parameter))
    after = means[baseline:]
    return ItemChart(
        item=item,
        means=means,
        groups=groups,
        limits=limits,
        cusum=cusum(after, limits.mean, limits.sd) if after else None,
        ewma=ewma(after, limits.mean, limits.sd) if after else None,
        xbar_s=xbar_s(groups[:baseline]) if _scatter(groups[:baseline]) else None,
    )


def _scatter(groups: Sequence[Sequence[float]]) -> bool:
    """Return whether repeats differ by more than rounding: without, limits have no width."""
    return any(max(group) - min(group) > _ROUNDING for group in groups)


def _counting_sd(item: RoundItem, occasions: Sequence[_Occasion], parameter: Parameter) -> float:
    """Return what counting alone makes of the mean of an occasion's repeats, in points."""
    counts = [reading.counts for occasion in occasions for reading in occasion[item]]
    pooled = sum(counts, GradeCounts())
    percent = GradeReading.of(pooled).value(parameter)
    # Rounding may lift a sum of shares past 100.
    return max(counting_sd(min(percent, 100.0), pooled.total / len(occasions)), LEAST_SD)


def _broken(charts: Sequence[ItemChart], parameter: Parameter, baseline: int) -> tuple[Broken, ...]:
    z = [
        chart.limits.z(chart.means[baseline:])
        for chart in charts
        if chart.limits is not None and len(chart.means) > baseline
    ]
    if not z:
        return ()
    return tuple(
        Broken(
            violation.rule,
            parameter,
            baseline + violation.run + 1,
            tuple((baseline + run + 1, charts[m].item.number) for run, m in violation.points),
        )
        for violation in westgard(list(zip(*z, strict=True)))
    )
