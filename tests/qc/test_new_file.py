"""Files appear under their name when they are whole, and else leave what was there."""

import os
from pathlib import Path

import pytest

from qc.new_file import new_file, renewed_file


class StoppedError(Exception):
    """Something went wrong while a file was written."""


def half_written(part: Path) -> None:
    part.write_text("half")
    raise StoppedError


def test_a_new_file_is_never_in_the_place_of_another(tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("before")
    with pytest.raises(FileExistsError), new_file(there) as part:
        part.write_text("after")
    assert there.read_text() == "before"


def test_a_renewed_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "cells.csv"
    for text in ("before", "after"):
        with renewed_file(target) as part:
            part.write_text(text)
        assert target.read_text() == text
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("write", [new_file, renewed_file])
def test_what_was_not_finished_leaves_nothing(write, tmp_path: Path) -> None:
    with pytest.raises(StoppedError), write(tmp_path / "cells.csv") as part:
        half_written(part)
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_finished_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "cells.csv"
    target.write_text("before")
    with pytest.raises(StoppedError), renewed_file(target) as part:
        half_written(part)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("write", [new_file, renewed_file])
def test_a_download_of_the_same_name_is_nobodys_part(write, tmp_path: Path) -> None:
    download = tmp_path / "cells.csv.part"
    download.write_text("somebody else's")
    with write(tmp_path / "cells.csv") as part:
        part.write_text("after")
    assert download.read_text() == "somebody else's"
    assert (tmp_path / "cells.csv").read_text() == "after"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    whole, link = tmp_path / "elsewhere" / "cells.csv", tmp_path / "cells.csv"
    whole.write_text("before")
    link.symlink_to(whole)
    with renewed_file(link) as part:
        part.write_text("after")
    assert link.is_symlink() and whole.read_text() == "after"


def test_what_is_no_file_is_written_to_itself() -> None:
    with renewed_file(Path(os.devnull)) as part:
        assert part == Path(os.devnull)
