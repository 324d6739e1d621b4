"""`motiscope eqa score`: readings to tables and to a document."""

import json

import pytest

from calibration.scale import Scale
from inference.analysis import load_models
from inference.counting import GradeCounts, shares
from inference.model import SHIPPED_HEADS
from qc.eqa.kept_readings import KeptReadings
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import FieldReading, VideoReading
from tests.tui.cli.conftest import loads, one_line

TRUTH = [(30, 20, 10, 40), (10, 14, 20, 56), (40, 30, 10, 20), (5, 15, 10, 70), (20, 25, 15, 40)]
ANNA = [(26, 22, 10, 42), (12, 20, 18, 50), (38, 30, 12, 20), (8, 13, 12, 67), (25, 22, 13, 40)]


def rows(values):
    return "\n".join(",".join(map(str, (n, *row))) for n, row in enumerate(values, 1)) + "\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "round"
    folder.mkdir()
    (folder / "truth.csv").write_text(rows(TRUTH))
    (tmp_path / "anna.csv").write_text(rows(ANNA))
    return folder


@pytest.fixture
def anna(tmp_path, folder):
    return f"anna={tmp_path / 'anna.csv'}"


def test_a_person_is_scored_where_the_videos_are_not(motiscope, folder, anna):
    code, out, error = motiscope("eqa", "score", folder, "--reader", anna)
    assert (code, error) == (0, "motiscope's own readings of this set are not kept: people alone "
                                "are scored\n")  # fmt: skip
    for expected in ("anna: 5 videos", "Errors", "Bland-Altman", "CCC", "Passing-Bablok",
                     "Deming", "acceptable", "sensitivity", "5th centile", "ZeroR"):  # fmt: skip
        assert expected in out


def test_the_document_can_be_printed_and_written(motiscope, folder, anna, tmp_path):
    options = ("--reader", anna, "--sigma", "8", "--sigma", "total=4", "--u-assigned", "3")
    code, out, _ = motiscope("eqa", "score", folder, *options, "--json", "-")
    document = loads(out)
    assert code == 0
    assert document["rules"]["given_sigma"]["rapid"] == 8
    assert document["rules"]["given_sigma"]["total motile"] == 4
    first = document["readers"][0]["scores"]["parameters"][0]["scores"][0]
    assert first == {"kind": "z'", "value": pytest.approx(-4 / 73**0.5),
                     "verdict": "acceptable"}  # fmt: skip
    code, out, _ = motiscope("eqa", "score", folder, *options, "--json", tmp_path / "scores.json")
    assert (code, json.loads((tmp_path / "scores.json").read_text())) == (0, document)
    assert motiscope("eqa", "score", folder, *options, "--json", tmp_path / "scores.json")[0] == 0
    table = (folder / "truth.csv").read_bytes()
    code, _, error = motiscope("eqa", "score", folder, *options, "--json", folder / "truth.csv")
    assert (code, "is there already" in error) == (2, True)
    assert (folder / "truth.csv").read_bytes() == table


def test_the_readings_are_not_replaced_by_their_scores(motiscope, folder, tmp_path):
    document = tmp_path / "readings.json"
    document.write_text('{"schema": 1, "software": "motiscope 0.1.0"}')
    command = ("eqa", "score", folder, "--readings", document, "--json", document)
    code, out, error = motiscope(*command)
    assert (code, out) == (2, "")
    assert "is read for this" in one_line(error)
    assert document.read_text() == '{"schema": 1, "software": "motiscope 0.1.0"}'


def test_what_is_missing_ends_with_1_and_is_named(motiscope, folder, tmp_path):
    (tmp_path / "bert.csv").write_text(rows(ANNA[:2]) + "99,25,25,25,25\n")
    code, out, error = motiscope("eqa", "score", folder, "--reader", f"bert={tmp_path}/bert.csv")
    assert code == 1
    assert "bert: no reading that can be used of videos 3, 4, 5" in error
    assert "bert: the set has no assigned value of video 99; not scored" in error
    assert "too few" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "no reading of"),
        (("--reader", "anna"), "give NAME=FILE.csv"),
        (("--reader", "an\x1bna=a.csv"), "--reader: the name holds '\\x1b'"),
        (("--reader", "motiscope=x.csv"), "another reader is named motiscope"),
        (("--sigma", "speed=3"), "give one of rapid"),
        (("--sigma", "rapid=0"), "points above 0"),
        (("--u-assigned", "nan"), "points from 0 on"),
        (("--readings", __file__), "is no document of"),
    ],
)
def test_wrong_use_is_one_line(motiscope, folder, options, said):
    code, _, error = motiscope("eqa", "score", folder, *options)
    assert (code, error.count("\n"), said in error) == (2, 1, True)


def test_the_charts_follow_the_tables(motiscope, folder, anna):
    code, out, _ = motiscope("eqa", "score", folder, "--reader", anna, "--charts")
    assert code == 0
    _, charts = out.split("All readers: Mean absolute errors")
    for expected in ("published ZeroR", "anna: Bland-Altman", "limits of agreement",
                     "anna: Readings and assigned values", "Passing-Bablok",
                     "anna: Scores for proficiency by video", "video ID"):  # fmt: skip
        assert expected in charts
    # Standard output is no terminal here, and has no colours.
    assert "\x1b" not in out
    assert max(map(len, charts.splitlines())) <= 140
    assert "Youden" not in out


def test_charts_do_not_spoil_a_document(motiscope, folder, anna):
    code, out, error = motiscope(
        "eqa", "score", folder, "--reader", anna, "--charts", "--json", "-"
    )
    assert (code, out, error.count("\n")) == (2, "", 1)


@pytest.fixture
def kept(tmp_path, folder):
    """Videos that nobody opens, and motiscope's readings of all but the last, kept earlier."""
    (folder / "videos").mkdir()
    models = load_models(1, SHIPPED_HEADS)
    reader, readings = (
        VideoReader(models, ReaderSettings()),
        KeptReadings(tmp_path / "home" / "eqa" / "readings"),
    )
    for number, shares_of in enumerate(ANNA, 1):
        path = folder / "videos" / f"{number}.mkv"
        path.write_bytes(f"video {number}".encode())
        counts = GradeCounts(*(2 * share for share in shares_of))
        reading = VideoReading(
            sha256=f"{number:064}", model=models.detector.identity, grader=None, edition="WHO 2021",
            scale=Scale(0.5, 0.5, "drawn"), duration_s=60.0, cuts=(0,),
            fields=(FieldReading(0, 60.0, counts),), shares=shares([counts]),
        )  # fmt: skip
        if number < len(ANNA):
            readings.keep(reader.key(path), reading)


@pytest.mark.usefixtures("kept")
def test_readings_that_were_kept_are_scored_beside_a_person(motiscope, folder, anna):
    code, out, error = motiscope("eqa", "score", folder, "--reader", anna, "--json", "-")
    assert code == 1
    assert "motiscope: no reading that can be used of video 5" in error
    own, person = loads(out)["readers"]
    assert (own["source"]["file"], own["scores"]["reader"]) == ("kept readings", "motiscope")
    assert own["source"]["videos"] == {str(one): f"{one:064}" for one in range(1, 5)}
    assert own["scores"]["readings"] == person["scores"]["readings"][:4]


@pytest.mark.usefixtures("kept")
def test_readings_of_other_settings_are_not_taken(motiscope, folder):
    code, _, error = motiscope("eqa", "score", folder, "--division-um", 20)
    assert (code, error.count("\n"), "no reading of" in error) == (2, 1, True)
