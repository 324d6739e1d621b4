"""Everyone's video is found by the list, and whose is missing is named."""

import pytest

from qc.visem.columns import VIDEO_FOLDER
from qc.visem.reader import read_visem
from qc.visem.videos import NoVideoError, find_videos
from tests.qc.visem.made import video_name, write_visem


@pytest.fixture
def folder(tmp_path):
    return write_visem(tmp_path)


def touch(folder, *participants):
    folder.mkdir(exist_ok=True)
    for one in participants:
        (folder / video_name(one)).touch()


def test_everyone_in_the_tables_has_his_video(folder):
    touch(folder / VIDEO_FOLDER, *range(1, 11))
    found = find_videos(folder, read_visem(folder))
    assert found.faults == ()
    assert list(found.paths) == list(range(1, 10))
    assert all(path.name == video_name(one) for one, path in found.paths.items())


def test_videos_may_lie_beside_the_tables(folder):
    touch(folder, 3)
    touch(folder / VIDEO_FOLDER, 4)
    found = find_videos(folder, read_visem(folder))
    assert list(found.paths) == [3, 4]
    assert found.paths[3].parent == folder


def test_a_missing_video_is_named_in_one_line(folder):
    touch(folder / VIDEO_FOLDER, *(one for one in range(1, 10) if one != 7))
    (folder / VIDEO_FOLDER / video_name(7)).mkdir()
    found = find_videos(folder, read_visem(folder))
    assert found.faults == (f"participant 7: no video «{video_name(7)}»; left out",)
    assert 7 not in found.paths


def test_no_video_at_all_is_refused(folder):
    with pytest.raises(NoVideoError, match="none of the 9 videos of the list is there"):
        find_videos(folder, read_visem(folder))


@pytest.mark.real
def test_the_real_list_names_a_video_for_everyone(data_dir, tmp_path):
    real = read_visem(data_dir / "visem-csv")
    for name in real.videos.values():
        (tmp_path / name).touch()
    found = find_videos(tmp_path, real)
    assert (len(found.paths), found.faults) == (82, ())
    assert all(path.name.startswith(f"{one}_") for one, path in found.paths.items())
