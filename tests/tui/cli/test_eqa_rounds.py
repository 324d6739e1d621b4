"""`motiscope eqa round` and `eqa control`: made, read by motiscope, closed, verified, released."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from acquisition.notice import Notice
from acquisition.specimen import OpticsSettings
from inference.counting import GradeCounts
from qc.eqa.rounds.values import Reader, ReaderKind
from qc.records.store import open_store
from qc.records.values import utc_now
from tests.acquisition.opened import micrometer_pictures, specimen_pictures
from tests.acquisition.recordings import write_video
from tests.qc.eqa.readings_made import video_reading
from tests.qc.eqa.rounds.made import control_readings, make_reading
from tests.qc.plotless import no_plots
from tests.tui.cli.conftest import loads

FINE = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5)
BY, WHY = ("--by", "Quinn"), ("--reason", "all have read")


@pytest.fixture(scope="module")
def pictures():
    return [
        *micrometer_pictures(38, FINE, size=(320, 240)),
        *specimen_pictures(34, FINE, size=(320, 240)),
    ]


@pytest.fixture
def folder(tmp_path, pictures):
    """A set of one video that can be read and one that cannot."""
    folder = tmp_path / "set"
    (folder / "videos").mkdir(parents=True)
    (folder / "table.csv").write_text("1;30;20;10;40\n2;10;14;20;56\n")
    write_video(folder / "videos" / "1.mkv", pictures, rate=25, codec="ffv1", pix_fmt="gray")
    (folder / "videos" / "2.mkv").write_bytes(b"no video")
    return folder


@pytest.fixture
def managed(motiscope, monkeypatch):
    monkeypatch.setenv("MOTISCOPE_MANAGERS", '["Quinn"]')
    monkeypatch.setenv("MOTISCOPE_INSTRUMENT", "scope 1")
    return motiscope


@pytest.fixture
def unread(tmp_path):
    """A set of one video, for tests that bring their own reading."""
    folder = tmp_path / "set"
    (folder / "videos").mkdir(parents=True)
    (folder / "videos" / "7.mkv").write_bytes(b"never opened")
    (folder / "table.csv").write_text("7;30;20;10;40\n")
    return folder


@pytest.mark.parametrize("kind", ["round", "control"])
def test_what_must_be_known_of_a_reading_is_told_without_the_videos_name(
    managed, unread, monkeypatch, kind
):
    found = video_reading(GradeCounts(3, 1, 0, 4))
    found = replace(found, notices=(*found.notices, Notice("frozen", "7.mkv stands still")))
    monkeypatch.setattr("qc.eqa.reader.VideoReader.read", lambda *_: found)
    assert managed("eqa", kind, "create", "spring", unread, *BY)[0] == 0
    code, _, error = managed("eqa", kind, "run", "spring")
    of = 1 if kind == "round" else 2
    assert code == 0
    assert [line for line in error.splitlines() if line.startswith("item 1 ")] == [
        f"item 1 of {of}: 8 cells, signed",
        f"item 1 of {of}: the field from frame 130 was left out: it is short",
        f"item 1 of {of}: do not rely on these grades",
        f"item 1 of {of}: from frame 5: it drifts",
        f"item 1 of {of}: its video stands still",
    ]


def test_where_no_cell_was_counted_the_fields_that_were_left_out_are_told(
    managed, unread, monkeypatch
):
    monkeypatch.setattr("qc.eqa.reader.VideoReader.read", lambda *_: video_reading())
    assert managed("eqa", "round", "create", "spring", unread, *BY)[0] == 0
    code, _, error = managed("eqa", "round", "run", "spring")
    assert code == 1
    assert "item 1 of 1: left out: no cell was counted in it" in error
    assert "item 1 of 1: the field from frame 130 was left out: it is short" in error


def database(tmp_path):
    return tmp_path / "home" / "motiscope.db"


def tamper(tmp_path):
    """Change what was counted in every reading behind motiscope's back."""
    with sqlite3.connect(database(tmp_path)) as raw:
        raw.execute("DROP TRIGGER kept_reading_update")
        raw.execute("UPDATE reading SET count_d = count_d + 1")
    raw.close()


@pytest.mark.timeout(120)
def test_a_round_is_made_read_closed_and_verified(managed, folder, tmp_path):
    code, out, error = managed("eqa", "round", "create", "spring", folder, *BY, "--seed", 3)
    assert (code, out) == (0, "spring: 2 videos of set/table.csv\n")
    code, out, error = managed("eqa", "round", "run", "spring")
    assert code == 1
    assert "left out" in error
    assert "cells, signed" in error
    assert "1.mkv" not in error
    assert "2.mkv" not in error
    code, out, _ = managed("eqa", "round", "list")
    assert "motiscope on scope 1" in out
    assert "1 of 2" in out
    # A later run takes up what was left out, and reads nothing twice.
    code, _, error = managed("eqa", "round", "run", "spring")
    assert (code, "cells, signed" in error) == (1, False)
    code, out, error = managed("eqa", "round", "close", "spring", *BY, *WHY)
    assert (code, out) == (0, "spring is closed\n")
    code, _, error = managed("eqa", "round", "run", "spring")
    assert (code, error) == (2, "motiscope: spring is closed; it takes no more readings\n")
    code, out, _ = managed("eqa", "round", "verify", "spring")
    assert (code, out) == (0, "spring: 1 reading, every seal fits\n")
    tamper(tmp_path)
    for command in ("verify", "score"):
        code, _, error = managed("eqa", "round", command, "spring")
        assert code == 1
        assert "reading 1 of spring, by motiscope on scope 1: it is not what was signed" in error


def test_a_video_that_was_exchanged_is_not_read(managed, folder):
    managed("eqa", "round", "create", "spring", folder, *BY)
    for video in (folder / "videos").iterdir():
        video.write_bytes(b"another")
    code, _, error = managed("eqa", "round", "run", "spring")
    assert code == 1
    assert error.count("is not the video that the round was made with") == 2
    assert "1.mkv" not in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("round", "create", " ", "FOLDER", *BY), "a round's name has 1 to 80 characters"),
        (("round", "create", "x", "FOLDER", "--by", " "), "--by: give a line of text"),
        (("round", "create", "x", "FOLDER/none", *BY), "no such folder"),
        (("round", "create", "x", "FOLDER", *BY, "--u-assigned", "-1"), "points from 0 on"),
        (("round", "create", "x", "FOLDER", *BY, "--sigma", "zero"), "--sigma zero"),
        (("control", "create", "x", "FOLDER", *BY, "--every-days", "0"), "0 is too few"),
        (("round", "run", "none"), "there is no round called none"),
        (("round", "close", "spring", "--by", "Ada", *WHY), "Ada is no quality manager"),
        (("round", "close", "spring", *BY, "--reason", " "), "--reason: give a line of text"),
        (("control", "run", "spring"), "spring is read once; use motiscope eqa round"),
        (("round", "run", "weekly"), "weekly is a control programme; use motiscope eqa control"),
        (("control", "release", "weekly", "--reader", "Ada", *BY, *WHY), "weekly blocks nobody"),
    ],
)
def test_wrong_use_is_one_line(managed, folder, arguments, said):
    assert managed("eqa", "round", "create", "spring", folder, *BY)[0] == 0
    assert managed("eqa", "control", "create", "weekly", folder, *BY)[0] == 0
    given = [argument.replace("FOLDER", str(folder)) for argument in arguments]
    code, out, error = managed("eqa", *given)
    assert (code, out) == (2, "")
    assert said in error
    assert error.startswith("motiscope: ")
    assert error.count("\n") == 1


def test_without_managers_nobody_closes(motiscope, folder):
    motiscope("eqa", "round", "create", "spring", folder, *BY)
    code, _, error = motiscope("eqa", "round", "close", "spring", *BY, *WHY)
    assert code == 2
    assert "name the quality managers in the setting managers" in error


def test_a_broken_rule_is_listed_blocks_export_and_is_released(managed, folder, tmp_path):
    code, out, _ = managed("eqa", "control", "create", "weekly", folder, *BY, "--baseline", 5,
                           "--repeats", 1, "--every-days", 3)  # fmt: skip
    assert code == 0
    assert "each 1 time every 3 days; limits from the first 5 occasions" in out
    ada = Reader(ReaderKind.PERSON, "Ada")
    levels = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (75, 75)]
    with open_store(database(tmp_path)) as store:
        one = store.rounds.named("weekly")
        for reading in control_readings(one, ada, levels):
            store.rounds.sign(one, reading)
    code, out, error = managed("eqa", "control", "list")
    assert code == 0
    assert "Ada" in out
    assert "reporting is blocked: Ada has broken a rule of weekly on occasion 6" in error
    release = ("eqa", "control", "release", "weekly", "--reader", "Ada", *BY, "--reason", "lamp")
    code, out, _ = managed(*release)
    assert (code, out) == (0, "Ada: released up to occasion 6 of weekly\n")
    assert "blocked" not in managed("eqa", "control", "list")[2]
    assert managed(*release)[0] == 2


def test_what_is_not_due_is_told_with_its_day(managed, folder, tmp_path):
    managed("eqa", "control", "create", "weekly", folder, *BY, "--repeats", 1)
    with open_store(database(tmp_path)) as store:
        one = store.rounds.named("weekly")
        scope = Reader(ReaderKind.INSTRUMENT, "scope 1")
        for place in (0, 1):
            store.rounds.sign(one, make_reading(one, place, scope, at=utc_now()))
    code, _, error = managed("eqa", "control", "run", "weekly")
    assert code == 2
    due = utc_now() + timedelta(days=1)
    assert f"weekly is due for motiscope on scope 1 on {due:%Y-%m-%d}" in error


@pytest.fixture
def weekly(managed, folder, tmp_path):
    """A control programme with a finished baseline of Ada's, and one of its rules broken."""
    managed("eqa", "control", "create", "weekly", folder, *BY, "--baseline", 5)
    levels = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (50, 51), (75, 75)]
    with open_store(database(tmp_path)) as store:
        one = store.rounds.named("weekly")
        for reading in control_readings(one, Reader(ReaderKind.PERSON, "Ada"), levels, apart=1):
            store.rounds.sign(one, reading)
    return managed


def test_closing_controls_ends_what_is_due_and_says_whose_block_ends_with_it(weekly):
    code, out, error = weekly("eqa", "control", "close", "weekly", *BY, *WHY)
    assert (code, out) == (0, "weekly is closed\n")
    assert "its block of Ada ends with it: Ada has broken a rule of weekly" in error
    _, out, error = weekly("eqa", "control", "list")
    assert "never, it is closed" in out
    assert "blocked" not in error


def test_control_charts_are_printed_and_reported(weekly, tmp_path):
    code, out, error = weekly("eqa", "control", "charts", "weekly")
    assert code == 0
    for name in ("Ada: Control 1, progressive (PR)", "Control 2, immotile (d)", "Levey-Jennings",
                 "EWMA", "CUSUM", "Repeats: means (X-bar)", "Repeats: scatter (S)",
                 "26-03-09"):  # fmt: skip
        assert name in out
    assert "✗ occasion 7: progressive 1_3s (one reading beyond 3 sd), control 1" in error
    html, pdf = tmp_path / "ada.html", tmp_path / "ada.pdf"
    # Both draw the same; the charts of controls are drawn as SVG where the renderers are tested.
    with no_plots():
        code, _, _ = weekly("eqa", "control", "report", "weekly", "--html", html)
    assert code == 0
    code, _, _ = weekly("eqa", "control", "report", "weekly", "--pdf", pdf)
    assert code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    page = html.read_text(encoding="utf-8")
    for said in ("Control charts: weekly, Ada", "Rules that were broken", "progressive 1_3s",
                 "each control 2 times every 7 days", "Westgard"):  # fmt: skip
        assert said in page
    code, _, error = weekly("eqa", "control", "report", "weekly", "--html", html)
    assert (code, "is there already" in error) == (2, True)
    code, _, error = weekly("eqa", "control", "charts", "weekly", "--reader", "Ben")
    assert (code, error) == (2, "motiscope: --reader: give one who has read weekly: Ada\n")


def test_what_was_changed_stands_in_the_reports_of_controls_and_of_a_reader(
    weekly, folder, tmp_path
):
    weekly("eqa", "round", "create", "spring", folder, *BY)
    with open_store(database(tmp_path)) as store:
        one = store.rounds.named("spring")
        for place in (0, 1):
            store.rounds.sign(one, make_reading(one, place))
    weekly("eqa", "round", "close", "spring", *BY, *WHY)
    tamper(tmp_path)
    page = tmp_path / "page.html"
    for name, *command in (("weekly", "control", "report", "weekly"), ("spring", "history", "Ada")):
        with no_plots():
            code, _, error = weekly("eqa", *command, "--html", page)
        said = f"reading 1 of {name}, by Ada: it is not what was signed"
        assert code == 0
        assert error.count(said) == 1
        assert said in page.read_text(encoding="utf-8")
        page.unlink()


def test_a_round_is_scored_and_reported_when_it_is_closed(managed, folder, tmp_path):
    managed("eqa", "round", "create", "spring", folder, *BY)
    with open_store(database(tmp_path)) as store:
        one = store.rounds.named("spring")
        for name in ("Ada", "Ben", "Cleo", "Dora"):
            for place in (0, 1):
                reader = Reader(ReaderKind.PERSON, name)
                store.rounds.sign(one, make_reading(one, place, reader))
    code, out, error = managed("eqa", "round", "score", "spring")
    assert (code, out) == (2, "")
    assert "spring is open: its values are shown to nobody" in error
    managed("eqa", "round", "close", "spring", *BY, *WHY)
    code, out, _ = managed("eqa", "round", "score", "spring", "--charts")
    assert code == 0
    assert "Ada: 2 videos" in out
    assert "Youden pairs" in out
    code, out, _ = managed("eqa", "round", "score", "spring", "--against", "others", "--json", "-")
    scored = loads(out)
    assert code == 0
    # All read the same: no one differs from the others.
    rapid = scored["readers"][0]["scores"]["parameters"][0]["scores"]
    assert [one["value"] for one in rapid] == [pytest.approx(0), pytest.approx(0)]
    html = tmp_path / "spring.html"
    with no_plots():
        code, _, _ = managed("eqa", "round", "report", "spring", "--html", html)
    assert (code, "Dora: 2 videos" in html.read_text(encoding="utf-8")) == (0, True)
    ben = tmp_path / "ben.html"
    code, out, _ = managed("eqa", "history", "Ben", "--html", ben)
    assert code == 0
    assert "From round to round" in out
    assert "Scores for proficiency from round to round" in out
    assert "Rounds of Ben" in ben.read_text(encoding="utf-8")
    assert managed("eqa", "history", "Emil")[::2] == (
        2, "motiscope: Emil has read no round that is closed\n",
    )  # fmt: skip
