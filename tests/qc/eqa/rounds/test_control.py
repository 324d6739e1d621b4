"""Control charts of a reader, the rules that block, and what releases them."""

import pytest

from inference.counting import GradeCounts
from qc.charts.westgard import Rule
from qc.eqa.plots.control import control_sheets
from qc.eqa.rounds.blocking import blocks
from qc.eqa.rounds.control import LEAST_SD, judged, reader_control
from qc.eqa.rounds.values import Release, Schedule
from qc.eqa.scores.reading import GradeReading, Parameter
from tests.qc.eqa.rounds.made import (
    ADA,
    BEN,
    NOON,
    SCOPE,
    control_readings,
    make_reading,
    make_round,
)

WAVE = [48, 52, 49, 51, 50]
"""Percent of 200 cells that are a, and that are b: 48 and 52 of 200 is 48 % progressive."""


def programme(repeats=2, videos=2):
    return make_round(videos, Schedule(repeats=repeats, baseline=5))


def daily(*percents):
    return [(percent, percent) for percent in percents]


def test_before_the_baseline_is_complete_there_are_no_limits_and_no_rules():
    one = programme()
    found = reader_control(
        one, ADA, control_readings(one, ADA, daily(*WAVE[:4])), Parameter.PROGRESSIVE
    )
    assert not found.has_limits
    assert [chart.limits for chart in found.charts] == [None, None]
    assert found.charts[0].means == (48.0, 52.0, 49.0, 51.0)
    assert found.broken == ()


def test_limits_come_from_the_baseline_and_never_below_what_counting_causes():
    one = programme()
    readings = control_readings(one, ADA, daily(*WAVE, 50, 50), apart=1)
    chart = reader_control(one, ADA, readings, Parameter.PROGRESSIVE).charts[0]
    assert chart.limits and chart.xbar_s and chart.cusum and chart.ewma
    # The wave's own sd is 1.58; two readings of 200 cells at 50 % scatter by sqrt(2500 / 400).
    assert (chart.limits.mean, chart.limits.readings) == (50.0, 5)
    assert chart.limits.sd == pytest.approx(2.5)
    assert chart.xbar_s.mean.centre == pytest.approx(50.0)
    assert len(chart.cusum.points) == len(chart.ewma.points) == 2


def test_a_control_without_scatter_has_the_least_sd():
    one = make_round(1, Schedule(repeats=1, baseline=5))
    readings = [
        make_reading(one, 0, SCOPE, GradeCounts(0, 0, 0, 200), occasion) for occasion in range(1, 7)
    ]
    chart = reader_control(one, SCOPE, readings, Parameter.IMMOTILE).charts[0]
    assert chart.limits is not None
    assert (chart.limits.mean, chart.limits.sd) == (100.0, LEAST_SD)
    assert chart.xbar_s is None


def test_repeats_that_are_all_the_same_give_no_limits_of_their_means():
    """As this instrument reads: limits without width would have one cell out of control."""
    one = programme()
    readings = control_readings(one, SCOPE, daily(*[50] * 6, 51))
    found = reader_control(one, SCOPE, readings, Parameter.PROGRESSIVE)
    assert [chart.xbar_s for chart in found.charts] == [None, None]
    assert found.broken == ()
    for sheet in control_sheets(found):
        assert [chart.title for chart in sheet.charts if not chart.missing] == [
            "Levey-Jennings", "EWMA", "CUSUM",
        ]  # fmt: skip
        (why,) = [chart.missing for chart in sheet.charts if chart.missing]
        assert why == "no limits: the baseline's repeats were all the same"


def test_shares_that_rounding_alone_sets_apart_do_not_scatter():
    one = make_round(1, Schedule(repeats=2, baseline=2))
    # 100 of 207 are progressive, but 100 a / 207 + 100 b / 207 depends on how many are a.
    split = [GradeCounts(a, 100 - a, 7, 100) for a in (0, 2)]
    assert len({GradeReading.of(counts).progressive for counts in split}) == 2
    readings = [
        make_reading(one, 0, SCOPE, counts, occasion, repeat)
        for occasion in (1, 2, 3)
        for repeat, counts in enumerate(split, start=1)
    ]
    (chart,) = reader_control(one, SCOPE, readings, Parameter.PROGRESSIVE).charts
    assert chart.limits is not None
    assert chart.xbar_s is None


def test_an_occasion_counts_when_it_is_finished():
    one = programme()
    readings = control_readings(one, ADA, daily(*WAVE, 90))
    assert len(reader_control(one, ADA, readings[:-1], Parameter.IMMOTILE).begun_utc) == 5
    assert blocks(one, readings[:-1], ()) == ()
    assert len(blocks(one, readings, ())) == 1


def test_a_shift_breaks_the_rule_that_it_should_and_names_the_readings():
    one = programme()
    broken = judged(one, ADA, control_readings(one, ADA, daily(*WAVE, 50, 61)))
    # 11 points are 4.4 sd, in both controls.
    assert {(b.rule, b.parameter) for b in broken} >= {
        (Rule.ONE_3S, Parameter.PROGRESSIVE),
        (Rule.ONE_3S, Parameter.IMMOTILE),
    }
    assert all(b.occasion == 7 for b in broken)
    first = next(b for b in broken if b.rule is Rule.ONE_3S)
    assert first.points == ((7, 1),)


def test_a_reader_in_control_is_not_blocked_and_a_warning_does_not_block():
    one = programme()
    assert blocks(one, control_readings(one, ADA, daily(*WAVE, *WAVE)), ()) == ()
    warned = control_readings(one, ADA, [*daily(*WAVE), (50, 56)])
    assert Rule.ONE_2S in {b.rule for b in judged(one, ADA, warned)}
    assert blocks(one, warned, ()) == ()


def test_each_reader_and_each_instrument_is_judged_alone():
    one = programme()
    readings = [
        *control_readings(one, ADA, daily(*WAVE, 62)),
        *control_readings(one, BEN, daily(*WAVE, 51)),
        *control_readings(one, SCOPE, daily(*WAVE, 38)),
    ]
    assert [block.reader for block in blocks(one, readings, ())] == [ADA, SCOPE]


def test_a_release_holds_for_what_was_broken_until_then():
    one = programme()
    readings = control_readings(one, ADA, daily(*WAVE, 62))
    (block,) = blocks(one, readings, ())
    assert "Ada has broken a rule of spring on occasion 6: " in str(block)
    release = Release(ADA, block.occasion, "Quinn", "lamp changed", NOON)
    assert blocks(one, readings, [release]) == ()
    again = control_readings(one, ADA, daily(*WAVE, 62, 62))
    (later,) = blocks(one, again, [release])
    assert {b.occasion for b in later.broken} == {7}
    other = Release(BEN, 9, "Quinn", "for another", NOON)
    assert len(blocks(one, readings, [other])) == 1


def test_a_round_that_is_read_once_has_no_charts_and_blocks_nobody():
    one = make_round()
    assert blocks(one, [make_reading(one)], ()) == ()
    with pytest.raises(ValueError, match="no control charts"):
        reader_control(one, ADA, [make_reading(one)], Parameter.RAPID)
