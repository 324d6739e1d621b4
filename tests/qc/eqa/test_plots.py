"""What the charts of a set say: each mark stands where its statistic does."""

import math

import pytest

from qc.eqa.plots.agreement import bland_altman_chart, scatter_chart
from qc.eqa.plots.over_time import over_time_chart, scores_over_time_chart
from qc.eqa.plots.scores import error_chart, score_chart
from qc.eqa.plots.sheets import common_sheets, reader_sheets
from qc.eqa.plots.youden import most_alike, youden_chart
from qc.eqa.scores.performance import ScoreVerdict
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scoring.scoring import score_reader
from qc.eqa.scoring.values import ScoringRules
from qc.eqa.scoring.wording import NAMES
from qc.plots.chart import Band, Bars, Level, Line, Points, Role, Spans
from tests.qc.eqa.scored_made import made_readings, made_scores, made_values


def of(chart, kind, role=None):
    return [m for m in chart.marks if isinstance(m, kind) and role in (None, m.role)]


@pytest.fixture(scope="module")
def scores():
    return made_scores(videos=20)


def test_bland_altman_shows_bias_limits_and_their_intervals(scores):
    one = scores.of(Parameter.RAPID)
    chart, found = bland_altman_chart(one), one.bland_altman
    (bias,) = of(chart, Level, Role.CENTRE)
    assert (bias.value, bias.label) == (found.bias.mean, "bias, 95 % interval")
    assert float(bias.text.replace("−", "-")) == pytest.approx(found.bias.mean, abs=0.05)
    assert [m.value for m in of(chart, Level, Role.LIMIT)] == [found.lower.value, found.upper.value]
    assert [(m.low, m.high) for m in of(chart, Band)] == [
        found.lower.ci95, found.upper.ci95, found.bias.ci95
    ]  # fmt: skip
    (line,) = of(chart, Line, Role.FIT)
    slope = (line.y[1] - line.y[0]) / (line.x[1] - line.x[0])
    assert slope == pytest.approx(found.proportional.slope)
    (points,) = of(chart, Points)
    assert (points.x, points.y) == (found.means, found.differences)
    for band in of(chart, Band):
        assert chart.y_range[0] < band.low <= band.high < chart.y_range[1]


def test_readings_that_are_the_assigned_values_make_a_flat_chart():
    values = made_values(12)
    chart = bland_altman_chart(score_reader("same", values, values).of(Parameter.RAPID))
    assert {m.value for m in of(chart, Level)} == {0.0}
    # Three numbers would lie on each other.
    assert [m.text for m in of(chart, Level) if m.text] == ["0.0"]
    assert chart.y_range == (-1.0, 1.0)


def test_the_scatter_has_identity_and_both_lines_within_its_frame(scores):
    one = scores.of(Parameter.PROGRESSIVE)
    chart = scatter_chart(one)
    (identity,) = of(chart, Line, Role.NEUTRAL)
    assert identity.x == identity.y
    for role, found in ((Role.FIT, one.passing_bablok), (Role.OTHER_FIT, one.deming)):
        (line,) = of(chart, Line, role)
        for x, y in zip(line.x, line.y, strict=True):
            assert y == pytest.approx(found.intercept.value + found.slope.value * x)
            assert chart.y_range[0] - 1e-9 <= y <= chart.y_range[1] + 1e-9
    assert (chart.equal, chart.x_range) == (True, chart.y_range)
    assert chart.notes == (f"CCC {one.concordance.ccc:.3f}", f"r {one.pearson.r:.3f}")


def test_every_score_has_a_bar_of_its_verdict():
    values = {n: GradeReading(30, 20, 10, 40) for n in (3, 8, 9)}
    read = {3: GradeReading(31, 19, 10, 40), 8: GradeReading(35, 15, 10, 40),
            9: GradeReading(38, 12, 10, 40)}  # fmt: skip
    rules = ScoringRules(dict.fromkeys(Parameter, 2.0))
    one = score_reader("anna", read, values, rules).of(Parameter.RAPID)
    chart = score_chart(one, (3, 8, 9))
    bars = {m.label: (m.role, m.x, m.y) for m in of(chart, Bars)}
    assert bars == {
        ScoreVerdict.ACCEPTABLE.value: (Role.GOOD, (0.0,), (0.5,)),
        ScoreVerdict.WARNING.value: (Role.WARNING, (1.0,), (2.5,)),
        ScoreVerdict.ACTION.value: (Role.ACTION, (2.0,), (4.0,)),
    }
    assert chart.x_ticks == ((0.0, "3"), (1.0, "8"), (2.0, "9"))
    assert [m.value for m in of(chart, Level)] == [0, -2, 2, -3, 3]
    assert chart.y_range == pytest.approx((-4.4, 4.4))


def test_errors_stand_beside_zero_rule_and_the_published(scores):
    other = made_scores("a reader whose name is far too long for a chart", seed=5, videos=20)
    chart = error_chart("four", [(s.reader, s.four) for s in (scores, other)], 7.0, 10.0)
    assert [m.value for m in of(chart, Level)] == [7.0, 10.0]
    reader, zero_rule = of(chart, Points)
    assert reader.x == (scores.four.reader.mae.value, other.four.reader.mae.value)
    assert zero_rule.x[0] == scores.four.zero_rule.mae.value
    assert of(chart, Spans)[0].ends[0] == scores.four.reader.mae.ci95
    assert [name for _, name in chart.y_ticks] == ["anna", "a reader whose…a chart"]
    assert reader.y[0] > reader.y[1] > 0 > zero_rule.y[1]


def test_who_has_read_too_little_is_named_and_not_drawn(scores):
    alone = made_scores("bert", videos=1)
    chart = error_chart("four", [(s.reader, s.four) for s in (scores, alone)], 7.0, 10.0)
    assert (len(chart.y_ticks), chart.notes) == (1, ("too few videos: bert",))
    assert error_chart("four", [("bert", alone.four)], 7.0, 10.0).missing


def test_a_sheet_without_a_chart_is_left_out():
    titles = [sheet.title for sheet in reader_sheets(made_scores(videos=2))]
    assert titles == ["Readings and assigned values", "Scores for proficiency by video"]
    assert common_sheets([made_scores(videos=1)]) == ()


def readers(*names, videos=10):
    return [made_scores(name, videos, seed) for seed, name in enumerate(names, start=5)]


def test_youden_takes_the_two_videos_that_are_most_alike():
    values = {1: GradeReading(30, 20, 10, 40), 2: GradeReading(60, 10, 10, 20),
              3: GradeReading(31, 20, 10, 39), 4: GradeReading(31, 20, 10, 39)}  # fmt: skip
    everybody = [score_reader(name, made_readings(values, seed), values)
                 for seed, name in enumerate("abcd")]  # fmt: skip
    lone = {key: values[key] for key in (1, 2, 3)}
    late = [score_reader(name, made_readings(lone, seed), values)
            for seed, name in enumerate("abcd")]  # fmt: skip
    found = [pair for pair in map(most_alike, (everybody, late)) if pair]
    assert [(p.first, p.second, p.apart) for p in found] == [(3, 4, 0.0), (1, 3, 1.0)]
    assert most_alike(everybody[:3]) is None
    assert "Youden pairs" not in [sheet.title for sheet in common_sheets(everybody[:3])]
    sheet = common_sheets(everybody)[1]
    assert "Videos 3 and 4" in sheet.note
    assert "1 a, 2 b, 3 c, 4 d" in sheet.note


def test_youden_asks_no_single_reader_who_has_values_of_its_own():
    values = {1: GradeReading(30, 20, 10, 40), 2: GradeReading(60, 10, 10, 20),
              3: GradeReading(31, 20, 10, 39)}  # fmt: skip
    last = values | {2: GradeReading(30, 20, 10, 40), 3: GradeReading(40, 20, 10, 30)}
    everybody = [score_reader(name, values, values) for name in "abc"]
    everybody.append(score_reader("d", values, last))
    for order in (everybody, everybody[::-1]):
        pair = most_alike(order)
        assert pair is not None
        # The mean of video 3 is 33.25, 20, 10, 36.75.
        assert (pair.first, pair.second, pair.apart) == (1, 3, 3.25)


def test_youden_shows_medians_circle_ellipse_and_every_reader():
    pair = most_alike(readers(*"abcdef"))
    assert pair is not None
    chart = youden_chart(pair, Parameter.IMMOTILE)
    first = sorted(one.immotile for one, _ in pair.readings.values())
    across, upright = of(chart, Level)[1], of(chart, Level)[0]
    assert upright.vertical
    assert upright.value == pytest.approx((first[2] + first[3]) / 2)
    circle = next(m for m in of(chart, Line) if m.label.startswith("95 % circle"))
    radii = {round(math.dist(at, (upright.value, across.value)), 9)
             for at in zip(circle.x, circle.y, strict=True)}  # fmt: skip
    assert len(radii) == 1
    names = ", ".join(name for m in of(chart, Points) for name in m.names)
    assert sorted(names.split(", ")) == list("123456")
    width, height = (high - low for low, high in (chart.x_range, chart.y_range))
    assert width == pytest.approx(height)


def test_a_reader_over_time_is_shown_by_round():
    chart = over_time_chart("anna", ["2025-1", "2025-2"], [4.0, 3.0], intervals=[(3, 5), (2, 4)],
                            zero_rule=[9.0, 10.0])  # fmt: skip
    assert [m.y for m in of(chart, Points)] == [(4.0, 3.0)]
    assert [m.y for m in of(chart, Line, Role.REFERENCE)] == [(9.0, 10.0)]
    assert chart.y_range == pytest.approx((0, 10.6))
    scores = scores_over_time_chart("anna", ["2025-1", "2025-2"], [[0.5, -2.5], [3.5]])
    found = {m.role: list(zip(m.x, m.y, strict=True)) for m in of(scores, Points)}
    assert found == {Role.GOOD: [(0, 0.5)], Role.WARNING: [(0, -2.5)], Role.ACTION: [(1, 3.5)]}
    with pytest.raises(ValueError, match="do not fit"):
        over_time_chart("anna", ["2025-1"], [4.0, 3.0])


def test_every_parameter_has_its_chart(scores):
    for sheet in reader_sheets(scores):
        assert [chart.title for chart in sheet.charts] == list(NAMES.values())
