"""`review` and `correct`: what they list, store and refuse."""

import json
import shutil
from pathlib import Path

import pytest

from qc.records.store import open_store
from qc.records.values import SessionState
from qc.report import write_report
from tests.tui.cli.conftest import one_line
from tests.tui.fakes import make_session
from tests.tui.reviewed import make_reviewed
from tui.config import Config

WHO = ("--operator", "A. Berg", "--reason", "swims in circles")


def stored(home: Path, session, state=SessionState.COMPLETE):
    """Store a session as an examination does, and close it."""
    config = Config(home=home)
    config.home.mkdir(exist_ok=True)
    with open_store(config.store_location) as store:
        store.begin_session(
            type(session)(
                session.plan,
                session.camera,
                str(home / "sessions" / "2026-a"),
                session.software,
                session.begun_utc,
                session_id=session.session_id,
            )
        )
        for replicate in session.replicates:
            store.begin_replicate(session.session_id, replicate)
            for field in replicate.fields:
                store.add_field(replicate.replicate_id, field)
        store.close_session(session.session_id, state)
        return store.session(session.session_id)


@pytest.fixture
def session(tmp_path):
    return stored(tmp_path / "home", make_reviewed())


def corrected(motiscope, *arguments: str) -> dict:
    code, out, error = motiscope("correct", "latest", "--json", *WHO, *arguments)
    assert code == 0, error
    return json.loads(out)


def test_the_cells_to_review_are_listed_and_all_on_request(motiscope, session):
    code, out, _ = motiscope("review", "latest")
    assert code == 0
    assert "48 41 9 2" in out
    assert "grades a and b are close" in out
    _, out, _ = motiscope("review", "latest", "--json")
    cells = json.loads(out)["cells"]
    assert len(cells) == 20
    assert cells[0] == {
        "field": "1.1", "cell": 1, "frame": 0, "x_px": 320.0, "y_px": 240.0,
        "grade": "a", "original_grade": "a", "rule_grade": "b",
        "probabilities": [0.48, 0.41, 0.09, 0.02], "progress_um_s": 24.0,
        "counted": True, "standing": "counted",
        "review": ["grades a and b are close: 48 % and 41 %"],
        "reason": "gets 24.0 µm on in 1 s",
    }  # fmt: skip
    _, out, _ = motiscope("review", "latest", "--all", "--json")
    every = json.loads(out)["cells"]
    assert len(every) == 60
    assert every[:20] == cells


def test_clips_that_are_gone_are_told(motiscope, session):
    _, _, error = motiscope("review", "latest")
    assert f"the clips of the session are gone: {session.folder} is not there" in error
    files = [
        Path(session.folder) / Path(field.clip.path).with_suffix(suffix)
        for replicate in session.replicates
        for field in replicate.counting
        for suffix in (".mkv", ".clip.json")
    ]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert motiscope("review", "latest")[::2] == (0, "")
    files[3].unlink()
    code, _, error = motiscope("review", "latest", "--json")
    assert code == 0
    assert error.splitlines() == [f"field {number}.2: {files[3]} is gone" for number in (1, 2)]


def test_every_kind_of_correction_changes_the_count_and_keeps_the_original(motiscope, session):
    field = ("--field", "1.1")
    original = {"a": 2, "b": 1, "c": 1, "d": 1}
    steps = (
        (("--cell", "1", "--grade", "c"), {"a": 1, "b": 1, "c": 2, "d": 1}),
        (("--missed", "--at", "30,40.5", "--frame", "3", "--grade", "d"), {"d": 2}),
        (("--cell", "3", "--false"), {"c": 1}),
        (("--cell", "2", "--joined", "--grade", "a"), {"a": 2}),
        (("--cell", "2", "--split-with", "5"), {"a": 1}),
    )
    counted = dict(original)
    for arguments, change in steps:
        said = corrected(motiscope, *field, *arguments)
        counted |= change
        assert (said["counted"], said["original"]) == (counted, original)
    said = corrected(motiscope, "--withdraw", said["correction"][:8])
    assert said["counted"] == counted | {"a": 2}
    _, out, _ = motiscope("review", "latest", "--json")
    lines = json.loads(out)["corrections"]
    assert [line["stands"] for line in lines] == [True] * 4 + [False, None]
    *kept, taken_back, withdrawal = lines
    assert all(line["withdraws"] is line["withdrawn_by"] is None for line in kept)
    assert taken_back["withdrawn_by"] == withdrawal["correction"] == said["correction"]
    assert withdrawal["withdraws"] == taken_back["correction"] == said["withdraws"]
    assert taken_back["withdraws"] is withdrawal["withdrawn_by"] is None
    assert {(line["operator"], line["reason"]) for line in lines} == {
        ("A. Berg", "swims in circles")
    }
    _, out, _ = motiscope("sessions", "--json")
    assert json.loads(out)[0]["counted"] == 51


def test_a_correction_is_told_in_words_and_the_report_is_written_again(
    motiscope, session, tmp_path
):
    report = tmp_path / "home" / "sessions" / "2026-a" / "report.html"
    write_report(session, report)
    code, out, error = motiscope(
        "correct", "S-17", *WHO, "--field", "1.1", "--cell", "1", "--grade", "b"
    )
    assert code == 0
    first, second, third = out.splitlines()
    assert first.endswith(": field 1.1, cell 1 is b, not a")
    assert second == "field 1.1 counts a 1, b 2, c 1, d 1 (5 in all)"
    assert third == "the analysis counted a 2, b 1, c 1, d 1 (5 in all)"
    assert str(report) in error
    assert "1 correction by A. Berg" in report.read_text(encoding="utf-8")
    _, out, _ = motiscope("review", "latest")
    assert "a > b" in out
    assert "counted, corrected" in out
    assert "swims in circles" in out
    _, out, _ = motiscope("export", "latest", "--to", "json")
    assert json.loads(out)["result"]["corrected_by"] == ["A. Berg"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--field", "1.1", "--cell", "1"), "say what was wrong"),
        (("--field", "1.1", "--cell", "1", "--false", "--joined"), "one thing at a time"),
        (("--cell", "1", "--grade", "b"), "--field R.N"),
        (("--field", "3.1", "--cell", "1", "--grade", "b"), "no counted field 3.1"),
        (("--field", "1.1", "--cell", "99", "--grade", "b"), "no cell 99"),
        (("--field", "1.1", "--cell", "1", "--grade", "a"), "cell 1 is a already"),
        (("--field", "1.1", "--cell", "1", "--grade", "e"), "--grade"),
        (("--field", "1.1", "--grade", "b"), "wrong grade needs its cell"),
        (("--field", "1.1", "--cell", "x", "--grade", "b"), "--cell"),
        (("--field", "1.1", "--missed", "--grade", "b"), "missed cell needs its place"),
        (("--field", "1.1", "--missed", "--at", "1", "--grade", "b"), "like 120,88"),
        (("--field", "1.1", "--missed", "--at", "1,999", "--grade", "b"), "outside the picture"),
        (
            ("--field", "1.1", "--missed", "--at", "1,9", "--grade", "b", "--frame", "90"),
            "swim in do not",
        ),
        (("--field", "1.1", "--cell", "1", "--joined"), "joined track needs its grade"),
        (("--field", "1.1", "--cell", "1", "--split-with", "1"), "part of itself"),
        (("--field", "1.1", "--cell", "1", "--false", "--grade", "b"), "false cell has no grade"),
        (("--withdraw", "zz"), "no correction zz"),
    ],
)
def test_wrong_use_is_one_line_and_stores_nothing(motiscope, session, arguments, said):
    code, out, error = motiscope("correct", "latest", *WHO, *arguments)
    assert (code, out) == (2, "")
    assert len(error.strip().splitlines()) == 1
    assert said in error
    _, out, _ = motiscope("review", "latest", "--json")
    assert json.loads(out)["corrections"] == []


@pytest.mark.parametrize(
    "who", [("--operator", "A. Berg"), ("--reason", "x"), ("--operator", " ", "--reason", "x")]
)
def test_a_correction_without_who_or_why_is_wrong_use(motiscope, session, who):
    code, _, error = motiscope(
        "correct", "latest", *who, "--field", "1.1", "--cell", "1", "--grade", "b"
    )
    assert code == 2
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--operator", "--reason"])
@pytest.mark.parametrize("typed", ["A\nB", "\x1b[31mA", "\udce9"])
def test_what_cannot_be_seen_or_stored_is_no_correction(motiscope, session, option, typed):
    right = ("--field", "1.1", "--cell", "1", "--grade", "b")
    code, out, error = motiscope("correct", "latest", *WHO, option, typed, *right)
    assert (code, out) == (2, "")
    assert one_line(error).startswith(f"motiscope: {option}: holds ")
    _, out, _ = motiscope("review", "latest", "--json")
    assert json.loads(out)["corrections"] == []


def test_a_session_without_cells_says_what_can_be_done(motiscope, tmp_path):
    stored(tmp_path / "home", make_session())
    code, out, error = motiscope("review", "latest")
    assert (code, out) == (0, "")
    assert "no stored cells" in error
    said = corrected(motiscope, "--field", "1.1", "--missed", "--at", "100,120", "--grade", "d")
    assert said["counted"]["d"] == said["original"]["d"] + 1
    _, out, error = motiscope("review", "latest")
    assert "--all lists all 1" in error
    assert "was missed at 100, 120 px in frame 0" in out


def test_a_home_that_was_copied_is_written_to_and_not_the_first_one(
    motiscope, session, tmp_path, monkeypatch
):
    first = tmp_path / "home" / "sessions" / "2026-a" / "report.html"
    write_report(session, first)
    before = first.read_bytes()
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    monkeypatch.setenv("MOTISCOPE_HOME", str(tmp_path / "copy"))
    corrected(motiscope, "--field", "1.1", "--cell", "1", "--grade", "b")
    second = tmp_path / "copy" / "sessions" / "2026-a" / "report.html"
    assert "1 correction by A. Berg" in second.read_text(encoding="utf-8")
    assert first.read_bytes() == before
