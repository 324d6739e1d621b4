"""How probable a track is: the detector's median, and the sorter's mean where it looked."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from calibration.scale import Scale
from inference.linker import link
from inference.pool import Pool
from inference.sieve import CellSettings, Sieve
from tests.inference.scenes import WIDE_UM, Cell, alone, detect, swimmer

SCALE = Scale(0.5, 0.5, "given")
SETTINGS = CellSettings()


def still_cell(score: float, log_odds: dict[int, float] | None = None):
    """One cell that lies still for a second, looked at in some frames."""
    found = [
        alone(frame, frame / 50, np.full((1, 2), 100.0), np.array([score])) for frame in range(50)
    ]
    for frame, value in (log_odds or {}).items():
        found[frame] = replace(found[frame], log_odds=np.array([value]))
    return found


def probability_of(found) -> float:
    pool = Pool.of(found, SCALE)
    sieve = Sieve(pool, pool, WIDE_UM, drift_is_known=True, dark=False)
    return sieve.probability(np.arange(len(pool)), SETTINGS)


def test_without_a_look_the_detectors_median_counts():
    offset, weight = SETTINGS.unlooked
    wanted = expit(offset + weight * np.log(0.6 / 0.4))
    assert probability_of(still_cell(0.6)) == pytest.approx(wanted)


def test_the_mean_of_the_looks_counts_beside_it():
    offset, detector, sorter = SETTINGS.looked
    wanted = expit(offset + detector * np.log(0.6 / 0.4) + sorter * 2.0)
    assert probability_of(still_cell(0.6, {2: 1.0, 22: 3.0})) == pytest.approx(wanted)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_no_score_is_sure(score):
    assert 0 < probability_of(still_cell(score)) < 1


@pytest.mark.parametrize(
    ("score", "looks", "kept"),
    [(0.6, {2: 5.0}, 1), (0.9, {2: -5.0, 22: -6.0}, 0), (0.6, {}, 0), (0.9, {}, 1)],
)
def test_the_sorter_can_save_a_faint_cell_and_drop_bright_debris(score, looks, kept):
    assert len(link(still_cell(score, looks), SCALE, WIDE_UM)) == kept


CORNERS_UM = np.array([[20.0, 20.0], [180.0, 180.0]])
# Shows how long the field goes on.
LASTING = [Cell(swimmer((60, 60), (0, 0), 50))]


@pytest.mark.parametrize(
    ("start_um", "seen", "kept"),
    [
        ((170, 100), slice(0, 6), True),  # swims out at once
        ((100, 100), slice(0, 6), False),  # is lost in mid-field
        ((170, 100), slice(20, 26), False),  # is seen long after the begin
        ((150, 100), slice(0, 12), True),  # is seen long enough, wherever it goes
        ((178, 100), slice(0, 2), False),  # is hardly seen
    ],
)
def test_what_leaves_at_once_may_be_seen_for_a_shorter_time(start_um, seen, kept):
    path = np.full((50, 2), np.nan)
    path[seen] = swimmer(start_um, (100, 0), 50)[: seen.stop - seen.start]
    found = detect([*LASTING, Cell(path)])
    assert len(link(found, SCALE, CORNERS_UM)) == 1 + kept


def test_in_a_recording_that_ends_at_once_nothing_leaves():
    found = detect(
        [Cell(swimmer((170, 100), (100, 0), 6)), *(Cell(one.xy_um[:6]) for one in LASTING)]
    )
    assert not link(found, SCALE, CORNERS_UM)
