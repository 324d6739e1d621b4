"""Picture files: whole ones come back, of damaged ones nothing is printed but by the caller."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.picture_file import decoded
from tests.acquisition.recordings import picture

PNG = cv2.imencode(".png", picture(0))[1].tobytes()


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_a_picture_comes_back(suffix: str) -> None:
    content = cv2.imencode(suffix, picture(3))[1].tobytes()
    np.testing.assert_array_equal(decoded(content, cv2.IMREAD_ANYDEPTH), picture(3))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.8, 0.97])
def test_of_a_truncated_picture_nothing_is_printed(
    suffix: str, part: float, capfd: pytest.CaptureFixture[str]
) -> None:
    content = cv2.imencode(suffix, picture(0))[1].tobytes()
    assert decoded(content[: round(part * len(content))], cv2.IMREAD_ANYDEPTH) is None
    assert capfd.readouterr() == ("", "")


@given(st.integers(0, len(PNG) - 1))
def test_every_truncated_png_is_noticed(size: int) -> None:
    assert decoded(PNG[:size], cv2.IMREAD_ANYDEPTH) is None


@pytest.mark.parametrize("place", [20, 200, 2_000, len(PNG) - 2])
def test_a_damaged_png_is_noticed_and_nothing_is_printed(
    place: int, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(PNG)
    content[place] ^= 4
    assert decoded(bytes(content), cv2.IMREAD_ANYDEPTH) is None
    assert capfd.readouterr() == ("", "")


def test_a_picture_that_says_it_is_larger_than_any_is_damaged() -> None:
    content = bytearray(cv2.imencode(".bmp", picture(0))[1].tobytes())
    content[18:26] = 2 * (2**20).to_bytes(4, "little")
    assert decoded(bytes(content), cv2.IMREAD_ANYDEPTH) is None
