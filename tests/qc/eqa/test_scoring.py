"""A reader's scores: each number is that of the statistic itself, or counted by hand."""

from dataclasses import fields

import pytest

from qc.agreement.bland_altman import bland_altman
from qc.agreement.concordance import concordance, intraclass
from qc.agreement.correlation import pearson, spearman
from qc.agreement.deming import deming
from qc.agreement.passing_bablok import passing_bablok
from qc.eqa.scores.performance import ScoreKind, ScoreVerdict
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scoring.scoring import score_reader
from qc.eqa.scoring.tables import error_table, score_tables, verdict_table, video_table
from qc.eqa.scoring.values import Missing, ScoringRules
from qc.eqa.scoring.wording import estimate, listed, number

ASSIGNED = {
    1: GradeReading(30, 20, 10, 40),
    2: GradeReading(10, 14, 20, 56),
    3: GradeReading(40, 30, 10, 20),
    4: GradeReading(5, 15, 10, 70),
    5: GradeReading(20, 25, 15, 40),
    6: GradeReading(50, 20, 5, 25),
}
READ = {
    1: GradeReading(26, 22, 10, 42),
    2: GradeReading(12, 20, 18, 50),
    3: GradeReading(38, 30, 12, 20),
    4: GradeReading(8, 13, 12, 67),
    5: GradeReading(25, 22, 13, 40),
    6: GradeReading(41, 23, 8, 28),
}
PR = ([50, 24, 70, 20, 45, 70], [48, 32, 68, 21, 47, 64])


@pytest.fixture(scope="module")
def scores():
    return score_reader("anna", READ, ASSIGNED)


def test_the_errors_by_hand(scores):
    # |a| 4 2 2 3 5 9, |b| 2 6 0 2 3 3, |c| 0 2 2 2 2 3, |d| 2 6 0 3 0 3, |PR| 2 8 2 1 2 6
    four = scores.four.reader
    assert [one.value for one in four.mae_by_category] == pytest.approx(
        [25 / 6, 16 / 6, 11 / 6, 14 / 6]
    )
    assert four.mae.value == pytest.approx(66 / 24)
    assert scores.three.reader.mae.value == pytest.approx((21 + 11 + 14) / 18)
    assert scores.three.reader.rmse.value == pytest.approx(((113 + 25 + 58) / 18) ** 0.5)
    assert four.mae.ci95[0] < four.mae.value < four.mae.ci95[1]


def test_zero_rule_leaves_the_video_out_that_it_predicts(scores):
    column = scores.three.categories.index(Parameter.PROGRESSIVE)
    errors = [abs((sum(PR[0]) - value) / 5 - value) for value in PR[0]]
    found = scores.three.zero_rule.mae_by_category[column].value
    assert found == pytest.approx(sum(errors) / 6)


def test_each_parameter_has_the_statistics_of_qc_agreement(scores):
    one = scores.of(Parameter.PROGRESSIVE)
    assert (one.assigned, one.readings) == tuple(map(tuple, PR))
    assert one.bland_altman == bland_altman(*PR)
    assert one.bland_altman.bias.mean == pytest.approx(1 / 6)
    assert one.concordance == concordance(*PR)
    assert one.intraclass == intraclass(list(zip(*PR, strict=True)))
    assert one.pearson == pearson(*PR)
    assert one.spearman == spearman(*PR)
    assert one.deming == deming(*PR)
    assert one.passing_bablok == passing_bablok(*PR)
    assert scores.of(Parameter.TOTAL_MOTILE).readings == (58, 50, 80, 33, 60, 72)


def test_scores_and_their_verdicts_by_hand():
    rules = ScoringRules({Parameter.PROGRESSIVE: 2.0})
    one = score_reader("anna", READ, ASSIGNED, rules).of(Parameter.PROGRESSIVE)
    assert [score.value for score in one.scores] == [-1, 4, -1, 0.5, 1, -3]
    assert [one.with_verdict(each) for each in ScoreVerdict] == [4, 0, 2]
    # Off by -2, 8, -2, 1, 2 and -6 points; a limit itself is accepted.
    for points, accepted in ((6.0, 5), (5.9, 4), (8.0, 6)):
        limited = ScoringRules(acceptance_points=points)
        found = score_reader("anna", READ, ASSIGNED, limited).of(Parameter.PROGRESSIVE)
        assert found.accepted == accepted
    own = score_reader("anna", READ, ASSIGNED).of(Parameter.PROGRESSIVE)
    assert own.scores[0].value == pytest.approx(-2 / (0.15 * 50))


def test_an_uncertain_assigned_value_asks_for_z_prime():
    rules = ScoringRules({Parameter.PROGRESSIVE: 3.0}, standard_uncertainty=4.0)
    score = score_reader("anna", READ, ASSIGNED, rules).of(Parameter.PROGRESSIVE).scores[1]
    assert (score.kind, score.value) == (ScoreKind.Z_PRIME, 8 / 5)


def test_total_variation_and_calls_by_hand(scores):
    assert scores.variation == (4, 8, 2, 5, 5, 9)
    assert scores.mean_variation.value == pytest.approx(sum(scores.variation) / 6)
    (who_2021,) = (
        one for one in scores.limits if (one.edition, one.parameter) == (2021, "progressive")
    )
    # Assigned below 30 %: videos 2 and 4; read below it: 4.
    calls = who_2021.calls
    counts = [getattr(calls, one.name) for one in fields(calls)]
    assert counts == [1, 0, 1, 4]
    assert calls.sensitivity.value == 0.5


def test_perfect_readings_have_no_error_and_full_agreement():
    scores = score_reader("truth", ASSIGNED, ASSIGNED)
    assert not isinstance(scores.four.reader, Missing)
    assert scores.four.reader.mae.value == 0
    assert all(score.value == 0 for one in scores.parameters for score in one.scores)
    agreed = scores.of(Parameter.IMMOTILE).concordance
    assert not isinstance(agreed, Missing)
    assert agreed.ccc == pytest.approx(1)
    assert max(scores.variation) == 0
    assert score_tables(scores, ScoringRules())


def test_a_reader_with_fewer_videos_is_scored_by_those(scores):
    some = {one: READ[one] for one in (5, 1, 3)} | {99: GradeReading(25, 25, 25, 25)}
    found = score_reader("bert", some, ASSIGNED)
    assert (found.videos, found.unread, found.unknown) == ((1, 3, 5), (2, 4, 6), (99,))
    one = found.of(Parameter.PROGRESSIVE)
    assert isinstance(one.pearson, Missing)
    assert not isinstance(one.bland_altman, Missing)
    assert (one.pearson.word, one.bland_altman.bias.n) == ("too few", 3)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_too_few_videos_are_said_to_be_too_few(count):
    scores = score_reader("anna", dict(list(READ.items())[:count]), ASSIGNED)
    tables = [*score_tables(scores, ScoringRules()), video_table(scores)]
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.head)}
    words = " ".join(cell for table in tables for row in table.rows for cell in row)
    assert ("too few" in words) == (count < 5)


def test_readings_that_are_all_alike_leave_correlation_undefined():
    flat = dict.fromkeys(ASSIGNED, GradeReading(30, 20, 10, 40))
    scores = score_reader("flat", flat, ASSIGNED)
    found = scores.of(Parameter.RAPID)
    assert isinstance(found.pearson, Missing)
    assert (found.pearson.word, "all values of a reader are 30" in found.pearson.why) == (
        "undefined", True,
    )  # fmt: skip
    assert score_tables(scores, ScoringRules())


def test_nobody_is_scored_by_videos_of_another_set():
    with pytest.raises(ValueError, match="anna has read no video of the set"):
        score_reader("anna", {99: READ[1]}, ASSIGNED)


def test_the_published_figures_stand_beside(scores):
    three, four, *_ = error_table(scores).rows
    assert (three[0], three[-2:]) == ("three categories", ("5", "9"))
    assert (four[0], four[-2:]) == ("four categories", ("7", "10"))


def test_numbers_are_written_as_papers_do():
    assert estimate(-1.25, (-2.04, 0.04), 1, signed=True) == "−1.2 (−2.0 to 0.0)"
    assert number(-0.001, 2) == "0.00"
    assert number(3.14, 1, signed=True) == "+3.1"
    assert listed(range(1, 15)) == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more"


def test_shares_of_videos_round_halves_up_as_all_percentages_do():
    assigned = {video: GradeReading(30, 20, 10, 40) for video in range(1, 9)}
    read = assigned | {1: GradeReading(80, 10, 10, 0)}
    table = verdict_table(score_reader("anna", read, assigned), ScoringRules())
    assert "1 (13 %)" in table.rows[0]
