"""The report: everything that a reader needs is on the page, and nothing else is needed."""

import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from acquisition.notice import Notice
from inference.counting import GradeCounts
from qc.plan import ExaminationPlan
from qc.preparation import Preparation
from qc.records.values import (
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    SessionRecord,
    SessionState,
)
from qc.report import ReportError, report_html, write_report
from qc.result import Conclusion
from tests.qc.made import MakeField, MakeResult, MakeSession


class Words(HTMLParser):
    """Collects the words of a page, its pictures and the addresses that it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str | None] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(page: str) -> tuple[str, list[str | None]]:
    reader = Words()
    reader.feed(page)
    assert reader.open == []
    return re.sub(r"\s+", " ", " ".join(reader.words)), reader.addresses


@pytest.fixture
def session(
    make_session: MakeSession, make_field: MakeField, make_result: MakeResult
) -> MakeSession:
    """A complete session of two replicates of five fields."""

    def make(second: GradeCounts | None = None, **changes: Any) -> SessionRecord:
        def fields(counted: GradeCounts) -> tuple[FieldRecord, ...]:
            return tuple(make_field(n, result=make_result(counted)) for n in range(1, 6))

        started = make_session()
        values: dict[str, Any] = {
            "state": SessionState.COMPLETE,
            "ended_utc": started.begun_utc,
            "replicates": (
                ReplicateRecord(1, started.begun_utc, fields(GradeCounts(20, 10, 4, 16))),
                ReplicateRecord(2, started.begun_utc, fields(second or GradeCounts(21, 10, 4, 15))),
            ),
        }
        return make_session(**(values | changes))

    return make


def test_the_page_says_what_was_found_and_how(session: MakeSession) -> None:
    words, _ = read(report_html(session()))
    for expected in (
        "not a cleared medical device",
        "S-17", "Ada Lab", "2026-03-01 12:00 UTC",
        "The replicates agree",
        "a rapid 41", "progressive (a + b) 61",
        "0.4950 µm/px, ± 0.40 %", "micrometer, 10 µm pitch", "c" * 16,
        "motiscope simulated, no. 1", "1990 µs",
        "36.9 – 37.1 °C", "2980 recorded, 20 lost", "0.6 µm/s",
        "WHO 2021: a from 25 µm/s, b from 5 µm/s", "head-net, " + "a" * 16,
        "grade-net, " + "b" * 16,
        "motiscope 0.1.0", "Seed of the fields 42",
        "95 % interval, with the spread between fields and misread cells in it",
        "Replicate 1, field 1: 2 of 300 frames were lost",
    ):  # fmt: skip
        assert expected in words


def test_percentages_are_whole_with_their_intervals(session: MakeSession) -> None:
    words, _ = read(report_html(session()))
    assert re.search(r"a rapid 41 3\d – 4\d 205", words)


def test_the_page_needs_no_other_file(session: MakeSession) -> None:
    _, addresses = read(report_html(session()))
    (picture,) = addresses
    assert picture is not None
    assert picture.startswith("data:image/svg+xml;base64,")
    assert b"<svg" in b64decode(picture.partition(",")[2])


def test_the_same_session_makes_the_same_page(session: MakeSession) -> None:
    made = session()
    assert report_html(made) == report_html(made)


def test_replicates_that_differ_are_shown_without_a_result(session: MakeSession) -> None:
    words, _ = read(report_html(session(second=GradeCounts(5, 10, 4, 31))))
    assert "two new replicates are needed" in words
    assert "differs" in words
    assert "No percentages are reported" in words


def test_fields_that_do_not_count_are_shown_with_the_reason(
    session: MakeSession, make_field: MakeField
) -> None:
    made = session()
    first = made.replicates[0]
    drifted = make_field(6, outcome=FieldOutcome.DRIFTED, reason="drift of 12.0 µm/s")
    cut = make_field(6, attempt=2, outcome=FieldOutcome.UNFINISHED, result=None, reason="bubble")
    grown = replace(first, fields=(*first.fields, drifted, cut))
    words, _ = read(report_html(replace(made, replicates=(grown, made.replicates[1]))))
    assert "not counted: drift of 12.0 µm/s" in words
    assert "not counted: bubble" in words


def test_the_conditions_are_those_of_the_counted_fields(
    session: MakeSession, make_field: MakeField, plan: ExaminationPlan
) -> None:
    begun = session().begun_utc
    made = session(plan=replace(plan, preparation=Preparation(begun - timedelta(minutes=40))))
    first = made.replicates[0]
    cut = make_field(6, outcome=FieldOutcome.UNFINISHED, result=None, reason="bubble")
    early = begun - timedelta(minutes=18)
    cut = replace(cut, clip=replace(cut.clip, begun_utc=early, temperature_begun_c=30.1))
    grown = replace(first, fields=(*first.fields, cut))
    words, _ = read(report_html(replace(made, replicates=(grown, made.replicates[1]))))
    for expected in (
        "Time since collection 40 min",
        "Temperature 36.9 – 37.1 °C",
        "Frames 2980 recorded, 20 lost in the counted fields",
    ):
        assert expected in words


def test_a_drift_that_could_not_be_measured_is_said_and_is_not_0(
    session: MakeSession, make_field: MakeField, make_result: MakeResult
) -> None:
    made = session()
    first = made.replicates[0]
    still_none = make_field(6, result=make_result(drift=None))
    grown = replace(first, fields=(*first.fields, still_none))
    words, _ = read(report_html(replace(made, replicates=(grown, made.replicates[1]))))
    assert "Drift, taken off 0.6 µm/s; not measured in 1 of 11 fields" in words
    assert "0.80 not measured 20 10 4 16" in words


def test_what_people_typed_cannot_break_the_page(
    session: MakeSession, plan: ExaminationPlan
) -> None:
    plan = replace(plan, sample="<script>alert(1)</script>", operator='A & B "C"')
    page = report_html(session(plan=plan))
    assert "<script>" not in page
    words, _ = read(page)
    assert "<script>alert(1)</script>" in words
    assert 'A & B "C"' in words


@pytest.mark.parametrize("replicates", [(), None])
def test_a_session_without_a_field_has_a_page_too(
    session: MakeSession, replicates: tuple[ReplicateRecord, ...] | None
) -> None:
    begun = session().begun_utc
    none = (ReplicateRecord(1, begun),) if replicates is None else replicates
    words, _ = read(
        report_html(session(state=SessionState.ABORTED, closing_reason="spilled", replicates=none))
    )
    assert "Closed as aborted: spilled" in words
    assert "Conditions no field was counted" in words


def test_an_empty_sample_has_a_page_too(
    session: MakeSession, make_field: MakeField, make_result: MakeResult
) -> None:
    empty = make_result(GradeCounts(), drift=None, notices=(Notice("empty", "nothing"),))
    fields = tuple(make_field(n, result=empty, position=None) for n in range(1, 6))
    begun = session().begun_utc
    both = (ReplicateRecord(1, begun, fields), ReplicateRecord(2, begun, fields))
    words, _ = read(report_html(session(replicates=both)))
    assert "No spermatozoa were counted" in words


def test_a_report_is_written_whole_and_again(session: MakeSession, tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    result = write_report(session(), path)
    assert result.conclusion is Conclusion.REPORTED
    first = path.read_text(encoding="utf-8")
    write_report(session(second=GradeCounts(5, 10, 4, 31)), path)
    assert path.read_text(encoding="utf-8") != first
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_to_is_one_line(
    session: MakeSession, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match="cannot be written") as caught:
        write_report(session(), tmp_path / "file" / "report.html")
    assert "\n" not in str(caught.value)


def test_drawing_is_loaded_only_when_a_report_is_written() -> None:
    code = "import sys, qc.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
