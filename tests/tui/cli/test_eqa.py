"""`motiscope eqa`: a simulated set read end to end, and a set in which much is wrong."""

import json
from fractions import Fraction

import pytest

from acquisition.specimen import OpticsSettings
from inference.counting import GradeCounts
from tests.acquisition.opened import micrometer_pictures, specimen_pictures
from tests.acquisition.recordings import write_video
from tests.qc.eqa.readings_made import video_reading
from tests.tui.cli.conftest import loads

SMALL = ("--fields", 2, "--field-s", 1.1, 1.1, "--micrometer-s", 0.8, "--card-s", 0.4)
FINE = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5)


def simulated(motiscope, folder, *options):
    return motiscope(
        "eqa", "simulate", folder, "--videos", 1, "--seed", 5, "--workers", 1, *options
    )


@pytest.mark.timeout(120)
def test_a_simulated_set_is_read_by_its_own_micrometer(motiscope, tmp_path):
    folder, target = tmp_path / "set", tmp_path / "readings.json"
    code, out, error = simulated(motiscope, folder, *SMALL)
    assert (code, out) == (0, "")
    assert "1 video," in error
    code, out, error = motiscope("eqa", "run", folder, "--json", target)
    assert (code, "mean absolute error over 1 video:" in out) == (0, True)
    (drawn,) = json.loads((folder / ".motiscope" / "drawn.json").read_text())["videos"]
    document = json.loads(target.read_text())
    (read,) = document["videos"]
    assert read["id"] == drawn["id"]
    scale = read["scale"]
    used = [scale["um_per_px_x"], scale["um_per_px_y"]]
    assert used == pytest.approx(drawn["um_per_px"], rel=5e-3)
    assert scale["source"].startswith("read from the video's own micrometer")
    assert read["cuts"] == pytest.approx(drawn["cuts"], abs=2)
    assert all(not part["reason"].startswith("the field") for part in read["left_out"])
    true = sum(sum(field.values()) for field in drawn["fields"])
    assert read["counted"] == pytest.approx(true, rel=0.2)
    assert document["summary"]["videos"] == 1
    assert document["summary"]["mae_three_categories"] < 12
    assert document["faults"] == []

    code, out, error = motiscope("eqa", "run", folder, "--json", "-")
    assert code == 0
    assert "read in an earlier run" in error
    assert loads(out)["videos"] == document["videos"]

    code, out, error = motiscope("eqa", "score", folder, "--json", "-")
    assert (code, error) == (0, "")
    (scored,) = loads(out)["readers"]
    assert scored["source"]["videos"] == {str(read["id"]): read["sha256"]}
    (grades,) = scored["scores"]["readings"]
    # The document of readings has two decimals.
    assert grades["rapid"] == pytest.approx(read["grades"]["a"]["percent"], abs=0.005)
    code, given, _ = motiscope("eqa", "score", folder, "--readings", target, "--json", "-")
    assert loads(given)["readers"][0]["scores"] == scored["scores"]

    code, out, _ = motiscope("bench", "eqa", folder, "--json")
    (judged,) = loads(out)["read"]
    assert code == 0
    assert (judged["counted"], judged["found"], judged["invented"]) == (
        read["counted"], len(drawn["cuts"]), 0,
    )  # fmt: skip
    assert loads(out)["mae_four_categories"] == pytest.approx(judged["mae_four_categories"])


@pytest.fixture(scope="module")
def pictures():
    return {
        "micrometer": micrometer_pictures(38, FINE, size=(320, 240)),
        "specimen": specimen_pictures(34, FINE, size=(320, 240)),
    }


@pytest.fixture
def faulty(tmp_path, pictures):
    """A table with semicolons and decimal commas, shares of 1, and a fault in most videos."""
    folder = tmp_path / "faulty"
    (folder / "videos").mkdir(parents=True)
    rows = [f"{one};0,3;0,2;0,1;0,4" for one in (1, 2, 3, 4, 5)]
    rows[2] = "3;0,30;0,20;0,03;0,40"
    (folder / "table.csv").write_text("\n".join(["id;a;b;c;d", *rows]))
    videos, opened = folder / "videos", [*pictures["micrometer"], *pictures["specimen"]]
    write_video(videos / "1.mkv", opened, rate=25, codec="ffv1", pix_fmt="gray")
    for bad in (3, 99):
        (videos / f"{bad}.mkv").write_bytes(b"never opened")
    write_video(videos / "4.mkv", pictures["specimen"], rate=25)
    whole = write_video(videos / "5.mkv", 4 * opened, rate=25, codec="ffv1", pix_fmt="gray")
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    return folder


@pytest.mark.timeout(120)
def test_every_fault_is_named_in_one_line_and_the_rest_goes_through(motiscope, faulty):
    code, out, error = motiscope("eqa", "run", faulty, "--json", "-")
    assert code == 1
    document = loads(out)
    for said in (
        "video 2: the table has a row for it, but there is no such video",
        "table.csv, line 4: video 3: its shares sum to 93 %",
        "99.mkv: no row of the table can be used for it",
        "4.mkv: left out: it does not begin with a micrometer",
        "5.mkv: left out: the file is cut off",
    ):
        assert sum(said in line for line in error.splitlines()) == 1
        assert sum(said in fault for fault in document["faults"]) == 1
    assert "progressive" in [one["code"] for one in document["videos"][0]["warnings"]]
    assert sum("1.mkv: progressive" in line for line in error.splitlines()) == 1
    assert sum("1.mkv: it lasts 2.9 s" in line for line in error.splitlines()) == 1
    assert [one["counted"] > 0 for one in document["videos"]] == [True, False, False]
    assert document["videos"][0]["assigned"]["a"] == pytest.approx(30)
    assert document["summary"]["videos"] == 1


@pytest.mark.timeout(120)
def test_a_video_without_a_micrometer_is_read_by_the_given_scale(motiscope, tmp_path):
    videos = tmp_path / "set" / "videos"
    videos.mkdir(parents=True)
    (tmp_path / "set" / "t.csv").write_text("7,30,20,10,40\n")
    view = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5)
    write_video(
        videos / "7.mkv",
        specimen_pictures(32, view, size=(720, 480)),
        rate=30,
        codec="mpeg2video",
        pix_fmt="yuv420p",
        options={"b": "6000000"},
        aspect=Fraction(8, 9),
    )
    code, out, error = motiscope(
        "eqa", "run", tmp_path / "set", "--um-per-px", 0.5, 0.55, "--json", "-"
    )
    assert code == 0
    (read,) = loads(out)["videos"]
    assert (read["scale"]["um_per_px_x"], read["scale"]["um_per_px_y"]) == (0.5, 0.55)
    assert read["counted"] > 0
    assert sum("7.mkv: 720x480 at 30 pictures" in line for line in error.splitlines()) == 1


def test_every_warning_and_every_field_left_out_is_in_the_terminal(
    motiscope, tmp_path, monkeypatch
):
    (tmp_path / "set" / "videos").mkdir(parents=True)
    (tmp_path / "set" / "videos" / "7.mkv").write_bytes(b"never opened")
    (tmp_path / "set" / "t.csv").write_text("7,30,20,10,40\n")
    found = video_reading(GradeCounts(3, 1, 0, 4))
    monkeypatch.setattr("qc.eqa.reader.VideoReader.read", lambda *_: found)
    code, _, error = motiscope("eqa", "run", tmp_path / "set")
    assert code == 0
    assert [line for line in error.splitlines() if line] == [
        "7.mkv: 8 cells in 1 field",
        "7.mkv: the field from frame 130 was left out: it is short",
        "7.mkv: do not rely on these grades",
        "7.mkv: from frame 5: it drifts",
    ]


def test_an_interrupt_says_that_what_is_finished_is_kept(motiscope, tmp_path, monkeypatch):
    (tmp_path / "set" / "videos").mkdir(parents=True)
    (tmp_path / "set" / "videos" / "7.mkv").write_bytes(b"never opened")
    (tmp_path / "set" / "t.csv").write_text("7,30,20,10,40\n")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("qc.eqa.run._read", interrupt)
    code, out, error = motiscope("eqa", "run", tmp_path / "set")
    assert (code, out) == (130, "")
    assert "what was finished is kept" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "gone"), "no such folder"),
        (("run", "."), "must hold one CSV file"),
        (("run", ".", "--um-per-px", "wide"), "not a number"),
        (("run", ".", "--um-per-px", "50"), "between"),
        (("run", ".", "--division-um", "0"), "--division-um"),
        (("run", ".", "--json", "no/such/x.json"), "does not exist"),
        (("simulate", "set", "--videos", 1, "--seed", 1, "--fields", 0), "1 to 80 fields"),
        (("simulate", ".", "--videos", 1, "--seed", 1), "there already"),
    ],
)
def test_wrong_use_is_told_in_one_line(motiscope, tmp_path, monkeypatch, arguments, said):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "notes.txt").touch()
    monkeypatch.chdir(tmp_path / "here")
    code, out, error = motiscope("eqa", *arguments)
    assert (code, out) == (2, "")
    assert said in error
    assert len(error.strip().splitlines()) == 1
