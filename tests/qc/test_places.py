"""Which field comes next, where it lies, and when a replicate has enough."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquisition.camera import CameraSettings
from acquisition.stage import StageLimits
from inference.counting import GradeCounts
from qc.places import is_finished, next_field, position
from qc.plan import ExaminationPlan, PlanError
from qc.records.values import FieldOutcome, FieldRecord, ReplicateRecord, utc_now
from tests.qc.made import MakeField, MakeResult

COUNTED, DRIFTED, UNFINISHED = FieldOutcome.COUNTED, FieldOutcome.DRIFTED, FieldOutcome.UNFINISHED
WIDE = StageLimits(-9000, 9000, -9000, 9000)


def replicate(fields: Sequence[FieldRecord]) -> ReplicateRecord:
    return ReplicateRecord(1, utc_now(), tuple(fields))


@pytest.mark.parametrize(
    ("outcomes", "repeat", "number", "attempt", "drifted"),
    [
        ([], False, 1, 1, 0),
        ([], True, 1, 1, 0),
        ([(1, COUNTED)], False, 2, 1, 0),
        ([(1, COUNTED)], True, 1, 2, 0),
        ([(1, DRIFTED)], False, 1, 2, 1),
        ([(1, DRIFTED), (1, DRIFTED)], False, 1, 3, 2),
        ([(1, COUNTED), (2, UNFINISHED)], False, 2, 2, 0),
        ([(1, DRIFTED), (1, UNFINISHED), (1, COUNTED)], False, 2, 1, 0),
    ],
)
def test_the_next_field(
    make_field: MakeField,
    outcomes: list[tuple[int, FieldOutcome]],
    repeat: bool,
    number: int,
    attempt: int,
    drifted: int,
) -> None:
    fields: list[FieldRecord] = []
    for place, outcome in outcomes:
        tried = 1 + sum(field.number == place for field in fields)
        fields.append(make_field(place, attempt=tried, outcome=outcome))
    due = next_field(replicate(fields), repeat)
    assert (due.number, due.attempt, due.drifted) == (number, attempt, drifted)


def test_a_repeated_field_replaces_the_one_that_counts(make_field: MakeField) -> None:
    first = make_field(1)
    again = make_field(1, attempt=2, replaces=first.field_id)
    assert next_field(replicate([first]), repeat=True).replaces is first
    assert next_field(replicate([first, again]), repeat=True).replaces is again
    assert next_field(replicate([first, again])).replaces is None


def test_a_repeat_that_did_not_come_about_still_replaces(make_field: MakeField) -> None:
    first = make_field(1)
    cut = make_field(1, attempt=2, outcome=UNFINISHED, result=None)
    assert next_field(replicate([first, cut])).replaces is first


@pytest.mark.parametrize(
    ("counts", "finished"),
    [
        ([50] * 4, False),
        ([40] * 5, True),
        ([39] * 5, False),
        ([200], False),
        ([0] * 39, False),
        ([0] * 40, True),
        ([1] * 40, True),
    ],
)
def test_a_replicate_has_enough_cells_in_enough_fields_or_all_that_are_allowed(
    make_field: MakeField,
    make_result: MakeResult,
    plan: ExaminationPlan,
    counts: list[int],
    finished: bool,
) -> None:
    fields = [
        make_field(number, result=make_result(counted=GradeCounts(d=count)))
        for number, count in enumerate(counts, 1)
    ]
    assert is_finished(replicate(fields), plan) is finished


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**63 - 1), number=st.integers(1, 12))
def test_a_place_depends_on_seed_replicate_and_number_alone(
    plan: ExaminationPlan, seed: int, number: int
) -> None:
    plan = replace(plan, seed=seed)
    here = position(plan, CameraSettings(), WIDE, 1, number)
    assert here == position(replace(plan, sample="other"), CameraSettings(), WIDE, 1, number)
    assert here != position(plan, CameraSettings(), WIDE, 2, number)


def test_fields_stay_where_the_stage_can_go(plan: ExaminationPlan) -> None:
    limits = StageLimits(0, 3000, -1500, 0)
    for number in range(1, 20):
        limits.check(position(plan, CameraSettings(), limits, 1, number))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample": "  "}, "the sample has no name"),
        ({"operator": ""}, "the operator has no name"),
        ({"replicates": 3}, "replicates is 3"),
        ({"min_cells": 0}, "min_cells is 0"),
        ({"min_fields": 50}, "max_fields is 40"),
        ({"seed": -1}, "the seed is -1"),
        ({"temperature_override": " "}, "needs a reason"),
    ],
)
def test_a_plan_that_leads_nowhere_is_one_line(
    plan: ExaminationPlan, change: dict[str, object], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        replace(plan, **change)  # type: ignore[arg-type]
