"""Optics and their calibrations in the database: read back equal, superseded, never changed."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from calibration.optics import Optics
from calibration.profiles import CalibrationProfile, OpticsHistory, Origin, ProfileError
from calibration.scale import Scale
from qc.calibrations import Measurement, store_calibration
from qc.plan import ExaminationPlan, PlanError
from qc.records.database import StoreError
from qc.records.exports import session_from_json, session_json
from qc.records.store import Store
from qc.report import write_report
from tests.qc.made import MakeSession

OPTICS = Optics(40, 0.5, "4102", (9.9, 10.0), (2, 1), (0, 8, 640, 480))
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PROFILE = CalibrationProfile(
    "40x-basler",
    Scale(0.495, 0.4951, "slide 7, two orientations", 0.003, 0.004),
    OPTICS,
    START,
    "Ada Lab",
    micrometer="slide 7",
    picture_sha256="d" * 64,
)
SECOND = replace(
    PROFILE,
    scale=Scale(0.5, 0.5, "letter of the maker"),
    measured_at=START + timedelta(days=2),
    by="Bo Check",
    valid_days=30,
    origin=Origin.VIDEO,
    picture_sha256=None,
    profile_id=uuid4(),
)


def test_optics_are_defined_once_and_their_calibrations_follow(store: Store) -> None:
    assert store.optics() == ()
    store.define_optics("40x-basler", OPTICS, "Ada Lab")
    assert store.optics() == (OpticsHistory("40x-basler", OPTICS),)
    store.add_profile(SECOND)
    store.add_profile(PROFILE)
    assert store.optics_named("40x-basler").profiles == (PROFILE, SECOND)


def test_of_two_measured_at_once_the_later_stored_is_in_force(store: Store) -> None:
    again = replace(SECOND, measured_at=START)
    store.add_profile(PROFILE)
    store.add_profile(again)
    assert store.optics_named("40x-basler").in_force(START) == again


def test_other_optics_need_a_name_of_their_own(store: Store) -> None:
    store.add_profile(PROFILE)
    for other in (replace(OPTICS, objective=20), replace(OPTICS, binning=(1, 1))):
        with pytest.raises(ProfileError, match="needs a name and a scale of its own"):
            store.add_profile(replace(SECOND, optics=other))
        with pytest.raises(ProfileError, match="40x-basler is 40x"):
            store.define_optics("40x-basler", other, "Ada Lab")
    store.add_profile(replace(SECOND, name="20x", optics=replace(OPTICS, objective=20)))
    assert [each.name for each in store.optics()] == ["20x", "40x-basler"]


def test_unknown_optics_name_those_that_are_known(store: Store) -> None:
    with pytest.raises(StoreError, match=r"'40x' \(none are known\).*motiscope optics add"):
        store.optics_named("40x")
    store.add_profile(PROFILE)
    with pytest.raises(StoreError, match="known are 40x-basler"):
        store.optics_named("40x")


def test_the_database_itself_refuses_to_change_them(
    store: Store, make_session: MakeSession, plan: ExaminationPlan, tmp_path: Path
) -> None:
    store.add_profile(PROFILE)
    store.begin_session(
        make_session(plan=replace(plan, scale=PROFILE.named_scale, profile=PROFILE))
    )
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    for table in ("optics", "profile", "session_profile"):
        for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match=f"stored {table} is never changed"):
                raw.execute(change)
    raw.close()


def test_a_session_keeps_the_calibration_of_its_scale(
    store: Store, make_session: MakeSession, plan: ExaminationPlan, tmp_path: Path
) -> None:
    store.add_profile(PROFILE)
    scaled = replace(plan, scale=PROFILE.named_scale, calibration_sha256="d" * 64, profile=PROFILE)
    session = make_session(plan=scaled)
    store.begin_session(session)
    store.add_profile(SECOND)
    stored = store.session(session.session_id)
    assert stored == session
    assert session_from_json(session_json(stored)) == session
    write_report(stored, tmp_path / "report.html")
    assert PROFILE.short_id in (tmp_path / "report.html").read_text()


def test_a_plan_has_the_scale_of_its_calibration(plan: ExaminationPlan) -> None:
    with pytest.raises(PlanError, match=f"not that of calibration {PROFILE.short_id}"):
        replace(plan, profile=PROFILE)


def test_who_defined_and_measured_is_in_the_audit_trail(store: Store) -> None:
    store.add_profile(PROFILE)
    entries = store.audit()
    assert [(each.subject, each.operator) for each in entries] == [
        ("optics", "Ada Lab"),
        ("profile", "Ada Lab"),
    ]
    assert store.audit(PROFILE.profile_id)[0].action == "measured: 40x-basler"


def test_a_measurement_is_checked_and_stored_under_its_name(store: Store) -> None:
    store.define_optics("40x-basler", Optics(40, 0.5, "4102", (9.9, 9.9)), "Ada Lab")
    made = Measurement(Scale(0.4951, 0.4949, "slide 7"), "Ada Lab", picture_sha256="e" * 64)
    first = store_calibration(store, "40x-basler", made)
    assert first.checks.warnings == ()
    assert store.optics_named("40x-basler").profiles == (first.profile,)
    doubled = replace(made, scale=Scale(0.99, 0.99, "slide 7"))
    second = store_calibration(store, "40x-basler", doubled)
    assert len(second.checks.warnings) == 2
    assert store.optics_named("40x-basler").in_force(second.profile.measured_at) == second.profile


def test_new_optics_are_defined_by_their_first_measurement(store: Store) -> None:
    made = Measurement(Scale(0.5, 0.5, "slide 7"), "Ada Lab")
    store_calibration(store, "40x", made, OPTICS)
    assert store.optics_named("40x").optics == OPTICS
    with pytest.raises(ProfileError, match="nobody is named"):
        store_calibration(store, "new", replace(made, by=" "), OPTICS)
    assert [each.name for each in store.optics()] == ["40x"]
