"""A change of anything that was signed shows."""

from dataclasses import fields, replace
from datetime import timedelta
from uuid import uuid4

import pytest

from inference.counting import GradeCounts
from qc.eqa.rounds.signing import _former_seal, broken_seals, seal_of_round, sign
from qc.eqa.scores.reading import GradeReading, Parameter
from tests.qc.eqa.rounds.made import BEN, NOON, make_reading, make_round


def chain(one, count=4):
    signed, previous = [], seal_of_round(one)
    for number in range(1, count + 1):
        at = NOON + timedelta(minutes=number)
        signed.append(sign(make_reading(one, (number - 1) % 3, at=at), number, previous))
        previous = signed[-1].sha256
    return signed


def test_a_chain_that_nobody_touched_is_whole():
    one = make_round()
    assert broken_seals(one, chain(one)) == ()


CHANGES = {
    "item_id": uuid4(),
    "occasion": 2,
    "repeat": 2,
    "reader": BEN,
    "counts": GradeCounts(61, 39, 20, 80),
    "software": "motiscope 0.2.0",
    "models": (("heads", "ab"),),
    "begun_utc": NOON,
    "signed_utc": NOON,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_any_part_of_a_reading_shows(name):
    one = make_round()
    signed = chain(one)
    changed = replace(signed[1].reading, **{name: CHANGES[name]})
    signed[1] = replace(signed[1], reading=changed)
    assert broken_seals(one, signed) == (
        f"reading 2 of spring, by {changed.reader}: it is not what was signed",
    )


def test_every_part_of_a_reading_but_its_key_is_sealed():
    named = {field.name for field in fields(make_reading(make_round()))}
    assert named - {"reading_id"} == CHANGES.keys()


def test_a_round_that_was_sealed_without_its_items_keys_still_fits():
    one = make_round()
    signed, previous = [], _former_seal(one)
    for place in range(2):
        signed.append(sign(make_reading(one, place), place + 1, previous))
        previous = signed[-1].sha256
    assert broken_seals(one, signed) == ()
    changed = replace(one, source="another")
    assert broken_seals(changed, signed) == (
        "reading 1 of spring, by Ada: it does not follow what is stored before it",
    )


def test_a_reading_that_was_taken_away_or_sealed_anew_shows():
    one = make_round()
    signed = chain(one)
    without = [signed[0], *signed[2:]]
    assert any("does not follow" in line for line in broken_seals(one, without))
    assert any("is missing before it" in line for line in broken_seals(one, without))
    forged = replace(signed[1].reading, counts=GradeCounts(1, 2, 3, 4))
    signed[1] = sign(forged, 2, signed[0].sha256)
    assert broken_seals(one, signed) == (
        "reading 3 of spring, by Ada: it does not follow what is stored before it",
    )


def test_readings_are_sealed_to_their_round():
    one = make_round()
    item = replace(one.items[0], assigned=GradeReading(31, 19, 10, 40))
    for other in (
        replace(one, items=(item, *one.items[1:])),
        replace(one, given_sigma={Parameter.RAPID: 3.0}),
        replace(one, seed=8),
    ):
        assert broken_seals(other, chain(one)) == (
            "reading 1 of spring, by Ada: it does not follow what is stored before it",
        )
