"""Counting frames by the camera's ids, and bringing numbers into a camera's range."""

import pytest

from acquisition.cameras.genicam import FrameCounter, Limits, ids_between


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        (0, 1, 0),
        (4, 8, 3),
        (65_534, 65_535, 0),
        (65_535, 1, 0),
        (65_534, 2, 2),
        (70_000, 70_002, 1),
        (9, 9, 0),
        (9, 3, 0),
    ],
)
def test_ids_that_were_skipped(before: int, after: int, between: int) -> None:
    assert ids_between(before, after) == between


def test_damaged_frames_whose_ids_are_missing_are_counted_once() -> None:
    counter = FrameCounter()
    assert counter.arrived(10) == (0, 0)
    counter.failed()
    counter.failed()
    assert counter.arrived(13) == (3, 2)
    assert counter.arrived(14) == (4, 0)


def test_without_ids_damaged_frames_alone_are_known() -> None:
    counter = FrameCounter()
    counter.failed()
    assert counter.arrived(None) == (1, 1)
    assert counter.arrived(None) == (2, 0)


@pytest.mark.parametrize(
    ("limits", "wanted", "nearest"),
    [
        (Limits(64, 1936, 8), 645, 640),
        (Limits(64, 1936, 8), 10, 64),
        (Limits(64, 1936, 8), 9_999, 1936),
        (Limits(0.5, 160.0), 50.25, 50.25),
        (Limits(1.0, 1e7, 0.1), 2_000.0, 2_000.0),
    ],
)
def test_numbers_go_to_the_step_below(limits: Limits, wanted: float, nearest: float) -> None:
    assert limits.nearest(wanted) == pytest.approx(nearest)
