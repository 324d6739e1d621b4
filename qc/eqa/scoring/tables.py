"""The scores of a reader as tables of text: the same in the terminal, in HTML and in PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from inference.counting import whole_percent
from qc.agreement.errors import Errors
from qc.eqa.scores.classification import Confusion
from qc.eqa.scores.performance import ScoreVerdict
from qc.eqa.scores.reading import Parameter
from qc.eqa.scoring.published import VISEM_QC
from qc.eqa.scoring.values import (
    FOUR,
    THREE,
    CategoryErrors,
    LimitCalls,
    Missing,
    ParameterScores,
    ReaderScores,
    ScoringRules,
)
from qc.eqa.scoring.wording import NAMES, NONE, estimate, measure, number, of, p_value, videos


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it is printed.

    Attributes:
        title: What it shows.
        head: Names of the columns.
        rows: Cells, as many in each row as there are columns.
        note: What a reader of it must know.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def score_tables(scores: ReaderScores, rules: ScoringRules) -> tuple[TextTable, ...]:
    """Return the tables of a reader."""
    return (
        error_table(scores),
        agreement_table(scores),
        correlation_table(scores),
        line_table(scores),
        verdict_table(scores, rules),
        limit_table(scores),
    )


def error_table(scores: ReaderScores) -> TextTable:
    """Return MAE and RMSE beside ZeroR and what was published."""
    lead = (
        _lead_row("three categories", scores.three, VISEM_QC.mae_three, VISEM_QC.zero_rule_three),
        _lead_row("four categories", scores.four, VISEM_QC.mae_four, VISEM_QC.zero_rule_four),
    )
    each = tuple(_error_row(scores, parameter) for parameter in (*FOUR, Parameter.PROGRESSIVE))
    return TextTable(
        f"Errors in percentage points over {videos(len(scores.videos))} (95 % interval)",
        ("", "MAE", "RMSE", "ZeroR MAE", "ZeroR RMSE", "published MAE", "published ZeroR"),
        lead + each,
        f"Three: progressive, non-progressive, immotile; four: a, b, c, d. Published: "
        f"{VISEM_QC.source}, {VISEM_QC.videos} recordings of VISEM-QC. Total variation over the "
        f"four grades, points: mean {of(scores.mean_variation)}, at most "
        f"{number(max(scores.variation), 1)}.",
    )


def _lead_row(name: str, found: CategoryErrors, mae: float, zero_rule: float) -> tuple[str, ...]:
    cells = (*_overall(found.reader), *_overall(found.zero_rule))
    return (name, *cells, f"{mae:g}", f"{zero_rule:g}")


def _overall(found: Errors | Missing) -> tuple[str, str]:
    if isinstance(found, Missing):
        return found.word, found.word
    return of(found.mae, 2), of(found.rmse, 2)


def _error_row(scores: ReaderScores, parameter: Parameter) -> tuple[str, ...]:
    found = scores.three if parameter in THREE else scores.four
    column = found.categories.index(parameter)
    cells = [cell for one in (found.reader, found.zero_rule) for cell in _by_category(one, column)]
    return (NAMES[parameter], *cells, NONE, NONE)


def _by_category(found: Errors | Missing, column: int) -> tuple[str, str]:
    if isinstance(found, Missing):
        return found.word, found.word
    return of(found.mae_by_category[column], 2), of(found.rmse_by_category[column], 2)


def agreement_table(scores: ReaderScores) -> TextTable:
    """Return bias, limits of agreement and proportional bias."""
    return TextTable(
        "Bland-Altman: reading minus assigned value, percentage points (95 % interval)",
        ("", "bias", "sd", "lower limit", "upper limit", "slope on the mean", "p"),
        tuple(_agreement_row(one) for one in scores.parameters),
        "Limits of agreement: bias ± 1.96 sd, with exact intervals. A slope other than 0 is a bias "
        "that grows with the mean of reading and assigned value.",
    )


def _agreement_row(one: ParameterScores) -> tuple[str, ...]:
    name, found = NAMES[one.parameter], one.bland_altman
    if isinstance(found, Missing):
        return (name, *[found.word] * 6)
    grows = found.proportional
    return (
        name,
        estimate(found.bias.mean, found.bias.ci95, signed=True),
        number(found.bias.sd, 1),
        estimate(found.lower.value, found.lower.ci95, signed=True),
        estimate(found.upper.value, found.upper.ci95, signed=True),
        NONE if grows is None else estimate(grows.slope, grows.slope_ci95, 2, signed=True),
        NONE if grows is None else p_value(grows.p),
    )


def correlation_table(scores: ReaderScores) -> TextTable:
    """Return concordance, intraclass and other correlations beside what was published."""
    return TextTable(
        "Concordance and correlation (95 % interval)",
        ("", "CCC", "ICC(2,1)", "Pearson r", "Spearman ρ", "published r"),
        tuple(_correlation_row(one) for one in scores.parameters),
        f"Correlation is not agreement. Published r: {VISEM_QC.source}.",
    )


def _correlation_row(one: ParameterScores) -> tuple[str, ...]:
    lin, published = one.concordance, VISEM_QC.pearson.get(one.parameter)
    return (
        NAMES[one.parameter],
        lin.word if isinstance(lin, Missing) else estimate(lin.ccc, lin.ci95, 3),
        of(one.intraclass, 3),
        *(
            found.word if isinstance(found, Missing) else estimate(found.r, found.ci95, 3)
            for found in (one.pearson, one.spearman)
        ),
        NONE if published is None else f"{published:g}",
    )


def line_table(scores: ReaderScores) -> TextTable:
    """Return the lines of Passing-Bablok and of Deming."""
    return TextTable(
        "Regression of readings on assigned values (95 % interval)",
        ("", "Passing-Bablok slope", "intercept", "linearity p", "Deming slope", "intercept"),
        tuple((NAMES[one.parameter], *_lines(one)) for one in scores.parameters),
        "Intercepts in percentage points. Deming's with a variance ratio of 1 and jackknife "
        "intervals; a small p says that no line fits.",
    )


def _lines(one: ParameterScores) -> Iterator[str]:
    ranks, line = one.passing_bablok, one.deming
    if isinstance(ranks, Missing):
        yield from [ranks.word] * 3
    else:
        yield from (of(ranks.slope, 2), of(ranks.intercept), p_value(ranks.linearity.p))
    if isinstance(line, Missing):
        yield from [line.word] * 2
    else:
        yield estimate(line.slope.value, line.slope.ci95, 2)
        yield estimate(line.intercept.value, line.intercept.ci95)


def verdict_table(scores: ReaderScores, rules: ScoringRules) -> TextTable:
    """Return how many videos are acceptable, a warning, or call for action."""
    return TextTable(
        "Scores for proficiency: videos (share)",
        (
            "",
            "score",
            "sigma, points",
            "acceptable",
            "warning",
            "action",
            "mean",
            "largest",
            f"within {rules.acceptance_points:g} points",
        ),
        tuple(_verdict_row(one, rules) for one in scores.parameters),
        "ISO 13528: |z| up to 2 is acceptable, from 3 on calls for action. " + sigma_words(rules),
    )


def sigma_words(rules: ScoringRules) -> str:
    """Return where sigma comes from, in a sentence."""
    given = ", ".join(f"{NAMES[one]} {rules.given_sigma[one]:g}" for one in rules.given_sigma)
    if len(rules.given_sigma) == len(Parameter):
        return f"Sigma was given, in points: {given}."
    own = (
        "Sigma is the project's own choice, nobody's standard: from the coefficients of variation "
        "between laboratories of Punjabi et al. 2016, never below 3 points."
    )
    return f"{own} Given instead, in points: {given}." if given else own


def _verdict_row(one: ParameterScores, rules: ScoringRules) -> tuple[str, ...]:
    sigmas = [rules.sigma(one.parameter, value) for value in one.assigned]
    low, high = f"{min(sigmas):.1f}", f"{max(sigmas):.1f}"
    values = [score.value for score in one.scores]
    return (
        NAMES[one.parameter],
        " and ".join(sorted({score.kind.value for score in one.scores})),
        low if low == high else f"{low} to {high}",
        *(_share(one.with_verdict(verdict), len(values)) for verdict in ScoreVerdict),
        number(sum(values) / len(values), 2, signed=True),
        number(max(values, key=abs), 2, signed=True),
        _share(one.accepted, len(values)),
    )


def _share(count: int, of_all: int) -> str:
    return f"{count} ({whole_percent(100 * count / of_all)} %)"


def limit_table(scores: ReaderScores) -> TextTable:
    """Return how the reader calls videos at the WHO lower limits."""
    return TextTable(
        "Below the 5th centile of the WHO reference group (positive: below)",
        ("WHO", "limit", "TP", "FP", "FN", "TN", "sensitivity", "specificity", "precision",
         "accuracy", "F1", "MCC"),
        tuple(_limit_row(one) for one in scores.limits),
        "Recall is the sensitivity. With Wilson's 95 % intervals; a dash: undefined, since no "
        "video is on one side of the limit.",
    )  # fmt: skip


def _limit_row(one: LimitCalls) -> tuple[str, ...]:
    calls: Confusion = one.calls
    proportions = (calls.sensitivity, calls.specificity, calls.precision, calls.accuracy)
    counts = (
        calls.true_positive, calls.false_positive, calls.false_negative, calls.true_negative,
    )  # fmt: skip
    return (
        str(one.edition),
        f"{NAMES[one.parameter]} {one.limit:g} %",
        *map(str, counts),
        *(NONE if p.value is None else estimate(p.value, p.ci95, 2) for p in proportions),
        measure(calls.f1),
        measure(calls.mcc),
    )


def video_table(scores: ReaderScores) -> TextTable:
    """Return every video: what was read (assigned), its scores and total variation."""
    return TextTable(
        "Every video: read (assigned) in percent, z or z' in brackets",
        ("video", *NAMES.values(), "total variation"),
        tuple(_video_rows(scores)),
    )


def _video_rows(scores: ReaderScores) -> Iterator[tuple[str, ...]]:
    for row, video in enumerate(scores.videos):
        cells = (
            f"{one.readings[row]:.1f} ({one.assigned[row]:.1f}) "
            f"[{number(one.scores[row].value, 1, signed=True)}]"
            for one in (scores.of(parameter) for parameter in NAMES)
        )
        yield str(video), *cells, f"{scores.variation[row]:.1f}"
