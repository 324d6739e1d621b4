"""Heads read off drawn maps."""

import numpy as np
import pytest

from inference.heatmap import CHANNELS, HEATS, STRIDE_PX, Channel, Heads, read_heads


def maps_with(peaks: list[tuple[int, int, float, float, float]]) -> np.ndarray:
    """Maps of 30 x 40 cells with peaks of (row, column, score, x offset, y offset) in frame 1."""
    maps = np.zeros((CHANNELS, 30, 40), np.float32)
    maps[HEATS] = -8.0
    for row, column, score, dx, dy in peaks:
        maps[Channel.HEAT + 1, row, column] = np.log(score / (1 - score))
        maps[Channel.PLACE + 2 : Channel.PLACE + 4, row, column] = dx, dy
    return maps


def heads_at(maps: np.ndarray, instant: int, min_score: float) -> Heads:
    heads = read_heads(maps, min_score)
    return heads.of(heads.instant == instant)


def test_a_peak_is_read_to_sub_pixel_with_its_score():
    heads = heads_at(maps_with([(10, 20, 0.8, 0.25, -0.5)]), 1, 0.1)
    assert heads.xy[0] == pytest.approx(((20.25 + 0.5) * STRIDE_PX - 0.5, (9.5 + 0.5) * 4 - 0.5))
    assert heads.score[0] == pytest.approx(0.8, abs=1e-4)
    assert heads.size[0] == pytest.approx((16, 16))


def test_peaks_below_the_least_score_are_left_out():
    heads = heads_at(maps_with([(5, 5, 0.3, 0, 0), (20, 20, 0.6, 0, 0)]), 1, 0.5)
    assert len(heads.score) == 1
    assert heads.score[0] == pytest.approx(0.6, abs=1e-4)


def test_two_peaks_that_point_at_one_place_are_one_head():
    close = maps_with([(10, 10, 0.9, 0.5, 0.0), (10, 12, 0.7, -0.6, 0.0)])
    apart = maps_with([(10, 10, 0.9, 0.0, 0.0), (10, 12, 0.7, 0.0, 0.0)])
    assert len(heads_at(close, 1, 0.1).score) == 1
    assert heads_at(close, 1, 0.1).score[0] == pytest.approx(0.9, abs=1e-4)
    assert len(heads_at(apart, 1, 0.1).score) == 2


def test_an_empty_picture_has_no_heads():
    heads = heads_at(maps_with([]), 1, 0.1)
    assert heads.xy.shape == (0, 2)
    assert heads.size.shape == (0, 2)
    assert heads.score.shape == (0,)


def test_each_frame_has_peaks_of_its_own():
    maps = maps_with([(10, 20, 0.8, 0.0, 0.0)])
    maps[Channel.HEAT + 4, 12, 25] = 2.0
    maps[Channel.PLACE + 8, 12, 25] = 0.5
    maps[Channel.MOVES, 12, 25] = 1.0
    first, now, last = (heads_at(maps, instant, 0.1) for instant in (0, 1, 4))
    assert len(first.score) == 0
    assert now.xy[0] == pytest.approx((20.5 * STRIDE_PX - 0.5, 10.5 * STRIDE_PX - 0.5))
    assert last.xy[0] == pytest.approx((26 * STRIDE_PX - 0.5, 12.5 * STRIDE_PX - 0.5))
    assert last.moves[0] == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-4)
