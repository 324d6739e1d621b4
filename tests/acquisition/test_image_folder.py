"""Folders of numbered images: their order, their gaps, their depth, and faults in one line."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from acquisition.video import open_video
from tests.acquisition.recordings import picture, ramp, read, refusal, write_images


def test_images_are_sorted_by_number_and_timed_by_the_given_rate(tmp_path: Path) -> None:
    names = [f"11_frame_{i}.png" for i in range(12)]
    folder = write_images(tmp_path / "frames", names)
    frames = read(folder, 49.0)
    assert [frame.index for frame in frames] == list(range(12))
    assert all(np.array_equal(frame.pixels, picture(frame.index)) for frame in frames)
    assert [frame.time_us for frame in frames] == [round(i * 1e6 / 49) for i in range(12)]


def test_a_gap_in_the_numbers_is_a_loss(tmp_path: Path) -> None:
    names = [f"f{i:03}.png" for i in (10, 11, 12, 15, 16)]
    frames = read(write_images(tmp_path / "frames", names), 50.0)
    assert [frame.index for frame in frames] == [0, 1, 2, 5, 6]
    assert [frame.lost_before for frame in frames] == [0, 0, 0, 2, 0]
    assert frames[3].time_us == 100_000


def test_every_fifth_number_is_no_loss(tmp_path: Path) -> None:
    names = [f"f{i}.png" for i in (0, 5, 10, 15)]
    frames = read(write_images(tmp_path / "frames", names), 50.0)
    assert [frame.index for frame in frames] == [0, 1, 2, 3]


def test_names_that_are_times_of_day_are_taken_in_order(tmp_path: Path) -> None:
    names = ["2026-05-02T08-30-59.bmp", "2026-05-02T08-31-00.bmp", "2026-05-02T08-31-01.bmp"]
    frames = read(write_images(tmp_path / "frames", names), 1.0)
    assert [frame.index for frame in frames] == [0, 1, 2]


@pytest.mark.parametrize("depth", [10, 12, 14, 16])
def test_images_of_more_bits_are_scaled_by_the_depth_they_use(tmp_path: Path, depth: int) -> None:
    deep = ramp().astype(np.uint16) << (depth - 8)
    names = [f"f{i}.tif" for i in range(3)]
    frames = read(write_images(tmp_path / "frames", names, deep), 50.0)  # type: ignore[arg-type]
    np.testing.assert_array_equal(frames[0].pixels, ramp())


def test_the_hash_of_a_folder_follows_names_and_pictures(tmp_path: Path) -> None:
    names = [f"f{i}.png" for i in range(3)]
    first = open_video(write_images(tmp_path / "a", names), 50.0).info.sha256
    assert open_video(write_images(tmp_path / "b", names), 50.0).info.sha256 == first
    (tmp_path / "b" / "f2.png").rename(tmp_path / "b" / "f3.png")
    assert open_video(tmp_path / "b", 50.0).info.sha256 != first
    write_images(tmp_path / "a", names, np.zeros((48, 64), np.uint8))
    assert open_video(tmp_path / "a", 50.0).info.sha256 != first


def test_other_files_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "frames", [f"f{i}.png" for i in range(3)])
    (folder / "notes.txt").write_text("x")
    (folder / "._f9.png").write_bytes(b"x")
    (folder / "f10.png").mkdir()
    assert len(read(folder, 50.0)) == 3


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "holds no images" in refusal(tmp_path, 50.0)


def test_a_folder_without_a_frame_rate(tmp_path: Path) -> None:
    write_images(tmp_path, [f"f{i}.png" for i in range(3)])
    assert "--frame-rate" in refusal(tmp_path)


def test_a_folder_of_two_images(tmp_path: Path) -> None:
    write_images(tmp_path, ["f0.png", "f1.png"])
    assert "only 2 frames" in refusal(tmp_path, 50.0)


def test_images_of_differing_size(tmp_path: Path) -> None:
    write_images(tmp_path, [f"f{i}.png" for i in range(4)])
    cv2.imwrite(str(tmp_path / "f3.png"), picture(3, 32, 20))
    message = refusal(tmp_path, 50.0)
    assert "f3.png is 32x20 px where the first image is 64x48 px" in message


def test_images_of_differing_depth(tmp_path: Path) -> None:
    write_images(tmp_path, [f"f{i}.png" for i in range(4)])
    cv2.imwrite(str(tmp_path / "f2.png"), picture(2).astype(np.uint16) << 8)
    message = refusal(tmp_path, 50.0)
    assert "f2.png has 16 bits where the first image has 8" in message


@pytest.mark.parametrize("again", ["0001.jpg", "1.png"])
def test_a_picture_that_is_there_twice(tmp_path: Path, again: str) -> None:
    write_images(tmp_path, ["0000.png", "0001.png", "0002.png", again])
    message = refusal(tmp_path, 50.0)
    assert "0001.png" in message
    assert f"{again} " in message
    assert "have the same number" in message


def test_images_of_two_recordings(tmp_path: Path) -> None:
    write_images(tmp_path, ["f0.png", "f1.png", "f2.png", "overview3.png"])
    assert "overview3.png is not numbered like f0.png" in refusal(tmp_path, 50.0)


def test_images_without_numbers(tmp_path: Path) -> None:
    write_images(tmp_path, ["a.png", "b.png", "c.png"])
    assert "a.png has no number" in refusal(tmp_path, 50.0)


@pytest.mark.parametrize("data", [b"", b"no picture", None])
def test_an_image_that_cannot_be_read(tmp_path: Path, data: bytes | None) -> None:
    write_images(tmp_path, [f"f{i}.jpg" for i in range(4)])
    broken = tmp_path / "f2.jpg"
    broken.write_bytes(broken.read_bytes()[:300] if data is None else data)
    assert "f2.jpg cannot be read" in refusal(tmp_path, 50.0)


def test_a_name_may_hold_bytes_that_are_no_text(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "frames", [f"f{i}.png" for i in range(3)])
    for image in list(folder.iterdir()):
        image.rename(folder / f"\udce9{image.name}")
    assert len(read(folder.rename(tmp_path / "fram\udce9s"), 50.0)) == 3
