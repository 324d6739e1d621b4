"""Who reads what next: random, blind, once, and on the day when it is due."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from qc.eqa.rounds.order import next_turn, standing, turns
from qc.eqa.rounds.values import Closing, Reading, RoundError, Schedule
from tests.qc.eqa.rounds.made import ADA, BEN, NOON, SCOPE, make_reading, make_round


def read_all(one, reader, at=NOON, occasion=1):
    readings = []
    for turn in turns(one, reader, occasion):
        place = one.items.index(turn.item)
        readings.append(
            make_reading(one, place, reader, occasion=occasion, repeat=turn.repeat, at=at)
        )
    return readings


def test_a_reader_s_order_is_random_complete_and_the_same_again():
    one = make_round(videos=40)
    numbers = [turn.item.number for turn in turns(one, ADA, 1)]
    assert sorted(numbers) == list(range(1, 41))
    assert numbers != sorted(numbers)
    assert numbers == [turn.item.number for turn in turns(one, ADA, 1)]
    assert numbers != [turn.item.number for turn in turns(one, BEN, 1)]
    assert numbers != [turn.item.number for turn in turns(one, ADA, 2)]


def test_every_place_of_an_order_is_as_likely_for_every_item():
    firsts = [
        turns(one, ADA, 1)[0].item.number for one in (make_round(4, seed=s) for s in range(800))
    ]
    # Binomial: 200 of 800 each, sd 12.2.
    assert all(abs(firsts.count(number) - 200) < 50 for number in (1, 2, 3, 4))


def test_what_was_read_does_not_come_again_and_a_break_changes_nothing():
    one = make_round(videos=5)
    readings: list[Reading] = []
    for place, turn in enumerate(turns(one, ADA, 1), start=1):
        upcoming = next_turn(one, ADA, readings, NOON)
        assert upcoming is not None
        assert upcoming == turn
        assert (upcoming.place, upcoming.of) == (place, 5)
        readings.append(make_reading(one, one.items.index(turn.item)))
    assert next_turn(one, ADA, readings, NOON) is None
    assert standing(one, ADA, readings, NOON).is_over
    assert not standing(one, BEN, readings, NOON).is_over


def test_a_closed_round_is_read_by_nobody():
    one = replace(make_round(), closed=Closing("Quinn", "time is over", NOON))
    assert next_turn(one, ADA, [], NOON) is None


def test_controls_come_up_again_daily_for_the_baseline_and_then_by_the_schedule():
    one = make_round(2, Schedule(every_days=7, repeats=2, baseline=2))
    first = read_all(one, ADA)
    assert len(first) == 4
    assert next_turn(one, ADA, first, NOON + timedelta(hours=23)) is None
    turn = next_turn(one, ADA, first, NOON + timedelta(hours=24))
    assert turn is not None
    assert (turn.occasion, turn.place, turn.of) == (2, 1, 4)
    second = first + read_all(one, ADA, NOON + timedelta(days=1), occasion=2)
    due = standing(one, ADA, second, NOON + timedelta(days=2)).due_utc
    assert due == NOON + timedelta(days=8)
    assert due is not None
    assert standing(one, ADA, second, due).due_utc is None
    for reader, occasion in ((ADA, 3), (SCOPE, 1)):
        turn = next_turn(one, reader, second, due)
        assert turn is not None
        assert turn.occasion == occasion


def test_both_readings_of_a_control_are_spread_like_all_others():
    one = make_round(10, Schedule(repeats=2))
    drawn = [(turn.item.number, turn.repeat) for turn in turns(one, ADA, 1)]
    assert len(set(drawn)) == 20
    in_a_row = sum(a[0] == b[0] for a, b in pairwise(drawn))
    assert in_a_row < 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"every_days": 0}, "0 is too few; 1 is the least"),
        ({"repeats": 0}, "0 is too few"),
        ({"baseline": 1}, "1 is too few; 2 is the least"),
        ({"every_days": 10**30}, "is too many; 3660 is the most"),
        ({"repeats": 101}, "101 is too many"),
        ({"baseline": 1001}, "1001 is too many"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(RoundError, match=said):
        Schedule(**wrong)
