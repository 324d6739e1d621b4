"""The report of a set: which data, by what, how everyone compares, and how it was reckoned."""

from collections.abc import Iterator

from acquisition.sidecar import software
from qc.eqa.plots.sheets import bland_altman_sheet, common_sheets, scatter_sheet, score_sheet
from qc.eqa.report.report import Chapter, Part, Report
from qc.eqa.scored import ScoredReader, ScoredSet
from qc.eqa.scoring.tables import (
    TextTable,
    agreement_table,
    correlation_table,
    error_table,
    limit_table,
    line_table,
    sigma_words,
    verdict_table,
    video_table,
)
from qc.eqa.scoring.values import ScoringRules
from qc.eqa.scoring.wording import videos

METHODS = (
    "Errors: MAE = mean |x − X|, averaged over the categories, and RMSE (Willmott & Matsuura, Clim "
    "Res 2005; 30: 79-82); percentile bootstrap intervals by video (Efron & Tibshirani 1993). "
    "ZeroR predicts for each video the mean of all other videos (Witten, Frank & Hall 2011).",
    "Agreement: limits bias ± 1.96 sd (Bland & Altman, Lancet 1986; 327: 307-310) with exact "
    "intervals (Carkeet, Optom Vis Sci 2015; 92: e71-e80); proportional bias by regression of the "
    "difference on the mean (Bland & Altman, Stat Methods Med Res 1999; 8: 135-160).",
    "Concordance: Lin's CCC (Biometrics 1989; 45: 255-268; 2000; 56: 324-325); ICC(2,1) (Shrout & "
    "Fleiss, Psychol Bull 1979; 86: 420-428); Pearson with Fisher's interval; Spearman (Bonett & "
    "Wright, Psychometrika 2000; 65: 23-28).",
    "Regression: Passing & Bablok (J Clin Chem Clin Biochem 1983; 21: 709-720), and Deming with a "
    "variance ratio of 1 and jackknife errors (Linnet, Clin Chem 1993; 39: 424-432).",
    "Proficiency: z = (x − X) / sigma; z' = (x − X) / √(sigma² + u(X)²) where u(X) > 0.3 sigma; "
    "acceptable up to 2, action from 3 on (ISO 13528:2022, 9).",
    "Youden pairs: the 95 % circle about the medians, of 2.448 sd within a reader; the ellipse is "
    "Hotelling's (Youden, Ind Qual Control 1959; 15(11): 24-28; Jackson, Technometrics 1959; 1: "
    "359-377). Shown where at least four readers have read the same two videos.",
    "Total variation: half the sum of |differences| over the four grades (Levin, Peres & Wilmer "
    "2009). Classification at the WHO lower reference limits of 1999, 2010 and 2021: sensitivity, "
    "specificity, precision and accuracy with Wilson's intervals; F1; Matthews' correlation.",
)


def set_report(scored: ScoredSet) -> Report:
    """Return the report of a set and everyone who read it."""
    return Report(
        title=f"External quality assessment: {scored.assigned.name}",
        facts=tuple(_facts(scored)),
        remarks_title="What did not match",
        remarks=scored.faults or ("Every reader has read every video of the set.",),
        common=common_sheets([one.scores for one in scored.readers]),
        chapters=tuple(_chapter(one, scored.rules) for one in scored.readers),
        methods=_methods(scored),
        hashes=_hash_table(scored),
    )


def _chapter(one: ScoredReader, rules: ScoringRules) -> Chapter:
    """Put each table below the plot that it belongs to."""
    scores = one.scores
    parts: tuple[Part, ...] = (
        error_table(scores),
        bland_altman_sheet(scores),
        agreement_table(scores),
        scatter_sheet(scores),
        correlation_table(scores),
        line_table(scores),
        score_sheet(scores),
        verdict_table(scores, rules),
        limit_table(scores),
        video_table(scores),
    )
    shown = (part for part in parts if isinstance(part, TextTable) or part.shows_something)
    return Chapter(f"{one.reader.name}: {videos(len(scores.videos))}", tuple(shown))


def _methods(scored: ScoredSet) -> tuple[str, ...]:
    rules = scored.rules
    return (
        *METHODS,
        f"{sigma_words(rules)} Standard uncertainty of the assigned values: "
        f"{_uncertainty(scored)} points. Bootstrap: {rules.resamples} resamples, seed "
        f"{rules.seed}.",
    )


def _uncertainty(scored: ScoredSet) -> str:
    low, high = scored.uncertainties
    if low == high:
        return f"{low:g}"
    return (
        "1.25 s* / √p of the others' robust mean (ISO 13528:2022, 7.7), per video "
        f"{low:.2f} to {high:.2f}"
    )


def _facts(scored: ScoredSet) -> Iterator[tuple[str, str]]:
    assigned = scored.assigned
    yield "Set", f"{assigned.name}, {videos(len(assigned.values))} with assigned values"
    yield "Assigned values", f"{assigned.table}, SHA-256 {assigned.sha256}"
    yield "Scores and report", software()
    for one in scored.readers:
        yield from _reader_facts(one)


def _reader_facts(one: ScoredReader) -> Iterator[tuple[str, str]]:
    reader = one.reader
    by = f", read by {reader.software}" if reader.software else ""
    yield reader.name, f"{videos(len(one.scores.videos))}{by}"
    yield f"{reader.name}, file", f"{reader.source}, SHA-256 {reader.sha256}"
    for name, sha256 in reader.models:
        yield f"{reader.name}, network", f"{name}, SHA-256 {sha256}"
    if reader.counted:
        counts = reader.counted.values()
        yield (
            f"{reader.name}, cells",
            f"{sum(counts)} in all, {min(counts)} to {max(counts)} a video",
        )


def _hash_table(scored: ScoredSet) -> TextTable | None:
    rows = tuple(
        (one.reader.name, str(video), sha256)
        for one in scored.readers
        for video, sha256 in one.reader.videos.items()
    )
    return TextTable("Videos", ("reader", "video", "SHA-256"), rows) if rows else None
