"""The form of a new round."""

from dataclasses import replace
from pathlib import Path

import pytest

from qc.eqa.rounds.values import Schedule
from tui.request import FormError
from tui.round_request import RoundText, can_be_drawn, read_round_form


@pytest.fixture
def typed(tmp_path) -> RoundText:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "table.csv").write_text("1;30;20;10;40\n")
    return RoundText("spring", str(tmp_path / "set"), "", False, "7", "2", "20", "Quinn")


def problems(form: RoundText, known=()) -> dict[str, str]:
    with pytest.raises(FormError) as caught:
        read_round_form(form, known)
    return caught.value.problems


def test_a_round_of_a_set_that_is_there(typed):
    request = read_round_form(replace(typed, name=" spring "), ())
    assert (request.name, request.by, request.videos, request.schedule) == (
        "spring", "Quinn", 0, None,
    )  # fmt: skip
    assert request.folder == Path(typed.folder)


def test_a_control_programme_has_a_schedule(typed):
    request = read_round_form(replace(typed, is_control=True, every_days="3", baseline="5"), ())
    assert request.schedule == Schedule(3, 2, 5)


def test_a_set_is_drawn_where_none_is(typed, tmp_path):
    new = replace(typed, folder=str(tmp_path / "new"), videos="12")
    assert read_round_form(new, ()).videos == 12
    empty = tmp_path / "empty"
    empty.mkdir()
    assert can_be_drawn(str(empty))
    assert not can_be_drawn(typed.folder)
    assert not can_be_drawn("  ")


def test_a_folder_in_the_home_of_nobody_is_not_there(typed):
    found = problems(replace(typed, folder="~nosuchuser/set"))
    assert "there is no such folder" in found["folder"]


def test_every_line_is_blamed_at_once(typed, tmp_path):
    form = replace(
        typed,
        name="",
        folder=str(tmp_path / "none"),
        is_control=True,
        every_days="0",
        repeats="two",
        baseline="1",
        operator=" ",
    )
    found = problems(form)
    assert set(found) == {"name", "folder", "every_days", "repeats", "baseline", "operator"}
    assert "say how many videos to simulate" in found["folder"]
    assert "1 is the least" in found["every_days"]


@pytest.mark.parametrize("videos", ["0", "-3", "many", "9999"])
def test_so_many_videos_cannot_be_drawn(typed, tmp_path, videos):
    form = replace(typed, folder=str(tmp_path / "none"), videos=videos)
    assert problems(form) == {"videos": "give a number from 1 to 200"}


def test_a_name_is_given_once_and_a_folder_is_needed(typed):
    assert "already" in problems(typed, {"spring"})["name"]
    assert problems(replace(typed, folder=" ")) == {"folder": "name the folder of the set"}
