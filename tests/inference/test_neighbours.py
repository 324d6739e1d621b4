"""Neighbours by sorting against neighbours by comparing all with all."""

import numpy as np
import pytest

from inference.neighbours import Places, near

REACH = 10.0


def drawn(count: int, seed: int) -> Places:
    rng = np.random.default_rng(seed)
    return Places(rng.uniform(-20, 120, (count, 2)), rng.integers(0, 3, count))


@pytest.mark.parametrize("counts", [(80, 60), (1, 1), (0, 5), (5, 0), (0, 0)])
def test_pairs_are_those_of_one_group_within_reach(counts: tuple[int, int]) -> None:
    one, other = drawn(counts[0], 1), drawn(counts[1], 2)
    off = np.hypot(*(one.xy[:, None] - other.xy[None]).transpose(2, 0, 1))
    alike = one.group[:, None] == other.group[None]
    expected = set(zip(*np.nonzero(alike & (off <= REACH)), strict=True))
    found = near(one, other, REACH)
    assert set(zip(found.first, found.second, strict=True)) == expected
    assert len(found.first) == len(expected)
    np.testing.assert_allclose(np.sqrt(found.off2), off[found.first, found.second])
