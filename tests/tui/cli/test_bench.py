"""The bench commands without a network: what they print, what they refuse, and that they go on."""

import importlib
import os
from pathlib import Path

import pytest

from inference.counting import GradeCounts
from inference.evaluation.drawn_clip import draw_clip
from inference.evaluation.grade_check import FieldCheck
from inference.evaluation.simulated import FIRST_SEED
from tests.inference.evaluation.drawn import blind_models
from tests.tui.cli.conftest import loads, one_line

COMMANDS = (
    "tracking",
    "unboxed",
    "brightfield",
    "grading",
    "still",
    "speed",
    "drawing",
    "calibration",
)
TRACKS = "frame,track_id,class,cx_px,cy_px,w_px,h_px"


def module(command: str):
    return importlib.import_module(f"tui.cli.bench.{command}")


@pytest.fixture
def blind(monkeypatch):
    """Every command's models find nothing."""
    for name in ("options", "brightfield", "grading", "still", "speed"):
        monkeypatch.setattr(module(name), "load_models", lambda *_args, **_how: blind_models())


@pytest.fixture(scope="module")
def drawn_data(tmp_path_factory) -> Path:
    """A data folder of tiny drawn recordings."""
    folder = tmp_path_factory.mktemp("data")
    video = folder / "visem-tracking/12/12_first493_hq.mp4"
    video.parent.mkdir(parents=True)
    draw_clip(video, (160, 120), 0.5, 5, 12)
    rows = [f"{frame},{cell},0,{40 * cell}.5,60.5,9,9" for frame in range(12) for cell in (1, 2)]
    (video.parent / "tracks.csv").write_text("\n".join([TRACKS, *rows]) + "\n")
    target = folder / "visem-tracking/52"
    target.mkdir()
    (target / "52.mp4").write_bytes(video.read_bytes())
    (target / "tracks.csv").write_text("\n".join([TRACKS, *rows]) + "\n")
    looked = "frame,x_px,y_px,label,human_box\n3,40,60,sperm,true\n"
    (target / "second_look.csv").write_text(looked)
    xml = folder / "miamia-svds/xml"
    xml.mkdir(parents=True)
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    for name in ("S_0001", "S_0003", "S_0004"):
        (xml.parent / f"{name}.mp4").write_bytes(video.read_bytes())
        text = f"<annotation><object><name>S</name>{box}</object></annotation>"
        (xml / f"{name}_0002.xml").write_text(text)
    return folder


def field(seed: int) -> FieldCheck:
    count = GradeCounts(10, 5, 5, 5)
    wide = ((0.0, 100.0),) * 4
    return FieldCheck(seed, (25.0,) * 4, count, count, count, wide, ((1,) * 5,) * 5)


@pytest.fixture
def quick_fields(blind, monkeypatch):
    """Fields are made up; returns the seeds that were asked for, run by run."""
    asked: list[list[int]] = []

    def made_up(seeds, _load, _workers):
        asked.append(list(seeds))
        return [field(seed) for seed in seeds]

    monkeypatch.setattr(module("grading"), "check_fields", made_up)
    return asked


@pytest.mark.parametrize("command", COMMANDS)
def test_every_bench_command_explains_itself(motiscope, command):
    code, out, _ = motiscope("bench", command, "--help")
    assert code == 0
    assert "--json" in out


@pytest.mark.parametrize(
    "arguments",
    [("tracking",), ("unboxed", "--recording", "11"), ("brightfield",), ("still",)],
)
def test_without_the_data_a_command_is_wrong_use(motiscope, monkeypatch, tmp_path, arguments):
    monkeypatch.setenv("MOTISCOPE_DATA", str(tmp_path))
    code, out, error = motiscope("bench", *arguments)
    assert code == 2
    assert out == ""
    assert len(error.strip().splitlines()) == 1
    assert "MOTISCOPE_DATA" in error


@pytest.mark.parametrize(
    "arguments",
    [
        ("tracking", "--recordings", "11,13"),
        ("unboxed", "--recording", "13"),
        ("unboxed", "--recording", "12", "--sheet", "/nowhere/sheet.png"),
        ("unboxed", "--recording", "12", "--label", "/nowhere/labels.csv"),
        ("grading", "--keep", "/nowhere/kept.jsonl"),
        ("grading", "--fields", "0"),
    ],
)
def test_wrong_use_is_told_in_one_line(motiscope, blind, drawn_data, monkeypatch, arguments):
    monkeypatch.setenv("MOTISCOPE_DATA", str(drawn_data))
    code, out, error = motiscope("bench", *arguments)
    assert code == 2
    assert out == ""
    assert len(error.strip().splitlines()) == 1


def test_tracking_prints_scores_and_grades(motiscope, blind, drawn_data):
    how = ("bench", "tracking", "--data", drawn_data, "--shipped", "--no-peers", "--recordings")
    code, out, _ = motiscope(*how, "12,52", "--json")
    assert code == 0
    document = loads(out)
    first, second = document["tracking"]
    assert (first["recording"], first["recall"], first["truth_tracks"]) == ("12", 0, 2)
    assert second["second_look"]["recall"] == 0
    assert document["grades"]["12"]["human_counted"] == 2
    assert list(document["grades"]) == ["12"]
    code, out, _ = motiscope(*how, "12")
    assert code == 0
    assert "shipped, has seen it" in out
    assert "difference in points" in out


def test_unboxed_prints_and_draws(motiscope, blind, drawn_data, tmp_path):
    sheet = tmp_path / "sheet.png"
    how = ("bench", "unboxed", "--data", drawn_data, "--shipped", "--recording", "12")
    code, out, _ = motiscope(*how, "--sheet", sheet, "--json")
    assert code == 0
    assert loads(out)["unboxed"] == 0
    assert loads(out)["unboxed_share"] is None
    assert sheet.is_file()
    code, out, _ = motiscope(*how, "--tracks")
    assert code == 0
    assert "0 drawn" in out


def test_unboxed_replaces_nothing(motiscope, blind, drawn_data, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    how = ("bench", "unboxed", "--data", drawn_data, "--shipped", "--recording", "12")
    code, out, error = motiscope(*how, "--sheet", mine)
    assert (code, out) == (2, "")
    assert "is there already" in one_line(error)
    assert mine.read_text() == "mine"


def test_brightfield_prints_both_kinds(motiscope, blind, drawn_data):
    code, out, _ = motiscope("bench", "brightfield", "--data", drawn_data, "--json")
    assert code == 0
    together = loads(out)["clips"]["together"]["points of kept tracks"]
    assert (together["frames"], together["boxes"], together["recall"]) == (3, 3, 0)
    code, out, _ = motiscope("bench", "brightfield", "--data", drawn_data)
    assert code == 0
    assert "assumed 0.35" in out


def test_grading_goes_on_where_it_stopped(motiscope, quick_fields, tmp_path):
    kept = tmp_path / "kept.jsonl"
    assert motiscope("bench", "grading", "--fields", 2, "--keep", kept)[0] == 0
    code, out, _ = motiscope("bench", "grading", "--fields", 4, "--keep", kept, "--json")
    assert code == 0
    assert quick_fields == [[FIRST_SEED, FIRST_SEED + 1], [FIRST_SEED + 2, FIRST_SEED + 3]]
    document = loads(out)
    assert document["summary"]["large"]["fields"] == 4
    assert [one["seed"] for one in document["fields"]] == [FIRST_SEED + n for n in range(4)]
    # Fewer fields are asked for than are kept.
    out = motiscope("bench", "grading", "--fields", 3, "--keep", kept, "--json")[1]
    assert loads(out)["summary"]["every"]["fields"] == 3
    assert len(quick_fields) == 2


def test_grading_refuses_fields_of_another_model(motiscope, quick_fields, tmp_path):
    kept = tmp_path / "kept.jsonl"
    kept.write_text('{"heads_sha256": "of another"}\n')
    code, out, error = motiscope("bench", "grading", "--fields", 2, "--keep", kept)
    assert code == 2
    assert out == ""
    assert "another model" in error


@pytest.mark.parametrize("content", [b"my notes", b"number,label,who\n1,sperm,Ada\n", b"\xff\n"])
def test_grading_goes_on_with_no_other_file(motiscope, quick_fields, tmp_path, content):
    mine = tmp_path / "mine"
    mine.write_bytes(content)
    code, out, error = motiscope("bench", "grading", "--fields", 2, "--keep", mine)
    assert (code, out, quick_fields) == (2, "", [])
    assert "name a new file" in one_line(error)
    assert mine.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="this system has no pipes with names")
def test_grading_keeps_nothing_in_a_pipe(motiscope, quick_fields, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, _, error = motiscope("bench", "grading", "--fields", 2, "--keep", pipe)
    assert (code, quick_fields) == (2, [])
    assert "is there already" in one_line(error)
    assert pipe.is_fifo()


def test_grading_prints_its_tables(motiscope, quick_fields):
    code, out, _ = motiscope("bench", "grading", "--fields", 3, "--each")
    assert code == 0
    for words in ("fields of 20 true cells", "all four at once", "no cell there", "900002"):
        assert words in out


def test_still_reads_52_and_drawn_samples(motiscope, blind, drawn_data, monkeypatch):
    monkeypatch.setattr(
        module("still"), "check_dead", lambda *_: module("still").StillCells(2, 1, 1)
    )
    how = ("bench", "still", "--data", drawn_data, "--shipped", "--samples", 2)
    code, out, _ = motiscope(*how, "--json")
    assert code == 0
    cells = loads(out)["cells"]
    assert cells["recording 52"]["cells"] == 0  # 12 frames are less than 2 s
    assert cells["drawn, steady"]["tracks_per_cell"] == 1
    code, out, _ = motiscope(*how)
    assert code == 0
    assert "limit: 1.1" in out


def test_speed_prints_every_part(motiscope, blind, monkeypatch, tmp_path):
    monkeypatch.setenv("MOTISCOPE_DATA", str(tmp_path))
    speed = module("speed")
    small = {"SMALL_PX": (160, 120), "SMALL_CELLS": 4, "LARGE_PX": (192, 120), "LARGE_CELLS": 3}
    for name, value in {**small, "CROWDS": (10, 50)}.items():
        monkeypatch.setattr(speed, name, value)
    monkeypatch.setattr(speed, "_stages", lambda *_: {"decode": 1.0, "network": 3.0})
    how = ("bench", "speed", "--no-peers", "--frames", 60, "--large-frames", 30)
    code, out, _ = motiscope(*how, "--linking-frames", 30)
    assert code == 0
    for words in ("160x120", "192x120", "decode", "to the power", "the same bytes"):
        assert words in out
    document = loads(motiscope(*how, "--linking-frames", 30, "--json")[1])
    assert len(set(document["same_bytes"].values())) == 1
    assert len(document["linking"]) == 2
