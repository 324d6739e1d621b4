"""Close-ups: cut where they are asked for, each picture in its place."""

import numpy as np
import pytest

from inference.closeups import BRIGHTEST, PICTURES, SIDE_PX, close_ups

BEFORE, MEAN, MIDDLE, AFTER = range(PICTURES)
HALF_PX = SIDE_PX // 2


@pytest.fixture
def contrasts():
    """Seven pictures, each flat at a quarter of its number."""
    return np.repeat(np.arange(7, dtype=np.float32) / 4, 90 * 120).reshape(7, 90, 120)


def test_it_shows_before_the_mean_of_the_row_its_middle_and_after(contrasts):
    contrasts[3] = 2.5
    cut = close_ups(contrasts, np.array([[60.0, 45.0]]))
    assert cut.shape == (1, PICTURES, SIDE_PX, SIDE_PX)
    means = cut[0].mean(axis=(1, 2))
    assert means[[BEFORE, MIDDLE, AFTER]] == pytest.approx([0, 2.5, 1.5])
    assert means[MEAN] == pytest.approx((0.25 + 0.5 + 2.5 + 1 + 1.25) / 5)


@pytest.mark.parametrize("at", [(60.0, 45.0), (60.25, 44.5), (30.75, 61.0)])
def test_its_middle_is_the_point_to_sub_pixel(at):
    rows, columns = np.mgrid[:90, :120]
    spot = np.exp(-((columns - at[0]) ** 2 + (rows - at[1]) ** 2) / 18).astype(np.float32)
    cut = close_ups(np.repeat(spot[None], 7, axis=0), np.array([at]))[0, MIDDLE]
    line = np.arange(SIDE_PX) - (SIDE_PX - 1) / 2
    centre = np.array([(cut.sum(axis) * line).sum() / cut.sum() for axis in (0, 1)])
    assert centre == pytest.approx([0, 0], abs=0.02)


def test_beyond_the_picture_lies_background(contrasts):
    cut = close_ups(contrasts, np.array([[0.0, 0.0]]))[0, AFTER]
    assert (cut[: HALF_PX - 1] == 0).all()
    assert (cut[:, : HALF_PX - 1] == 0).all()
    assert (cut[HALF_PX + 1 :, HALF_PX + 1 :] == 1.5).all()


def test_what_is_brighter_or_darker_than_was_learned_is_cut_off(contrasts):
    contrasts[:] = np.array([-5.0, 5.0, 5.0, 5.0, 5.0, 5.0, -5.0])[:, None, None]
    cut = close_ups(contrasts, np.array([[60.0, 45.0]]))
    assert cut.min() == pytest.approx(-BRIGHTEST)
    assert cut.max() == pytest.approx(BRIGHTEST)


def test_nothing_asked_for_is_nothing_cut(contrasts):
    assert close_ups(contrasts, np.empty((0, 2))).shape == (0, PICTURES, SIDE_PX, SIDE_PX)
