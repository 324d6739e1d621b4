"""Pieces of track are joined where one fits the other, and sooner after a short gap."""

import tracemalloc

import numpy as np
import pytest

from inference.looks import LOOKS
from inference.pool import Pool
from inference.stitching import StitchSettings, stitch
from inference.tracks import Detections
from tests.inference.scenes import RATE_HZ, SCALE, Cell, detect, hide, swimmer

SPEED_UM_S = 40.0
LENGTH = 50


def joined(gap_s: float, misfit: float, settings: StitchSettings, inside_um: float = 50.0) -> bool:
    """Whether a swimmer is joined that goes on beside its line, so many standard deviations off."""
    gap = round(gap_s * RATE_HZ)
    path = swimmer((0, 50), (SPEED_UM_S, 0), 2 * LENGTH + gap)
    spread_um = settings.place_um + settings.place_growth * SPEED_UM_S * (gap + 1) / RATE_HZ / 2
    path[LENGTH : LENGTH + gap] = np.nan
    path[LENGTH + gap :, 1] += misfit * spread_um
    pool = Pool.of(detect([Cell(path)], noise_um=0.02), SCALE)
    pieces = (pool.row >= LENGTH).astype(np.int64)
    label = stitch(pool, pieces, np.full(len(pieces), inside_um), settings)
    return len(np.unique(label)) == 1


@pytest.mark.parametrize("gap_s", [0.1, 0.3, 0.6])
def test_what_goes_straight_on_is_one_cell(gap_s: float) -> None:
    assert joined(gap_s, 0.0, StitchSettings())


def test_the_same_misfit_counts_for_more_after_a_long_gap() -> None:
    assert joined(0.1, 2.6, StitchSettings())
    assert not joined(0.6, 2.6, StitchSettings())
    assert joined(0.6, 2.6, StitchSettings(gap_weight=0.0))


def test_nothing_is_joined_beyond_the_horizon() -> None:
    assert not joined(1.3, 0.0, StitchSettings())
    assert joined(1.3, 0.0, StitchSettings(horizon_s=1.5))
    assert joined(0.9, 0.0, StitchSettings())


@pytest.mark.parametrize(("inside_um", "expected"), [(2.0, False), (4.0, True)])
def test_what_swims_off_at_the_edge_hardly_comes_back(inside_um: float, expected: bool) -> None:
    assert joined(0.3, 1.8, StitchSettings(), inside_um) is expected
    assert joined(0.3, 0.0, StitchSettings(), inside_um)
    still = StitchSettings(leaving_um_s=2 * SPEED_UM_S)
    assert joined(0.3, 1.8, still, inside_um)


@pytest.mark.parametrize("own", [0, 1])
def test_of_two_that_go_on_as_well_the_one_that_looks_alike_is_joined(own: int) -> None:
    looks = [LOOKS * (60.0,), LOOKS * (90.0,)]
    path = swimmer((0, 50), (SPEED_UM_S, 0), 2 * LENGTH)
    after = [path + np.array([0, off_um]) for off_um in (-3, 3)]
    far = [np.tile((300.0 + 30 * i, 50.0), (2 * LENGTH, 1)) for i in range(12)]
    cells = [
        Cell(hide(path, slice(LENGTH - 5, None)), looks=looks[own]),
        *(
            Cell(hide(beside, slice(0, LENGTH)), looks=one)
            for beside, one in zip(after, looks, strict=True)
        ),
        *(Cell(place, looks=LOOKS * (70.0,)) for place in far),
    ]
    pool = Pool.of(detect(cells, noise_um=0.02), SCALE)
    places = np.array([path, *after, *far])
    apart = np.hypot(*np.moveaxis(places[:, pool.row] - pool.xy_um, -1, 0))
    apart[0, pool.row >= LENGTH] = np.inf
    label = apart.argmin(axis=0)
    inside_um = np.full(len(label), 50.0)
    joined = stitch(pool, label.astype(np.int64), inside_um, StitchSettings())
    assert np.unique(joined[label == 1 + own]).tolist() == np.unique(joined[label == 0]).tolist()
    assert len(np.unique(joined[label < 3])) == 2


def test_a_long_recording_takes_no_memory_for_each_pair_of_its_pieces() -> None:
    """3000 pieces make 9 million pairs, 72 MB for one number of each."""
    pieces, length = 3000, 4
    rng = np.random.default_rng(0)
    places_px = rng.uniform(0, 6000, (pieces, 2))
    found, labels = [], []
    for frame in range(pieces + length):
        here = np.arange(max(0, frame - length + 1), min(frame + 1, pieces))
        each = np.ones(len(here))
        looks = np.full((len(here), LOOKS), np.nan)
        found.append(
            Detections(
                frame, frame / RATE_HZ, places_px[here], np.full((len(here), 2), 10.0), each, each,
                each, each, looks, np.empty((0, 2)),
            )
        )  # fmt: skip
        labels.append(here)
    pool, label = Pool.of(found, SCALE), np.concatenate(labels)
    tracemalloc.start()
    stitch(pool, label, np.full(len(label), 50.0), StitchSettings())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6
