"""Pairs of readings for property tests."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

tenths = st.integers(0, 1000).map(lambda value: value / 10)


@st.composite
def pairs(draw: Any, least: int = 6, most: int = 15) -> tuple[np.ndarray, np.ndarray]:
    """Two readers' percentages, neither of them all alike."""
    count = draw(st.integers(least, most))
    column = st.lists(tenths, min_size=count, max_size=count).filter(lambda v: len(set(v)) > 2)
    return np.array(draw(column)), np.array(draw(column))


@st.composite
def related(draw: Any, least: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Two readers who see much the same, with no two values alike."""
    count = draw(st.integers(least, 20))
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = source.uniform(0, 100, count)
    slope = draw(st.floats(0.5, 2))
    return truth + source.normal(0, 3, count), slope * truth + source.normal(0, 3, count)
