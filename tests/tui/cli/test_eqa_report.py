"""`motiscope eqa report`: one HTML file and one PDF, written whole or not at all."""

import re
from pathlib import Path

import pytest

from tests.qc.eqa.scored_made import made_readings, made_values
from tests.qc.plotless import no_plots
from tests.tui.cli.conftest import one_line

VALUES = made_values(8)


def table(values):
    return "\n".join(",".join(map(str, (n, *one.grades))) for n, one in values.items()) + "\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "round 1 & <2>"
    folder.mkdir()
    (folder / "truth.csv").write_text(table(VALUES))
    for seed, name in enumerate(("anna", "bert", "carla", "dora")):
        (tmp_path / f"{name}.csv").write_text(table(made_readings(VALUES, seed)))
    return folder


def readers(folder, *names):
    files = {f"{name} of $laboratory$": folder.parent / f"{name}.csv" for name in names}
    return [part for name, file in files.items() for part in ("--reader", f"{name}={file}")]


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf.read_bytes()))


@pytest.mark.timeout(180)
def test_both_files_are_written_whole(motiscope, folder, tmp_path):
    html, pdf = tmp_path / "a.html", tmp_path / "a.pdf"
    code, out, error = motiscope(
        "eqa", "report", folder, *readers(folder, "anna"), "--html", html, "--pdf", pdf
    )
    assert (code, out) == (0, "")
    assert (f"wrote {html}\n" in error, f"wrote {pdf}\n" in error) == (True, True)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.read_bytes().rstrip().endswith(b"%%EOF")
    assert 4 <= pages(pdf) <= 10
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "Youden pairs</h3>" not in html.read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.part"))


def test_four_readers_have_youden_pairs(motiscope, folder, tmp_path):
    html = tmp_path / "a.html"
    everybody = readers(folder, "anna", "bert", "carla", "dora")
    with no_plots():
        code, _, _ = motiscope("eqa", "report", folder, *everybody, "--html", html)
    assert code == 0
    assert "Youden pairs</h3>" in html.read_text(encoding="utf-8")
    assert "1 anna of $laboratory$, 2 bert" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--html", "--pdf"])
def test_a_file_that_is_there_stays(motiscope, folder, tmp_path, option):
    target = tmp_path / "mine"
    target.write_text("mine")
    code, _, error = motiscope("eqa", "report", folder, *readers(folder, "anna"), option, target)
    assert (code, error.count("\n"), "is there already" in error) == (2, 1, True)
    assert target.read_text() == "mine"


@pytest.mark.parametrize("option", ["--html", "--pdf"])
def test_a_folder_that_is_not_there_is_wrong_use(motiscope, folder, option):
    code, _, error = motiscope(
        "eqa", "report", folder, *readers(folder, "anna"), option, folder / "no" / "a"
    )
    assert (code, error.count("\n"), "does not exist" in error) == (2, 1, True)


def test_page_and_pdf_need_a_file_each(motiscope, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").symlink_to(tmp_path)
    for again in ("same", "./same", tmp_path / "same", "other/same"):
        command = ("eqa", "report", folder, *readers(folder, "anna"), "--html", "same")
        code, out, error = motiscope(*command, "--pdf", again)
        assert (code, out) == (2, "")
        assert "need a file each" in one_line(error)
    assert not (tmp_path / "same").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody writes to")
@pytest.mark.parametrize("option", ["--html", "--pdf"])
def test_a_folder_that_cannot_be_written_to_is_one_line(motiscope, folder, option):
    code, _, error = motiscope("eqa", "report", folder, *readers(folder, "anna"), option, "/proc/a")
    told = error.splitlines()[-1]
    assert (code, told.startswith("motiscope: /proc/a.")) == (1, True)


def test_without_a_file_there_is_nothing_to_do(motiscope, folder):
    code, _, error = motiscope("eqa", "report", folder, *readers(folder, "anna"))
    assert (code, error.count("\n")) == (2, 1)
