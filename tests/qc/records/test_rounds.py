"""Rounds and readings are read back equal, and nobody changes them."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from qc.eqa.rounds.signing import broken_seals
from qc.eqa.rounds.values import Closing, Reader, ReaderKind, Release, RoundError, Schedule
from qc.eqa.scores.reading import Parameter
from qc.records.database import StoreError
from qc.records.store import Store
from qc.reporting import BlockedError, check_may_report
from tests.qc.eqa.rounds.made import ADA, BEN, NOON, SCOPE, control_readings, make_reading
from tests.qc.eqa.rounds.made import make_round as made_round
from tests.qc.made import MakeSession

CONTROL = Schedule(every_days=14, repeats=1, baseline=5)


def test_rounds_are_read_back_equal_the_newest_first(store: Store) -> None:
    first = made_round(given_sigma={Parameter.RAPID: 4.5}, standard_uncertainty=1.25)
    second = made_round(
        schedule=CONTROL,
        name="controls",
        created_utc=NOON + timedelta(days=1),
        seed=2**40,
        round_id=uuid4(),
    )
    for one in (first, second):
        store.rounds.add(one)
    assert store.rounds.all() == (second, first)
    assert store.rounds.named(" spring ") == first


def test_a_name_is_given_once_and_an_unknown_one_is_told(store: Store) -> None:
    with pytest.raises(RoundError, match="there is no round called spring \\(there is none\\)"):
        store.rounds.named("spring")
    store.rounds.add(made_round())
    with pytest.raises(RoundError, match="a round called spring already"):
        store.rounds.add(made_round())
    with pytest.raises(RoundError, match="known are spring"):
        store.rounds.named("autumn")


def test_readings_are_read_back_equal_and_chained_over_all_readers(store: Store) -> None:
    one = made_round()
    store.rounds.add(one)
    signed = [
        store.rounds.sign(one, make_reading(one, place, reader))
        for reader, place in ((ADA, 0), (BEN, 2), (SCOPE, 1), (ADA, 1))
    ]
    assert store.rounds.readings(one.round_id) == tuple(signed)
    assert [each.number for each in signed] == [1, 2, 3, 4]
    assert broken_seals(one, signed) == ()
    assert broken_seals(store.rounds.named("spring"), signed) == ()
    actions = [entry.action for entry in store.audit(signed[1].reading.reading_id)]
    assert actions == ["signed: reading 2 of spring"]


def test_a_reading_is_signed_once_and_not_after_the_end(store: Store) -> None:
    one = made_round()
    store.rounds.add(one)
    store.rounds.sign(one, make_reading(one))
    with pytest.raises(RoundError, match="Ada has signed this reading of spring already"):
        store.rounds.sign(one, make_reading(one))
    closing = Closing("Quinn", "all have read", NOON + timedelta(days=3))
    store.rounds.close(one, closing)
    with pytest.raises(RoundError, match="spring is closed"):
        store.rounds.sign(one, make_reading(one, 1))
    with pytest.raises(RoundError, match="spring is closed"):
        store.rounds.close(one, closing)
    assert store.rounds.named("spring") == replace(one, closed=closing)
    assert len(store.rounds.readings(one.round_id)) == 1


def test_the_database_itself_refuses_every_change(store: Store, tmp_path: Path) -> None:
    one = made_round(schedule=CONTROL)
    store.rounds.add(one)
    store.rounds.sign(one, make_reading(one))
    store.rounds.release(one, Release(ADA, 1, "Quinn", "trained", NOON))
    store.rounds.close(one, Closing("Quinn", "over", NOON))
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    for table in ("round", "round_schedule", "round_item", "reading", "round_closing",
                  "control_release"):  # fmt: skip
        assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
        for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="is never changed"):
                raw.execute(change)
    raw.close()


def test_a_change_behind_the_triggers_shows_in_the_seals(store: Store, tmp_path: Path) -> None:
    one = made_round()
    store.rounds.add(one)
    for place in range(3):
        store.rounds.sign(one, make_reading(one, place))
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    raw.execute("DROP TRIGGER kept_reading_update")
    raw.execute("UPDATE reading SET count_a = 61, count_d = 79 WHERE number = 2")
    raw.commit()
    raw.close()
    assert broken_seals(one, store.rounds.readings(one.round_id)) == (
        "reading 2 of spring, by Ada: it is not what was signed",
    )


SPRING = "round_id = (SELECT id FROM round WHERE name = 'spring')"
TAMPERED = {
    "two items exchanged": (
        [
            f"CREATE TEMP TABLE before AS SELECT * FROM round_item WHERE {SPRING}",
            f"UPDATE round_item SET id = 'item ' || number WHERE number < 3 AND {SPRING}",
            "UPDATE round_item SET id = (SELECT id FROM before "
            "WHERE number = 3 - round_item.number) WHERE id LIKE 'item %'",
        ],
        "reading 1 of spring, by Ada: it does not follow what is stored before it",
    ),
    "the last reading gone": (
        [f"DELETE FROM reading WHERE number = 3 AND {SPRING}"],
        "reading 3 of spring, by Ada: it was signed, and is gone",
    ),
    "all readings gone": (
        [f"DELETE FROM reading WHERE {SPRING}"],
        "reading 1 of spring, by Ada: it was signed, and is gone",
    ),
    "an entry of the audit trail gone": (
        ["DELETE FROM audit WHERE action = 'signed: reading 2 of spring'"],
        "reading 2 of spring, by Ada: the audit trail does not know it",
    ),
    "the closing gone": (
        ["DELETE FROM round_closing"],
        "spring: the audit trail says this, and it is gone: closed: spring",
    ),
    "a closing forged": (
        ["DELETE FROM audit WHERE action = 'closed: spring'"],
        "spring: the audit trail does not know this: closed: spring",
    ),
    "a release forged": (
        ["UPDATE control_release SET reader = 'Ben'"],
        "spring: the audit trail does not know this: released: Ben, occasion 1 of spring",
    ),
    "a release gone": (
        ["DELETE FROM control_release"],
        "spring: the audit trail says this, and it is gone: released: Ada, occasion 1 of spring",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_taken_away_put_in_or_exchanged_is_named(
    store: Store, tmp_path: Path, what: str
) -> None:
    one = made_round()
    store.rounds.add(one)
    other = replace(made_round(), name="not of spring", round_id=uuid4())
    other = replace(other, items=tuple(replace(item, item_id=uuid4()) for item in other.items))
    store.rounds.add(other)
    store.rounds.sign(other, make_reading(other, 0))
    for place in range(3):
        store.rounds.sign(one, make_reading(one, place))
    store.rounds.release(one, Release(ADA, 1, "Quinn", "new lamp", NOON))
    store.rounds.close(one, Closing("Quinn", "over", NOON))
    assert store.rounds.faults(store.rounds.named("spring")) == ()
    statements, said = TAMPERED[what]
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (trigger,) in triggers:
        raw.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()
    assert said in store.rounds.faults(store.rounds.named("spring"))
    assert store.rounds.faults(other) == ()


def test_a_broken_rule_blocks_reporting_of_reader_and_instrument_until_it_is_released(
    store: Store, make_session: MakeSession
) -> None:
    session = make_session()
    assert session.plan.operator == "Ada Lab"
    operator = Reader(ReaderKind.PERSON, "ada  lab")
    one = made_round(2, CONTROL)
    store.rounds.add(one)
    out = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (75, 75)]
    for reading in control_readings(one, operator, out):
        check_may_report(store, session, "scope 2")
        store.rounds.sign(one, reading)
    with pytest.raises(BlockedError, match="reporting is blocked: ada  lab has broken") as caught:
        check_may_report(store, session, "scope 2")
    assert "\n" not in str(caught.value)
    (block,) = store.rounds.blocks()
    store.rounds.release(one, Release(operator, block.occasion, "Quinn", "new lamp", NOON))
    assert store.rounds.blocks() == ()
    check_may_report(store, session, "scope 2")
    for reading in control_readings(one, SCOPE, out):
        store.rounds.sign(one, reading)
    check_may_report(store, session, "scope 2")
    with pytest.raises(BlockedError, match="motiscope on scope 1 has broken"):
        check_may_report(store, session, "scope 1")


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("round", "given_sigma", '{"no": 1}', "the round spring was changed"),
        ("round", "given_sigma", "[1]", "the round spring was changed"),
        ("round_item", "assigned_percent", '{"a": 1}', "the round spring was changed"),
        ("reading", "models", "[[1]]", "reading 1 by .* was changed"),
    ],
)
def test_what_motiscope_never_writes_is_told_in_one_line(
    store: Store, tmp_path: Path, table: str, column: str, value: str, said: str
) -> None:
    one = made_round()
    store.rounds.add(one)
    store.rounds.sign(one, make_reading(one, 0, ADA))
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    raw.execute(f"DROP TRIGGER kept_{table}_update")
    raw.execute(f"UPDATE {table} SET {column} = ?", (value,))
    raw.commit()
    raw.close()
    with pytest.raises(StoreError, match=said):
        store.rounds.readings(store.rounds.named("spring").round_id)
