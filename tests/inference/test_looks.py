"""What heads look like, on drawn pictures."""

import cv2
import numpy as np
import pytest

from inference.looks import DARKEST_PX, LOOKS, RINGS_PX, head_looks

BACKGROUND = 90


def drawn(*discs: tuple[tuple[int, int], float, int]) -> np.ndarray:
    """Discs (place, radius, grey) on an even picture."""
    picture = np.full((80, 120), BACKGROUND, np.uint8)
    rows, columns = np.mgrid[:80, :120]
    for (x, y), radius, grey in discs:
        picture[np.hypot(columns - x, rows - y) <= radius] = grey
    return picture


def looks(picture: np.ndarray, *places: tuple[float, float]) -> np.ndarray:
    return head_looks(
        [(picture, BACKGROUND)], np.zeros(len(places), np.int64), np.array(places).reshape(-1, 2)
    )


def test_a_disc_shines_as_far_as_it_reaches() -> None:
    (seen,) = looks(drawn(((50, 40), RINGS_PX[0], 190)), (50.3, 39.6))
    np.testing.assert_allclose(seen, [100, 0, 0, 0], atol=1e-4)
    (seen,) = looks(drawn(((50, 40), RINGS_PX[1], 190)), (50.3, 39.6))
    np.testing.assert_allclose(seen, [100, 100, 0, 0], atol=1e-4)


def test_a_dark_cap_is_seen_on_whatever_side() -> None:
    head = ((50, 40), 2.0, 190)
    caps = [
        looks(drawn(head, ((50 + x, 40 + y), 1.0, 30)), (50, 40))[0] for x, y in ((5, 0), (0, -5))
    ]
    np.testing.assert_allclose(caps[0], caps[1], atol=1e-4)
    assert caps[0][-1] == BACKGROUND * -1 + 30
    assert caps[0][0] == pytest.approx(100)


def test_what_is_farther_off_is_not_its_own() -> None:
    (seen,) = looks(drawn(((50 + DARKEST_PX + 2, 40), 1.0, 0)), (50, 40))
    np.testing.assert_array_equal(seen, 0)


@pytest.mark.parametrize("place", [(0, 0), (119, 79), (-3.0, 40.0), (60.0, 90.0)])
def test_beyond_the_picture_is_background(place: tuple[float, float]) -> None:
    (seen,) = looks(np.full((80, 120), BACKGROUND, np.uint8), place)
    np.testing.assert_array_equal(seen, 0)


def test_each_head_is_looked_at_in_its_own_picture_against_its_own_background() -> None:
    bright, dark = drawn(((50, 40), 9.0, 190)), np.full((80, 120), 30, np.uint8)
    seen = head_looks(
        [(bright, BACKGROUND), (dark, 30)], np.array([0, 1]), np.full((2, 2), (50.0, 40.0))
    )
    np.testing.assert_allclose(seen, [[100] * LOOKS, [0] * LOOKS], atol=1e-4)


def test_no_heads_have_no_looks() -> None:
    assert looks(drawn()).shape == (0, LOOKS)


def test_a_head_looks_alike_wherever_between_the_px_it_lies() -> None:
    at = []
    for off in np.linspace(0, 1, 5):
        picture = np.full((80, 120), BACKGROUND, np.uint8)
        centre = (round((50 + off) * 16), 40 * 16)
        cv2.ellipse(picture, centre, (5 * 16, 3 * 16), 30, 0, 360, 200, -1, cv2.LINE_AA, shift=4)
        at.append(looks(cv2.GaussianBlur(picture, (0, 0), 0.8), (50 + off, 40))[0])
    assert np.ptp(at, axis=0).max() < 0.1 * 110
