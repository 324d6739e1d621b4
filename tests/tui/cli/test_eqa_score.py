"""`motiscope eqa score`: readings to tables and to a document."""

import json

import pytest

from tests.tui.cli.conftest import loads

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
