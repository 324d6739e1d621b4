"""`sessions`, `export`, `examine` and `doctor`: their lists, files and refusals."""

import csv
import io
import json
import sqlite3

import pytest

from calibration.scale import Scale
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.records.store import open_store
from tests.qc.records.test_database import spoil
from tests.tui.cli.conftest import one_line
from tui.assembly import clips_folder, open_simulated
from tui.config import Config


@pytest.fixture
def session(tmp_path):
    """An open session without fields, in the database of the `motiscope` fixture's home."""
    config = Config(home=tmp_path / "home")
    config.home.mkdir()
    plan = ExaminationPlan("2026-117 [/x]", "A. Berg", Scale(0.5, 0.5, "entered"), seed=3)
    record = new_session(
        plan, open_simulated(3, paced=False).microscope.camera.info, clips_folder(config)
    )
    with open_store(config.store_location) as store:
        store.begin_session(record)
    return record


def test_without_sessions_it_says_how_to_begin(motiscope):
    code, out, error = motiscope("sessions")
    assert (code, out) == (0, "")
    assert "motiscope demo" in error
    code, out, _ = motiscope("sessions", "--json")
    assert (code, json.loads(out)) == (0, [])


def test_sessions_are_listed_for_people_and_machines(motiscope, session):
    _, out, _ = motiscope("sessions")
    assert str(session.session_id)[:8] in out
    assert "[/x]" in out
    _, out, _ = motiscope("sessions", "--json")
    assert json.loads(out)[0]["session"] == str(session.session_id)
    assert json.loads(out)[0]["state"] == "open"


def test_a_session_is_exported_by_the_beginning_of_its_key(motiscope, session, tmp_path):
    key = str(session.session_id)[:6]
    code, out, _ = motiscope("export", key, "--to", "json")
    assert code == 0
    assert json.loads(out)["session"]["plan"]["sample"] == "2026-117 [/x]"
    code, out, _ = motiscope("export", key, "--to", "csv")
    assert code == 0
    assert "session" in next(csv.reader(io.StringIO(out)))
    file = tmp_path / "out.json"
    assert motiscope("export", key, "--to", "json", "--file", file)[0] == 0
    assert motiscope("export", key, "--to", "json", "--file", "-")[:2] == (0, file.read_text())


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("there.csv", "there.csv is there already; name a new file"),
        ("no/such.csv", "the folder no does not exist"),
        ("there.csv/below", "the folder there.csv is no folder"),
        ("home", "home is a folder"),
        ("gone.csv", "gone.csv is a link to moved.csv, which is gone"),
    ],
)
def test_an_export_that_could_not_be_written_is_wrong_use(
    motiscope, session, tmp_path, monkeypatch, file, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "gone.csv").symlink_to("moved.csv")
    before = sorted(tmp_path.iterdir())
    code, out, error = motiscope("export", "latest", "--to", "csv", "--file", file)
    assert (code, out) == (2, "")
    assert said in one_line(error)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "command",
    [("export", "zzz", "--to", "csv"), ("examine", "--close", "zz"), ("examine", "--close", "")],
)
def test_an_unknown_session_is_wrong_use(motiscope, command):
    code, _, error = motiscope(*command)
    assert code == 2
    assert "motiscope sessions" in error


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--continue", "x", "--any-temperature", "warm"), "leave out --any-temperature"),
        (("--continue", "x", "--um-per-px", 0.5), "leave out --um-per-px"),
        (("--close", "x", "--sample", "S-1"), "leave out --sample"),
        (("--close", "x", "--continue", "y"), "leave out --continue"),
        (("--sample", "S-1", "--operator", "Ada", "--reason", "x"), "leave out --reason"),
    ],
)
def test_what_an_unfinished_session_would_pass_over_is_refused(motiscope, options, said):
    code, _, error = motiscope("examine", *options)
    assert code == 2
    assert said in one_line(error)


def test_an_unfinished_session_can_be_closed_as_incomplete(motiscope, session):
    assert motiscope("examine", "--close", session.session_id, "--reason", "cable loose")[0] == 0
    _, out, _ = motiscope("sessions", "--json")
    assert json.loads(out)[0]["state"] == "incomplete"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--sample"),
        (("--sample", "S", "--operator", " "), "operator"),
        (("--sample", "S", "--operator", "O", "--camera", "webcam"), "replay:PATH"),
        (("--sample", "S", "--operator", "O", "--camera", "replay:gone.mp4"), "no scale"),
        (
            ("--sample", "S", "--operator", "O", "--camera", "replay:gone.mp4", "--um-per-px", "1"),
            "no such file",
        ),
        (("--sample", "S", "--operator", "O", "--um-per-px", "0.5"), "micrometer"),
        (("--sample", "S", "--operator", "O", "--seed", "9" * 20), "seed"),
    ],
)
def test_examine_refuses_wrong_use_in_one_line(motiscope, arguments, said):
    code, out, error = motiscope("examine", *arguments)
    assert (code, out) == (2, "")
    assert len(error.strip().splitlines()) == 1
    assert said in error


def test_a_database_from_a_newer_version_is_left_alone(motiscope, session, tmp_path):
    file = tmp_path / "home" / "motiscope.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = 'v9999'")
    database.close()
    before = file.read_bytes()
    for command in (("sessions",), ("export", "x", "--to", "csv")):
        code, _, error = motiscope(*command)
        assert code == 1
        assert "newer" in error
        assert len(error.strip().splitlines()) == 1
    assert file.read_bytes() == before


def test_doctor_names_every_camera_driver_and_the_model(motiscope):
    code, out, _ = motiscope("doctor", "--json")
    assert code == 0
    checks = {check["name"]: check for check in json.loads(out)}
    assert checks["model: heads"]["state"] == checks["model: grades"]["state"] == "ok"
    assert checks["recording"]["state"] == "ok"
    assert {name for name in checks if name.startswith("camera")} == {
        "camera: simulated",
        "camera: basler (pypylon)",
        "camera: ids (ids-peak)",
    }


@pytest.mark.parametrize(
    "command",
    [
        ("review", "latest"),
        ("export", "latest", "--to", "csv"),
        ("correct", "latest", "--operator", "Ada", "--reason", "x", "--field", "1.1", "--false"),
        ("examine", "--close", "latest"),
        ("doctor", "--json"),
    ],
)
def test_a_damaged_database_is_a_failure_and_no_wrong_use(motiscope, session, tmp_path, command):
    spoil(tmp_path / "home" / "motiscope.db", "calibration")
    code, out, error = motiscope(*command)
    assert code == 1
    assert "is damaged" in out + error
    assert "motiscope sessions" not in error


def test_doctor_fails_on_a_file_that_is_no_database(motiscope, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "motiscope.db").write_text("no database at all\n" * 99)
    code, out, _ = motiscope("doctor", "--json")
    assert code == 1
    (found,) = (check for check in json.loads(out) if check["name"] == "database")
    assert found["state"] == "broken"
    assert "is not a database" in found["text"]
