"""Heads centred on drawn pictures."""

import cv2
import numpy as np
import pytest

from inference.centring import FARTHEST_PX
from inference.centring import centred as centred_in

BACKGROUND = 90


def centred(picture: np.ndarray, xy: np.ndarray) -> np.ndarray:
    return centred_in([(picture, BACKGROUND)], np.zeros(len(xy), np.int64), xy)


def drawn(places: list[tuple[float, float]], grey: int) -> np.ndarray:
    picture = np.full((80, 120), BACKGROUND, np.uint8)
    for x, y in places:
        at = (round(x * 16), round(y * 16))
        cv2.ellipse(picture, at, (5 * 16, 3 * 16), 30, 0, 360, grey, -1, cv2.LINE_AA, shift=4)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


@pytest.mark.parametrize("grey", [230, 20])
@pytest.mark.parametrize("off", [(0.0, 0.0), (1.5, -0.8), (-1.2, 1.2)])
def test_a_head_is_centred_whether_bright_or_dark(grey: int, off: tuple[float, float]) -> None:
    place = np.array([[50.3, 40.7]])
    found = centred(drawn([(50.3, 40.7)], grey), place + off)
    np.testing.assert_allclose(found, place, atol=0.55)


def test_noise_and_a_rough_guess_hardly_move_a_head() -> None:
    rng = np.random.default_rng(0)
    clean = drawn([(50.3, 40.7)], 200).astype(float)
    found = [
        centred(
            np.clip(clean + rng.normal(0, 3, clean.shape), 0, 255).astype(np.uint8),
            np.array([[50.3, 40.7]]) + rng.uniform(-1, 1, 2),
        )[0]
        for _ in range(100)
    ]
    assert np.std(found, axis=0).max() < 0.3


def test_a_point_beside_something_else_stays() -> None:
    asked = np.array([[50.0, 40.0]])
    found = centred(drawn([(57.0, 40.0)], 230), asked)
    assert np.hypot(*(found - asked)[0]) <= FARTHEST_PX


@pytest.mark.parametrize("place", [(0.0, 0.0), (119.0, 79.0), (-0.4, 40.0)])
def test_points_at_the_edge_and_no_points_are_no_trouble(place: tuple[float, float]) -> None:
    picture = drawn([place], 230)
    assert np.isfinite(centred(picture, np.array([place]))).all()
    assert centred(picture, np.empty((0, 2))).shape == (0, 2)


def test_an_even_picture_moves_nothing() -> None:
    asked = np.array([[30.2, 30.9]])
    flat = np.full((60, 60), BACKGROUND, np.uint8)
    np.testing.assert_allclose(centred(flat, asked), asked)
