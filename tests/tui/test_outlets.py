"""One stored session, read at every place that tells of it: none may contradict another."""

import json
from collections import defaultdict
from dataclasses import replace
from uuid import UUID

import pytest
from textual.widgets import DataTable, Static

from inference.counting import tally
from inference.grading import Grade
from qc.records.store import Store, open_store
from qc.records.values import FieldOutcome, FieldRecord, SessionRecord, SessionState
from qc.report import report_html
from qc.result import session_result
from tests.tui import outlets
from tests.tui.cli.test_review import stored
from tests.tui.fakes import EmptyStart, make_services
from tests.tui.outlets import Facts
from tests.tui.reviewed import make_reviewed
from tui.app import MotiscopeApp
from tui.cli.main import run
from tui.cli.results import show_result
from tui.screens.result import ResultScreen

CORRECTIONS = (
    ("--field", "1.1", "--cell", "1", "--grade", "b"),
    ("--field", "1.2", "--missed", "--at", "30,40", "--grade", "d"),
    ("--field", "2.3", "--cell", "1", "--false"),
    ("--field", "2.5", "--missed", "--at", "30,40", "--grade", "d"),
    ("--field", "2.4", "--cell", "2", "--joined", "--grade", "c"),
)
TOLD_BY = {
    "counted by grade": {"review", "review --json", "CSV", "JSON", "report"},
    "fields counted": {"sessions", "sessions --json", "CSV", "JSON", "report", "database"},
    "before": {"CSV", "JSON", "report", "database"},
    "percent by replicate": {"JSON", "report", "result screen", "examine"},
    "differences": {"JSON", "report", "result screen", "examine"},
    "notices": {"JSON", "report", "result screen", "examine"},
    "PR": {"JSON", "report", "result screen", "examine", "list of sessions"},
}
"""The outlets that tell what everyone looks for."""
OF_A_RESULT = {
    "percent": {"JSON", "report", "result screen", "examine"},
    "interval": {"JSON", "report", "result screen", "examine"},
    "cells of the result": {"JSON", "report", "result screen"},
}
"""The same of what is told only where the replicates agree."""


def session_of(kind: str) -> SessionRecord:
    """A session with a field that was recorded again, and one that was cut.

    Where it is to differ, nothing moves in the second replicate.
    """
    session = make_reviewed()
    first, second = session.replicates
    seen = first.fields[1]
    again = replace(seen, attempt=2, replaces=seen.field_id, field_id=UUID(int=99), reason="blur")
    first = replace(first, fields=(*first.fields[:2], again, *first.fields[2:]))
    if kind == "differ":
        second = replace(second, fields=tuple(_dead(field) for field in second.fields))
    cut = replace(second.fields[0], number=6, outcome=FieldOutcome.UNFINISHED, result=None)
    cut = replace(cut, field_id=UUID(int=98), reason="cable")
    return replace(session, replicates=(first, replace(second, fields=(*second.fields, cut))))


def _dead(field: FieldRecord) -> FieldRecord:
    assert field.result is not None
    cells = tuple(replace(cell, grade=Grade.IMMOTILE) for cell in field.result.cells)
    counted = tally([cell.grade for cell in cells if cell.counted])
    return replace(field, result=replace(field.result, cells=cells, counted=counted))


@pytest.fixture
def say(tmp_path, capsys, monkeypatch):
    """Run a command in the home of the session; returns its standard output."""
    monkeypatch.setenv("MOTISCOPE_HOME", str(tmp_path / "home"))

    def call(*arguments: str) -> str:
        code = run(arguments)
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return call


@pytest.mark.parametrize("kind", ["agree", "differ", "broken off"])
async def test_no_outlet_of_a_session_contradicts_another(say, tmp_path, monkeypatch, capsys, kind):
    state = SessionState.ABORTED if kind == "broken off" else SessionState.COMPLETE
    stored(tmp_path / "home", session_of(kind), state)
    who = ("--operator", "A. Berg", "--reason", "looked again", "--json")
    for arguments in CORRECTIONS:
        made = json.loads(say("correct", "latest", *who, *arguments))
    say("correct", "latest", *who, "--withdraw", made["correction"])
    told = {
        "sessions": outlets.from_list(say("sessions")),
        "sessions --json": outlets.from_list_json(say("sessions", "--json")),
        "review": outlets.from_review(say("review", "latest", "--all")),
        "review --json": outlets.from_review_json(say("review", "latest", "--all", "--json")),
        "CSV": outlets.from_csv(say("export", "latest", "--to", "csv")),
        "JSON": outlets.from_json(say("export", "latest", "--to", "json")),
        "database": outlets.from_database(tmp_path / "home" / "motiscope.db"),
    }
    monkeypatch.setattr("tui.app.StartScreen", EmptyStart)
    with open_store(tmp_path / "home" / "motiscope.db") as store:
        session = store.session(UUID(int=7))
        told |= await from_screens(store)
    told["report"] = outlets.from_report(report_html(session))
    show_result(session_result(session))
    told["examine"] = outlets.from_result_text(capsys.readouterr().out)
    by_fact: dict[str, dict[str, object]] = defaultdict(dict)
    for outlet, facts in told.items():
        for fact, value in facts.items():
            by_fact[fact][outlet] = value
    for fact, by in by_fact.items():
        first, *others = by.values()
        assert others, f"{fact} is told by {list(by)} alone"
        assert all(other == first for other in others), (fact, by)
    for fact, who_tells in (TOLD_BY | (OF_A_RESULT if kind == "agree" else {})).items():
        assert set(by_fact[fact]) == who_tells
    assert kind == "agree" or not OF_A_RESULT.keys() & by_fact.keys()
    assert by_fact["corrections in force"]["JSON"] == 4


async def from_screens(store: Store) -> dict[str, Facts]:
    app = MotiscopeApp(replace(make_services(), store=store))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.switch_mode("sessions")
        await settled(pilot)
        *_, counted, progressive = map(str, app.screen.query_one(DataTable).get_row_at(0))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)
        shown = {
            part: str(app.screen.query_one(f"#{part}", Static).render())
            for part in ("conclusion", "shares", "replicates", "notices")
        }
        if not app.screen.query_one("#shares").display:
            shown["shares"] = ""
    percent = progressive.strip().removesuffix(" %")
    listed = {"cells counted": int(counted), "PR": None if percent == "–" else int(percent)}
    return {"list of sessions": listed, "result screen": outlets.from_result_screen(shown)}


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
