"""Cells that meet go on as themselves, by what they look like and how they move."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.encounters import EncounterSettings, untangle
from inference.linker import link
from inference.looks import LOOKS
from inference.pool import Pool
from inference.stitching import StitchSettings
from tests.inference.scenes import SCALE, WIDE_UM, Cell, detect, hide, swimmer

FRAMES = 300
MET = 150
BRIGHT, DARK = (90.0, 60.0, 20.0, -5.0), (60.0, 40.0, 20.0, -60.0)
# They hide in each other so long.
HIDDEN = slice(MET - 3, MET + 4)


def crossing(*, turn: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two paths that meet at MET, and there cross, or turn back as if they had bounced."""
    first = swimmer((0, 0), (30, 12), FRAMES)
    second = swimmer((0, 72), (30, -12), FRAMES)
    if not turn:
        return first, second
    return (
        np.concatenate([first[:MET], second[MET:]]),
        np.concatenate([second[:MET], first[MET:]]),
    )


def others() -> list[Cell]:
    """Cells far off, from which the field knows how much looks change by themselves."""
    return [
        Cell(np.tile((300.0 + 40 * i, 50.0), (FRAMES, 1)), looks=LOOKS * (70.0 + i,))
        for i in range(3)
    ]


def pooled(
    *, turn: bool, looks: tuple[tuple[float, ...], tuple[float, ...]] = (BRIGHT, DARK)
) -> tuple[Pool, NDArray[np.int64]]:
    """The two and the others, and which is which."""
    first, second = crossing(turn=turn)
    paths = [hide(first, HIDDEN), second, *(cell.xy_um for cell in others())]
    cells = [Cell(paths[0], looks=looks[0]), Cell(paths[1], looks=looks[1]), *others()]
    pool = Pool.of(detect(cells, noise_um=0.02), SCALE)
    apart = np.array([path[pool.row] for path in paths]) - pool.xy_um
    return pool, np.nanargmin(np.hypot(*np.moveaxis(apart, -1, 0)), axis=0).astype(np.int64)


def exchanged(pool: Pool, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same labels, but from MET on the two go on as each other."""
    after = (pool.row >= MET) & (label < 2)
    return np.where(after, 1 - label, label)


def agree(pool: Pool, one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether two labellings are the same but for the moment of meeting."""
    apart = np.abs(pool.row - MET) > 5
    return bool((one[apart] == other[apart]).all())


def judged(pool: Pool, label: NDArray[np.int64]) -> NDArray[np.int64]:
    return untangle(pool, label, EncounterSettings(), StitchSettings())


@pytest.mark.parametrize("turn", [False, True])
def test_tracks_that_went_on_as_each_other_are_exchanged_back(turn: bool) -> None:
    pool, truth = pooled(turn=turn)
    wrong = exchanged(pool, truth)
    assert not agree(pool, wrong, truth)
    assert agree(pool, judged(pool, wrong), truth)


@pytest.mark.parametrize("turn", [False, True])
def test_tracks_that_are_right_stay(turn: bool) -> None:
    pool, truth = pooled(turn=turn)
    np.testing.assert_array_equal(judged(pool, truth), truth)


def test_where_both_look_alike_motion_decides() -> None:
    pool, truth = pooled(turn=False, looks=(BRIGHT, BRIGHT))
    assert agree(pool, judged(pool, exchanged(pool, truth)), truth)
    np.testing.assert_array_equal(judged(pool, truth), truth)


def test_where_looks_are_not_known_nothing_is_exchanged() -> None:
    unknown = LOOKS * (np.nan,)
    pool, truth = pooled(turn=False, looks=(unknown, unknown))
    wrong = exchanged(pool, truth)
    np.testing.assert_array_equal(judged(pool, wrong), wrong)


def test_each_label_keeps_one_detection_a_frame() -> None:
    pool, truth = pooled(turn=True)
    label = judged(pool, exchanged(pool, truth))
    pairs = np.stack([pool.row, label])
    assert np.unique(pairs, axis=1).shape == pairs.shape


def test_two_that_only_pass_by_do_not_meet() -> None:
    pool, truth = pooled(turn=True)
    near = EncounterSettings(reach_um=0.01)
    wrong = exchanged(pool, truth)
    np.testing.assert_array_equal(untangle(pool, wrong, near, StitchSettings()), wrong)


def test_two_that_meet_twice_are_told_apart_both_times() -> None:
    half = MET // 2
    first = swimmer((0, 0), (30, 24), FRAMES)
    second = swimmer((0, 72), (30, -24), FRAMES)
    first[MET:, 1], second[MET:, 1] = first[:MET, 1][::-1], second[:MET, 1][::-1]
    paths = [first, second, *(cell.xy_um for cell in others())]
    looks = [BRIGHT, DARK]
    cells = [
        *(Cell(path, looks=one) for path, one in zip(paths[:2], looks, strict=True)),
        *others(),
    ]
    pool = Pool.of(detect(cells, noise_um=0.02), SCALE)
    apart = np.array([path[pool.row] for path in paths]) - pool.xy_um
    truth = np.hypot(*np.moveaxis(apart, -1, 0)).argmin(axis=0).astype(np.int64)
    between = (pool.row >= half) & (pool.row < FRAMES - half) & (truth < 2)
    wrong = np.where(between, 1 - truth, truth)
    meeting = np.minimum(np.abs(pool.row - half), np.abs(pool.row - (FRAMES - half)))
    assert (judged(pool, wrong) == truth)[meeting > 6].all()


def test_two_cells_that_turn_in_each_other_keep_their_identities_by_their_looks() -> None:
    first, second = crossing(turn=True)
    cells = [
        Cell(hide(first, HIDDEN), looks=BRIGHT),
        Cell(hide(second, HIDDEN), looks=DARK),
        *others(),
    ]
    tracks = [track for track in link(detect(cells), SCALE, WIDE_UM) if track.xy_um[0, 0] < 200]
    assert len(tracks) == 2
    for track in tracks:
        assert abs(track.xy_um[-1, 1] - track.xy_um[0, 1]) < 10


def test_and_cross_where_nothing_speaks_against_it() -> None:
    first, second = crossing(turn=False)
    cells = [Cell(hide(first, HIDDEN)), Cell(hide(second, HIDDEN))]
    tracks = link(detect(cells), SCALE, WIDE_UM)
    assert len(tracks) == 2
    for track in tracks:
        assert abs(track.xy_um[-1, 1] - track.xy_um[0, 1]) > 60


def test_nothing_found_has_no_meetings() -> None:
    pool = Pool.of([], SCALE)
    assert len(judged(pool, np.empty(0, np.int64))) == 0
