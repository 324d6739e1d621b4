"""The six CSV files: read as published, and every fault named in one line."""

import math

import pytest

from qc.visem.cells import (
    MISSING,
    CellError,
    MissingColumnError,
    MissingFileError,
    RowError,
    VisemError,
    parse_number,
)
from qc.visem.columns import MORPHOLOGY, MOTILITY, VIDEOS, Source
from qc.visem.reader import ParticipantError, read_visem
from tests.qc.visem.made import change, write, write_visem

PARTICIPANT = "participant_related_data.csv"
SEMEN = "semen_analysis_data.csv"


@pytest.fixture
def folder(tmp_path):
    return write_visem(tmp_path)


@pytest.mark.parametrize(("end", "bom"), [("\n", "\ufeff"), ("\r\n", "\ufeff"), ("\r\n", "")])
def test_line_ends_and_byte_order_marks_make_no_difference(tmp_path, folder, end, bom):
    (tmp_path / "other").mkdir()
    other = read_visem(write_visem(tmp_path / "other", end=end, bom=bom))
    first = read_visem(folder)
    assert other.participants == first.participants == tuple(range(1, 10))
    assert all((other.values[one] == first.values[one]).all() for one in Source)
    assert first.videos_only == (10,)
    assert first.videos[3] == "3_09.09.02_SSW.avi"


def test_decimal_commas_and_what_was_not_reported(folder):
    write(
        folder / PARTICIPANT,
        ["ID;Abstinence time(days);Body mass index (kg/m²);Age (years)"]
        + [f"{own};2,5;31;40" for own in range(2, 10)]
        + ["1;Not reported;;30"],
    )
    first, second, *_ = read_visem(folder).features([Source.PARTICIPANT])
    assert math.isnan(first[0])
    assert math.isnan(first[1])
    assert first[2] == 30
    assert list(second) == [2.5, 31, 40]


@pytest.mark.parametrize("word", [*sorted(MISSING), "NOT REPORTED", "N/A"])
def test_words_for_missing(word):
    number = parse_number(word)
    assert number is not None
    assert math.isnan(number)


@pytest.mark.parametrize("text", ["<0,1", "1,2,3", "12 %", "inf", "1_0", "x", "1e999", "-1E400"])
def test_what_is_no_number(text):
    assert parse_number(text) is None


def test_targets_are_found_by_name(folder):
    visem = read_visem(folder)
    semen = visem.values[Source.SEMEN]
    assert (visem.columns(MOTILITY) == semen[:, 10:13]).all()
    assert (visem.columns(MORPHOLOGY) == semen[:, 5:8]).all()


def test_a_file_whose_name_was_put_right_is_read(folder):
    before = read_visem(folder).values[Source.SPERM]
    (folder / "fatty_acids_spermatoza.csv").rename(folder / "fatty_acids_spermatozoa.csv")
    assert (read_visem(folder).values[Source.SPERM] == before).all()


def absent_file(folder):
    (folder / "fatty_acids_spermatoza.csv").unlink()


def not_text(folder):
    (folder / SEMEN).write_bytes(b"ID;\xff\xfe\xff")


def absent_column(folder):
    change(folder / SEMEN, {"Tail defects (%)": "Tails"})


def commas(folder):
    path = folder / PARTICIPANT
    path.write_text(path.read_text().replace(",", ".").replace(";", ","))


def bad_cell(folder):
    text = (folder / PARTICIPANT).read_text().splitlines()
    write(folder / PARTICIPANT, [*text[:4], "4;1;2;old", *text[5:]], bom="")


def past_100(folder):
    lines = (folder / SEMEN).read_text().splitlines()
    place = lines[0].split(";").index("Immotile sperm (%)")
    cells = lines[3].split(";")
    cells[place] = "101"
    write(folder / SEMEN, [*lines[:3], ";".join(cells), *lines[4:]], bom="")


def long_row(folder):
    lines = (folder / PARTICIPANT).read_text().splitlines()
    write(folder / PARTICIPANT, [*lines[:4], "4;1;2;3;4", *lines[5:]], bom="")


def short_row(folder):
    write(folder / VIDEOS, ["ID;video", "1"])


def twice(folder):
    path = folder / VIDEOS
    path.write_text(path.read_text() + "3;again.avi\n")


def no_number(folder):
    change(folder / PARTICIPANT, {"\n4;": "\nfour;"})


def one_fewer(folder):
    lines = (folder / PARTICIPANT).read_text().splitlines()
    write(folder / PARTICIPANT, lines[:-1], bom="")


def one_more(folder):
    path = folder / PARTICIPANT
    path.write_text(path.read_text() + "12;1;2;3\n")


def no_video(folder):
    change(folder / VIDEOS, {"\n7;": "\n77;"})


def nothing(folder):
    path = folder / SEMEN
    path.write_text("")


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (absent_file, MissingFileError, "fatty_acids_spermatoza.csv"),
        (not_text, MissingFileError, SEMEN),
        (absent_column, MissingColumnError, f"{SEMEN}: no column «Tail defects (%)»"),
        (commas, MissingColumnError, f"{PARTICIPANT}: no column «ID»"),
        (nothing, MissingColumnError, SEMEN),
        (bad_cell, CellError, f"{PARTICIPANT}: participant 4, «Age (years)»: «old»"),
        (past_100, CellError, "«Immotile sperm (%)»: «101» is no percentage, 0 to 100"),
        (long_row, RowError, f"{PARTICIPANT}: the row «4;1;2;3;4» has 5 cells"),
        (short_row, RowError, f"{VIDEOS}: the row «1»"),
        (twice, RowError, f"{VIDEOS}: participant 3 comes twice"),
        (no_number, RowError, f"{PARTICIPANT}: «four»"),
        (one_fewer, ParticipantError, f"{PARTICIPANT} lacks participant 9 that {SEMEN} has"),
        (one_more, ParticipantError, f"{SEMEN} lacks participant 12 that {PARTICIPANT} has"),
        (no_video, ParticipantError, f"{VIDEOS} lacks participant 7"),
    ],
)
def test_every_fault_is_named_in_one_line(folder, spoil, error, said):
    spoil(folder)
    with pytest.raises(error) as raised:
        read_visem(folder)
    assert isinstance(raised.value, VisemError)
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
