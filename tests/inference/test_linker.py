"""Linking: identities kept through noise, gaps, crossings and lost frames."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.linker import link
from tests.inference.scenes import RATE_HZ, SCALE, WIDE_UM, Cell, detect, hide, swimmer

FRAMES = 100


def test_nothing_found_gives_no_tracks() -> None:
    assert link([], SCALE, WIDE_UM) == ()
    assert link(detect([Cell(np.full((20, 2), np.nan))]), SCALE, WIDE_UM) == ()


def test_one_swimmer_is_one_track_with_its_times_and_places() -> None:
    path = swimmer((20, 30), (60, -10), FRAMES)
    (track,) = link(detect([Cell(path)], noise_um=0), SCALE, WIDE_UM)
    np.testing.assert_array_equal(track.frame, np.arange(FRAMES))
    np.testing.assert_allclose(track.time_s, np.arange(FRAMES) / RATE_HZ)
    np.testing.assert_allclose(track.xy_um, path, atol=1e-9)
    np.testing.assert_allclose(track.size_um, 5.0)
    assert not track.interpolated.any()
    assert track.track_id == 1


@pytest.mark.parametrize("speed_um_s", [0, 5, 40, 90, 150])
@pytest.mark.parametrize("rate_hz", [25, 50, 100])
def test_cells_of_every_speed_stay_whole(speed_um_s: float, rate_hz: float) -> None:
    frames = int(rate_hz)
    cells = [
        Cell(swimmer((20 + 40 * i, 20), (0, speed_um_s), frames, rate_hz=rate_hz)) for i in range(4)
    ]
    tracks = link(detect(cells, rate_hz=rate_hz), SCALE, WIDE_UM)
    assert [len(track) for track in tracks] == [frames] * 4


def test_two_cells_that_cross_keep_their_identities() -> None:
    first = swimmer((0, 0), (50, 30), FRAMES)
    second = swimmer((0, 60), (50, -30), FRAMES)
    tracks = link(detect([Cell(first), Cell(second)]), SCALE, WIDE_UM)
    assert len(tracks) == 2
    for track in tracks:
        rises = track.xy_um[-1, 1] - track.xy_um[0, 1]
        assert abs(rises) == pytest.approx(60, abs=2)


def test_two_cells_that_hide_in_each_other_are_told_apart_again() -> None:
    first = swimmer((0, 0), (40, 20), FRAMES)
    second = swimmer((0, 40), (40, -20), FRAMES)
    met = slice(45, 56)
    tracks = link(detect([Cell(first), Cell(hide(second, met))]), SCALE, WIDE_UM)
    assert len(tracks) == 2
    assert {round(track.xy_um[-1, 1] - track.xy_um[0, 1], -1) for track in tracks} == {40.0, -40.0}


def test_a_swimmer_out_of_focus_is_found_again_and_its_path_bridged() -> None:
    path = swimmer((0, 50), (40, 0), FRAMES)
    (track,) = link(detect([Cell(hide(path, slice(40, 65)))], noise_um=0.05), SCALE, WIDE_UM)
    np.testing.assert_array_equal(np.flatnonzero(track.interpolated), np.arange(40, 65))
    np.testing.assert_allclose(track.xy_um, path, atol=0.3)
    assert (track.score[40:65] == 0).all()
    assert np.isnan(track.activity[40:65]).all()


def test_a_cell_that_lies_still_stays_one_cell_for_the_whole_field() -> None:
    lying = np.tile((50.0, 50.0), (500, 1))
    for begin, end in ((30, 60), (100, 300), (400, 460)):
        lying = hide(lying, slice(begin, end))
    (track,) = link(detect([Cell(lying)]), SCALE, WIDE_UM)
    assert len(track) == 500


def test_cells_that_lie_still_in_a_drifting_field_stay_whole() -> None:
    drift = swimmer((0, 0), (7, 4), 300)
    lying = [np.tile((40.0 + 40 * i, 50.0), (300, 1)) + drift for i in range(4)]
    lying[2] = hide(lying[2], slice(120, 240))
    tracks = link(detect([Cell(path) for path in lying]), SCALE, WIDE_UM)
    assert [len(track) for track in tracks] == [300] * 4


def test_a_cell_that_appears_where_none_was_lying_is_another() -> None:
    first = hide(np.tile((50.0, 50.0), (200, 1)), slice(100, None))
    second = hide(np.tile((60.0, 50.0), (200, 1)), slice(0, 120))
    assert len(link(detect([Cell(first), Cell(second)]), SCALE, WIDE_UM)) == 2


def wobble(frames: int, amplitude_um: float) -> NDArray[np.float64]:
    """How a head strays from its mean path as it beats, shape (frames, 2), in µm."""
    turn = 2 * np.pi * 7 * np.arange(frames) / RATE_HZ
    return amplitude_um * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def test_a_head_that_is_answered_at_two_places_for_a_moment_stays_one_cell() -> None:
    path = swimmer((0, 50), (40, 0), FRAMES) + wobble(FRAMES, 1.5)
    neck = path + np.array([0, 3])
    cells = [Cell(hide(path, slice(52, None))), Cell(hide(neck, slice(0, 50)), 0.8)]
    (track,) = link(detect(cells), SCALE, WIDE_UM)
    assert len(track) == FRAMES
    assert not track.interpolated.any()
    assert set(track.score.tolist()) == {0.9, 0.8}


def test_debris_does_not_take_over_the_track_of_a_cell_that_turned_beside_it() -> None:
    before = swimmer((0, 50), (40, 0), 50)
    after = swimmer(before[-1] + (0, -4), (-20, -70), 50)
    path = np.concatenate([before, after]) + wobble(FRAMES, 1.5)
    debris = np.tile(before[-1] + (1, 5), (FRAMES, 1))
    cells = [Cell(hide(path, slice(50, 55))), Cell(hide(debris, slice(0, 53)), 0.55)]
    (track,) = link(detect(cells), SCALE, WIDE_UM)
    assert len(track) == FRAMES
    np.testing.assert_allclose(track.xy_um[55:], path[55:], atol=0.5)


def test_lost_frames_are_time_that_passed() -> None:
    path = swimmer((0, 50), (60, 0), FRAMES)
    lost = range(40, 48)
    (track,) = link(detect([Cell(path)], lost=lost), SCALE, WIDE_UM)
    assert not set(lost) & set(track.frame.tolist())
    assert track.duration_s == pytest.approx((FRAMES - 1) / RATE_HZ)


def test_unequal_pixels_are_measured_in_micrometres() -> None:
    scale = Scale(0.5, 0.25, "drawn")
    path = swimmer((20, 20), (30, 30), FRAMES)
    (track,) = link(detect([Cell(path)], noise_um=0, scale=scale), scale, WIDE_UM)
    np.testing.assert_allclose(track.xy_um, path, atol=1e-9)


def test_doubtful_detections_continue_a_track_but_begin_none() -> None:
    path = swimmer((0, 20), (40, 0), FRAMES)
    sure, faded = (
        Cell(hide(path, slice(30, 60))),
        Cell(hide(hide(path, slice(0, 30)), slice(60, None)), 0.3),
    )
    ghost = Cell(np.tile((100.0, 100.0), (FRAMES, 1)), 0.3)
    (track,) = link(detect([sure, faded, ghost]), SCALE, WIDE_UM)
    assert len(track) == FRAMES
    assert not track.interpolated.any()


def shown_at(path: NDArray[np.float64], score: float, frames: slice) -> Cell:
    """The part of a cell that is seen with one score."""
    seen = np.full_like(path, np.nan)
    seen[frames] = path[frames]
    return Cell(seen, score)


def test_a_cell_that_is_out_of_focus_for_a_while_is_still_a_cell() -> None:
    path = np.tile((50.0, 50.0), (FRAMES, 1))
    cell = [shown_at(path, 0.9, slice(0, 60)), shown_at(path, 0.2, slice(60, None))]
    (track,) = link(detect(cell), SCALE, WIDE_UM)
    assert len(track) == FRAMES


def test_debris_that_looks_like_a_cell_for_a_while_is_still_debris() -> None:
    path = np.tile((50.0, 50.0), (FRAMES, 1))
    debris = [shown_at(path, 0.99, slice(0, 45)), shown_at(path, 0.65, slice(45, None))]
    assert link(detect(debris), SCALE, WIDE_UM) == ()


def lying(count: int, velocity: tuple[float, float] = (0, 0)) -> list[Cell]:
    """Cells that lie still, or drift with everything else."""
    return [Cell(swimmer((30 * i, 200), velocity, FRAMES)) for i in range(count)]


@pytest.mark.parametrize(
    ("speed_um_s", "still", "kept"),
    [
        (40, 8, True),
        (15, 8, False),  # what is as slow may be carried
        (40, 0, False),  # the drift is not known: everything may be carried
    ],
)
def test_what_swims_fast_is_a_cell_though_its_head_is_doubtful(
    speed_um_s: float, still: int, kept: bool
) -> None:
    doubtful = Cell(swimmer((0, 50), (speed_um_s, 0), FRAMES), 0.6)
    tracks = link(detect([doubtful, *lying(still)]), SCALE, WIDE_UM)
    assert len(tracks) == still + kept


def test_doubtful_debris_that_drifts_fast_with_everything_is_still_debris() -> None:
    carried = (40, 10)
    debris = Cell(swimmer((0, 50), carried, FRAMES), 0.6)
    assert len(link(detect([debris, *lying(8, carried)]), SCALE, WIDE_UM)) == 8


CORNERS_UM = np.array([[0.0, 0.0], [200.0, 200.0]])
# Shows how long the field goes on.
LASTING = [Cell(np.tile((50.0, 50.0), (200, 1)))]


@pytest.mark.parametrize(
    ("place_um", "score", "frames", "kept"),
    [
        ((100, 100), 0.85, slice(0, 40), False),  # lost in mid-field
        ((100, 100), 0.95, slice(0, 40), True),  # but plainly a cell
        ((100, 197), 0.85, slice(0, 40), True),  # may have left
        ((100, 100), 0.85, slice(160, 200), True),  # may be there still
        ((100, 100), 0.85, slice(0, 80), True),  # seen for long
    ],
)
def test_what_lies_still_and_is_soon_lost_in_mid_field_is_doubted(
    place_um: tuple[float, float], score: float, frames: slice, kept: bool
) -> None:
    seen = shown_at(np.tile(np.array(place_um, float), (200, 1)), score, frames)
    assert len(link(detect([*LASTING, seen]), SCALE, CORNERS_UM)) == 1 + kept


@pytest.mark.parametrize("speed_um_s", [15, 60])
def test_a_swimmer_that_is_lost_in_mid_field_is_a_cell(speed_um_s: float) -> None:
    seen = shown_at(swimmer((50, 100), (speed_um_s, 0), 200), 0.85, slice(0, 40))
    assert len(link(detect([*LASTING, seen]), SCALE, CORNERS_UM)) == 2


def test_stubs_are_dropped() -> None:
    assert link(detect([Cell(swimmer((0, 0), (20, 0), 10))]), SCALE, WIDE_UM) == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_detection_belongs_to_one_track_at_most(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = [Cell(swimmer(rng.uniform(0, 60, 2), rng.normal(0, 40, 2), 60)) for _ in range(12)]
    found = detect(cells, seed=seed)
    tracks = link(found, SCALE, WIDE_UM)
    used = [
        (int(frame), *xy)
        for track in tracks
        for frame, xy, bridged in zip(track.frame, track.xy_um, track.interpolated, strict=True)
        if not bridged
    ]
    assert len(used) == len(set(used))
    assert [track.track_id for track in tracks] == list(range(1, len(tracks) + 1))
    for track in tracks:
        assert (np.diff(track.frame) == 1).all()


def test_the_same_detections_give_the_same_tracks() -> None:
    cells = [Cell(swimmer((10 * i, 10 * i), (30, i), FRAMES)) for i in range(8)]
    first, second = link(detect(cells), SCALE, WIDE_UM), link(detect(cells), SCALE, WIDE_UM)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.xy_um, other.xy_um)


def test_a_track_has_no_place_where_the_edge_hides_the_middle_of_the_head() -> None:
    """It swims along the left edge, out, and back in after 0.2 s."""
    corners_um = np.array([[0.0, 0.0], [320.0, 240.0]])
    path = swimmer((2.0, 40), (0, 20), FRAMES)
    path[40:50, 0] = 0.5
    path[90:, 0] = 0.2
    (track,) = link(detect([Cell(path)], noise_um=0), SCALE, corners_um)
    np.testing.assert_array_equal(track.frame, [*range(40), *range(50, 90)])
    assert track.xy_um[:, 0].min() == pytest.approx(2.0)
    assert not track.interpolated.any()


@pytest.mark.parametrize(("off_um", "frames"), [(1.5, 90), (2.4, 90), (2.6, FRAMES)])
def test_a_tail_that_follows_its_head_out_is_no_place_of_the_cell(
    off_um: float, frames: int
) -> None:
    corners_um = np.array([[0.0, 0.0], [320.0, 240.0]])
    path = swimmer((off_um + 72, 40), (-40, 0), FRAMES)
    path[90:] = (off_um, 40)
    found = [
        one if one.frame < 90 else replace(one, score=np.full(1, 0.3))
        for one in detect([Cell(path)], noise_um=0)
    ]
    (track,) = link(found, SCALE, corners_um)
    assert len(track) == frames


def test_who_was_never_inside_has_no_track_and_the_others_are_numbered_by_their_begin() -> None:
    corners_um = np.array([[0.0, 0.0], [320.0, 240.0]])
    outside = np.tile((0.4, 100.0), (FRAMES, 1))
    comes_in = swimmer((0.4, 50), (40, 0), FRAMES)
    inside = np.tile((100.0, 100.0), (FRAMES, 1))
    tracks = link(detect([Cell(outside), Cell(comes_in), Cell(inside)]), SCALE, corners_um)
    assert [track.track_id for track in tracks] == [1, 2]
    assert tracks[0].frame[0] == 0
    assert tracks[1].frame[0] > 0
    assert tracks[1].xy_um[0, 0] >= 0.75


def test_a_track_begins_and_ends_where_its_cell_is_seen() -> None:
    """The places in which a gap was bridged are no end."""
    corners_um = np.array([[0.0, 0.0], [320.0, 240.0]])
    path = hide(swimmer((-0.1, 50), (30, 0), FRAMES), slice(2, 6))
    (track,) = link(detect([Cell(path)], noise_um=0), SCALE, corners_um)
    assert track.frame[0] == 6
    assert not track.interpolated[[0, -1]].any()
