"""A video that begins with a stage micrometer: graded by it, and its scale stored."""

import csv
import json

import pytest

from tests.acquisition.opened import (
    OPTICS,
    micrometer_pictures,
    specimen_pictures,
    write_opened,
)
from tests.tui.cli.conftest import loads

SHOT = 30


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """1.2 s of a micrometer, then 1.6 s of a specimen."""
    path = tmp_path_factory.mktemp("opened") / "reference.mkv"
    return write_opened(path, [*micrometer_pictures(SHOT), *specimen_pictures(40)])


def test_the_video_is_graded_by_its_own_micrometer(motiscope, video, tmp_path):
    tracks = tmp_path / "tracks.csv"
    code, out, _ = motiscope(
        "analyse", video, "--scale-from-video", "--json", "-", "--tracks", tracks
    )
    assert code == 0
    own = json.loads(out)
    assert own["scale"]["um_per_px_x"] == pytest.approx(OPTICS.um_per_px_x, rel=5e-3)
    assert own["scale"]["source"].startswith("read from the video's own micrometer")
    assert 0.2 <= own["scale"]["u_rel_percent_x"] < 0.4
    assert "micrometer" in [warning["code"] for warning in own["warnings"]]
    assert [field["first_frame"] for field in own["fields"]] == [SHOT + 2]
    with tracks.open(newline="") as file:
        assert min(int(row["frame"]) for row in csv.DictReader(file)) == SHOT + 2

    scale = own["scale"]
    given = (f"{scale['um_per_px_x']!r}", f"{scale['um_per_px_y']!r}")
    _, out, _ = motiscope("analyse", video, "--um-per-px", *given, "--json", "-")
    assert json.loads(out)["grades"] == own["grades"]
    assert json.loads(out)["fields"] == own["fields"]
    assert own["counted"] > 0


def test_its_scale_is_stored_with_where_it_comes_from(motiscope, video):
    define = ("optics", "add", "ref", "--objective", 20, "--camera", "unknown")
    assert motiscope(*define, "--pixel-um", 9.4, "--by", "Ada Lab")[0] == 0
    code, out, error = motiscope("calibrate", video, "--optics", "ref", "--by", "Ada Lab")
    assert (code, error) == (0, "")
    assert "specimen from frame 32" in out
    kept = loads(motiscope("optics", "show", "ref", "--json")[1])["calibration"]
    assert kept["origin"] == "read from the video's own micrometer"
    assert kept["um_per_px_x"] == pytest.approx(OPTICS.um_per_px_x, rel=5e-3)
    assert 0.002 <= kept["u_rel_x"] < 0.004


def test_a_video_without_a_micrometer_is_refused_in_one_line(motiscope, clip):
    code, out, error = motiscope("analyse", clip, "--scale-from-video")
    assert (code, out) == (1, "")
    assert len(error.strip().splitlines()) == 1
    assert str(clip) in error
    assert "--optics NAME or --um-per-px" in error


@pytest.mark.parametrize("other", [("--um-per-px", 0.5), ("--optics", "ref")])
def test_two_scales_at_once_are_wrong_use(motiscope, video, other):
    code, out, error = motiscope("analyse", video, "--scale-from-video", *other)
    assert (code, out) == (2, "")
    assert "give one scale" in error


def test_a_division_has_a_length(motiscope, video):
    code, _, error = motiscope("analyse", video, "--scale-from-video", "--division-um", 0)
    assert code == 2
    assert "--division-um" in error
