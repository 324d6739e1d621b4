"""Every cell swims as its grade says, at any time, without a jump."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquisition.specimen.population import draw_swimmers
from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.swimming import Floats, Swimmers, anchors_um, motion, reach_um

SAMPLE = SpecimenSettings(seed=5, cells_per_mm2=1_500, extent_um=1_000)
LIMITS_UM_S = {0: (25.0, 100.0), 1: (5.0, 25.0), 2: (0.0, 5.0), 3: (0.0, 2.0)}


def heads_um(cells: Swimmers, time_s: float) -> Floats:
    return anchors_um(cells, time_s) + motion(cells, time_s).offset_um


def of_grade(cells: Swimmers, grade: int) -> Swimmers:
    return cells.take(np.flatnonzero(cells.grade == grade))


@pytest.mark.parametrize("grade", LIMITS_UM_S)
def test_net_speed_over_a_second_keeps_to_the_grade_at_every_time(grade: int) -> None:
    cells = of_grade(draw_swimmers(SAMPLE), grade)
    low, high = LIMITS_UM_S[grade]
    for start in np.linspace(0, 60, 121):
        net = np.hypot(*(heads_um(cells, start + 1) - heads_um(cells, start)).T)
        assert net.min() >= low
        assert net.max() < high


@pytest.mark.parametrize("grade", [0, 1, 2])
def test_cells_with_a_beat_move_more_along_their_path_than_from_end_to_end(grade: int) -> None:
    cells = of_grade(draw_swimmers(SAMPLE), grade)
    steps = [heads_um(cells, t) for t in np.arange(0, 1.001, 0.01)]
    path = sum(np.hypot(*(b - a).T) for a, b in pairwise(steps))
    net = np.hypot(*(steps[-1] - steps[0]).T)
    assert (path > net).all()


def test_dead_cells_do_not_beat_but_some_jiggle() -> None:
    dead = of_grade(draw_swimmers(SAMPLE), 3)
    assert not dead.wobble_um.any()
    assert not dead.yaw_rad.any()
    track = np.array([heads_um(dead, t) for t in np.linspace(0, 60, 600)])
    spread = track.std(axis=0).mean(axis=1)
    assert spread.min() > 0.01
    assert spread.max() < 0.4


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), time_s=st.floats(0, 120))
def test_no_head_jumps(seed: int, time_s: float) -> None:
    cells = draw_swimmers(SpecimenSettings(seed=seed, cells_per_mm2=200, extent_um=800))
    step = heads_um(cells, time_s + 1e-3) - heads_um(cells, time_s)
    # The fastest head: 90 µm/s ahead and a lateral beat of 2 µm at 20 Hz, 250 µm/s.
    assert np.hypot(*step.T).max(initial=0) < 0.35


@settings(max_examples=25, deadline=None)
@given(time_s=st.floats(0, 600))
def test_heads_stay_within_reach_of_their_anchor(time_s: float) -> None:
    cells = draw_swimmers(SAMPLE)
    offset = motion(cells, time_s).offset_um
    assert (np.abs(offset).max(axis=1) <= reach_um(cells) + 1e-9).all()
