"""Where the picture stands still to the last pixel, and where it only seems to."""

import numpy as np
import pytest

from acquisition.frame import Frame
from acquisition.standing import Standing, stands

RATE_HZ = 50.0


def told(values: list[int], *, lost_after: int | None = None) -> str:
    """Watch pictures of noise, drawn by a seed each, and return what is told."""
    drawn = [np.random.default_rng(seed).integers(90, 110, (64, 64), np.uint8) for seed in values]
    frames = [
        Frame(pixels, i + (lost_after is not None and i > lost_after))
        for i, pixels in enumerate(drawn)
    ]
    standing = Standing(RATE_HZ)
    assert list(standing.watched(iter(frames))) == frames
    return " ".join(notice.text for notice in standing.notices())


def test_a_picture_that_stands_for_half_a_second_is_told_with_its_frames() -> None:
    said = told([*range(10), *[99] * 26, *range(10)])
    assert "in frames 10 to 35, 0.5 s in all" in said


def test_it_may_stand_to_the_end_or_from_the_begin_or_all_the_time() -> None:
    assert "in frames 10 to 39, 0.6 s" in told([*range(10), *[99] * 30])
    assert "in frames 0 to 29, 0.6 s" in told([*[99] * 30, *range(10)])
    assert "in frames 0 to 59, 1.2 s" in told([7] * 60)


@pytest.mark.parametrize("values", [[], [1], list(range(100)), [1, 1, 2, 2] * 30, [5] * 25])
def test_what_changes_or_stands_for_less_is_not_told(values: list[int]) -> None:
    assert told(values) == ""


def test_many_stretches_are_told_in_short() -> None:
    said = told([value for stretch in range(5) for value in [stretch] * 26])
    assert "in frames 0 to 25, 26 to 51, 52 to 77 and 2 more times, 2.5 s in all" in said


def test_what_stands_but_for_a_few_frames_is_covered() -> None:
    standing = Standing(RATE_HZ, [(2, 99), (120, 160)])
    assert standing.covers(0, 99)
    assert standing.covers(10, 90)
    assert not standing.covers(0, 119)
    assert not standing.covers(100, 119)


def test_what_was_left_out_is_told_as_such() -> None:
    standing = Standing(RATE_HZ, [(2, 99), (120, 160)])
    titles, frozen = standing.notices([(0, 99)])
    assert (titles.code, frozen.code) == ("titles", "frozen")
    assert "in frames 0 to 99: a title" in titles.text
    assert "in frames 120 to 160, 0.8 s" in frozen.text


def test_frames_that_were_lost_count_as_time() -> None:
    assert "in frames 0 to 25, 0.5 s" in told([7] * 25, lost_after=10)


def test_what_a_codec_does_to_a_picture_that_stands_is_no_change() -> None:
    before = np.full((64, 64), 90, np.uint8)
    coded, swimmer, noise = before.copy(), before.copy(), before.copy()
    coded[8:16, 8:16] += 5
    swimmer[30:34, 30:34] += 30
    noise[np.random.default_rng(1).random(noise.shape) < 0.05] += 1
    assert stands(before, coded)
    assert not stands(before, swimmer)
    assert not stands(before, noise)


def test_frames_are_told_by_the_numbers_that_are_asked_for() -> None:
    standing = Standing(RATE_HZ, [(2, 99), (120, 160)])
    titles, frozen = standing.notices([(0, 99)], number=lambda index: index // 2)
    assert "in frames 0 to 49: a title" in titles.text
    assert "in frames 60 to 80, 0.8 s" in frozen.text
