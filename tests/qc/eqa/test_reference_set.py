"""Data sets as they come: whatever way their numbers are written, and what does not match."""

import pytest

from qc.eqa.assigned_table import SetError, read_assigned, video_id
from qc.eqa.reference_set import open_set

ROWS = {623: (38.5, 12.5, 9.0, 40.0), 7: (0.0, 5.5, 14.5, 80.0), 15: (60.0, 10.0, 10.0, 20.0)}
HEADER = ("ID", "rapid", "slow", "non-progressive", "immotile")


def written(rows=ROWS, *, delimiter=",", decimal=".", factor=1.0, header=True, quote=False):
    lines = [delimiter.join(HEADER)] if header else []
    for one, shares in rows.items():
        cells = [f"{factor * share:.4g}".replace(".", decimal) for share in shares]
        cells = [f'"{cell}"' for cell in cells] if quote else cells
        lines.append(delimiter.join([str(one), *cells]))
    return "\n".join(lines) + "\n"


def table(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding=encoding)
    return read_assigned(path)


def shares(value):
    return value.rapid, value.slow, value.non_progressive, value.immotile


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("factor", [1.0, 0.01])
@pytest.mark.parametrize(
    ("delimiter", "decimal", "quote"),
    [(",", ".", False), (";", ",", False), (";", ".", False), ("\t", ",", False), (",", ",", True)],
)
def test_every_way_of_writing_is_recognised(tmp_path, delimiter, decimal, quote, factor, header):
    text = written(delimiter=delimiter, decimal=decimal, quote=quote, factor=factor, header=header)
    read = table(tmp_path, text)
    assert read.faults == ()
    assert {one: pytest.approx(row) for one, row in ROWS.items()} == {
        one: shares(value) for one, value in read.values.items()
    }


@pytest.mark.parametrize(
    "names",
    [
        ("video ID", "immotile", "non-progressive", "slow", "rapid"),
        (
            "rapid progressive (%)",
            "slowly progressive (%)",
            "Immotile (%)",
            "video",
            "Non progressive",
        ),
        ("d", "c", "b", "a", "id"),
    ],
)
def test_columns_are_read_by_their_names(tmp_path, names):
    known = {"a": 0, "b": 1, "c": 2, "d": 3}
    words = {"rapid": 0, "slow": 1, "non": 2, "immotile": 3}
    lines = [",".join(names)]
    for one, row in ROWS.items():
        cells = []
        for name in names:
            found = [place for word, place in words.items() if word in name.lower()]
            place = known.get(name, found[0] if found else None)
            cells.append(str(one if place is None else row[place]))
        lines.append(",".join(cells))
    read = table(tmp_path, "\n".join(lines))
    assert read.faults == ()
    assert {one: pytest.approx(row) for one, row in ROWS.items()} == {
        one: shares(value) for one, value in read.values.items()
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_a_spreadsheet_s_bytes_are_read(tmp_path, encoding):
    text = written().replace("rapid", "rápid")
    assert table(tmp_path, text, encoding).faults == ()


def test_whole_numbers_without_a_decimal_mark_are_read(tmp_path):
    read = table(tmp_path, "1,30,20,10,40\n2,100,0,0,0\n")
    assert shares(read.values[1]) == (30, 20, 10, 40)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("8;33,0;20,0;20,0;20,0", "sum to 93"),
        ("8;120,0;-20,0;0,0;0,0", "between 0 and 100"),
        ("8;nan;20,0;20,0;20,0", "between 0 and 100"),
        ("8;40,0;20,0;40,0", "no video ID and four shares"),
        ("eight;40,0;20,0;20,0;20,0", "no video ID and four shares"),
        ("623;38,5;12,5;9,0;40,0", "twice, with the same values"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_rest_is_read(tmp_path, row, said):
    read = table(tmp_path, written(delimiter=";", decimal=",") + row + "\n")
    assert list(read.values) == list(ROWS)
    (fault,) = read.faults
    assert said in fault
    assert "truth.csv, line 5" in fault


def test_of_two_rows_that_contradict_each_other_none_is_used(tmp_path):
    read = table(tmp_path, written() + "623,40,20,20,20\n")
    assert list(read.values) == [7, 15]
    assert "neither was used" in read.faults[0]


def test_rounded_shares_may_miss_100_by_a_point_and_a_half(tmp_path):
    read = table(tmp_path, "1,30,20,11,40\n2,30,20,12,40\n")
    assert list(read.values) == [1]


@pytest.mark.parametrize("text", ["", "nothing here\n", "1;2\n", "a,b,c,d,e\n"])
def test_what_is_no_table_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(SetError, match=r"truth\.csv holds no row of five columns"):
        table(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("623", 623), ("623.mkv", 623), ("a.mkv", None), ("", None), ("²", None), ("1.5", None)],
)
def test_a_video_is_named_by_a_number(text, number):
    assert video_id(text) == number


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "videos").mkdir()
    for one in ROWS:
        (tmp_path / "videos" / f"{one}.mkv").touch()
    (tmp_path / "anything.csv").write_text(written())
    return tmp_path


@pytest.mark.parametrize("digits", ["9223372036854775808", 5000 * "9"])
def test_a_number_that_no_database_keeps_is_no_video(tmp_path, digits):
    assert video_id(f"{digits}.mkv") is None
    read = table(tmp_path, written(ROWS | {digits: (25, 25, 25, 25)}))
    assert read.values.keys() == ROWS.keys()
    [fault] = read.faults
    assert "is no video ID" in fault
    assert len(fault) < 200


def test_a_cell_that_never_ends_is_told_in_one_line(tmp_path):
    with pytest.raises(SetError, match=r"truth\.csv: .*; is a quotation mark left open\?$"):
        table(tmp_path, written() + '"' + 140_000 * "x")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_in_utf_16_is_called_so(tmp_path, encoding):
    with pytest.raises(SetError, match=r"truth\.csv is written in UTF-16"):
        table(tmp_path, written(), encoding)


def test_rows_find_their_videos(folder):
    (folder / ".motiscope").mkdir()
    (folder / "videos" / "Thumbs.db").touch()
    found = open_set(folder)
    assert found.faults == ()
    assert [(item.video_id, item.path.name) for item in found.items] == [
        (one, f"{one}.mkv") for one in ROWS
    ]


def test_what_does_not_match_is_named_in_one_line_each(folder):
    videos = folder / "videos"
    (videos / "7.mkv").unlink()
    for name in ("99.mkv", "notes.mkv", "0015.avi"):
        (videos / name).touch()
    found = open_set(folder)
    assert [item.video_id for item in found.items] == [623, 15]
    assert len(found.faults) == 4
    for said in ("video 7: ", "99.mkv: no row", "notes.mkv: ", "15.mkv: has the ID of 0015.avi"):
        assert sum(said in fault for fault in found.faults) == 1


def test_the_folder_of_videos_may_have_another_name(folder):
    (folder / "videos").rename(folder / "recordings")
    (folder / "papers").mkdir()
    assert len(open_set(folder).items) == 3


def test_what_is_no_set_is_refused(folder):
    with pytest.raises(SetError, match="no such folder"):
        open_set(folder / "gone")
    (folder / "other.csv").write_text("")
    with pytest.raises(SetError, match=r"anything\.csv, other\.csv"):
        open_set(folder)
    (folder / "other.csv").unlink()
    (folder / "anything.csv").write_text("1,20,20,20,40\n")
    with pytest.raises(SetError, match="no row of the table belongs to a video"):
        open_set(folder)
    (folder / "videos").rename(folder / ".videos")
    with pytest.raises(SetError, match="one folder of videos"):
        open_set(folder)
