"""The sample is one world: the same wherever, whenever and in whatever order it is asked."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from acquisition.specimen.settings import GradeMix, SpecimenError, SpecimenSettings
from acquisition.specimen.specimen import CellsNear, Specimen

SAMPLE = SpecimenSettings(seed=9, cells_per_mm2=300, extent_um=3_000)


def inside(cells: CellsNear, half_um: float) -> dict[int, np.ndarray]:
    shown = (np.abs(cells.xy_um) <= half_um).all(axis=1)
    ids = cells.swimmers.cell_id[shown]
    return dict(zip(ids.tolist(), cells.xy_um[shown], strict=True))


def test_density_and_mix_are_what_was_asked_for() -> None:
    specimen = Specimen(replace(SAMPLE, mix=GradeMix(0.4, 0.3, 0.2, 0.1)))
    expected = 300 * 9
    assert abs(len(specimen) - expected) < 4 * np.sqrt(expected)
    cells = specimen.cells_near(0, 0, 1_500, 0.0)
    shares = np.bincount(cells.swimmers.grade, minlength=4) / len(cells.swimmers)
    assert shares == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=0.05)


@pytest.mark.parametrize("time_s", [0.0, 0.49, 3.3, 59.9])
def test_a_small_region_holds_what_the_large_one_shows_there(time_s: float) -> None:
    specimen = Specimen(replace(SAMPLE, drift_um_s=(7.0, -3.0)))
    large = inside(specimen.cells_near(100, 50, 600, time_s), 150)
    small = inside(specimen.cells_near(100, 50, 150, time_s), 150)
    assert len(large) > 10
    assert large.keys() == small.keys()
    for cell_id, place in large.items():
        np.testing.assert_allclose(place, small[cell_id])


def test_the_order_of_questions_does_not_matter() -> None:
    first, second = Specimen(SAMPLE), Specimen(SAMPLE)
    first.cells_near(900, -400, 200, 12.0)
    first.cells_near(0, 0, 200, 55.0)
    expected = inside(second.cells_near(0, 0, 200, 2.0), 200)
    got = inside(first.cells_near(0, 0, 200, 2.0), 200)
    assert got.keys() == expected.keys()


def test_seeds_make_different_samples() -> None:
    here = Specimen(SAMPLE).cells_near(0, 0, 200, 0.0).xy_um
    there = Specimen(replace(SAMPLE, seed=10)).cells_near(0, 0, 200, 0.0).xy_um
    assert here.shape != there.shape or not np.allclose(here, there)


def test_another_field_shows_other_cells() -> None:
    specimen = Specimen(SAMPLE)
    here = inside(specimen.cells_near(-600, 0, 160, 0.0), 160)
    there = inside(specimen.cells_near(600, 0, 160, 0.0), 160)
    assert here
    assert there
    assert not here.keys() & there.keys()


def test_the_corners_of_the_stage_show_cells_of_their_own() -> None:
    specimen = Specimen(SpecimenSettings(seed=1))
    seen = [
        inside(specimen.cells_near(x, y, 160, 30.0), 160).keys()
        for x in (-6_000, 0, 6_000)
        for y in (-6_000, 0, 6_000)
    ]
    assert all(len(cells) > 20 for cells in seen)
    assert len(set().union(*seen)) == sum(len(cells) for cells in seen)


def test_cells_swim_out_of_the_field_and_others_in() -> None:
    specimen = Specimen(SAMPLE)
    before = inside(specimen.cells_near(0, 0, 160, 0.0), 160).keys()
    after = inside(specimen.cells_near(0, 0, 160, 10.0), 160).keys()
    assert before & after
    assert before - after
    assert after - before


def test_drift_carries_every_cell_alike() -> None:
    still = inside(Specimen(SAMPLE).cells_near(0, 0, 300, 4.0), 300)
    moved = Specimen(replace(SAMPLE, drift_um_s=(6.0, -2.0)))
    drifted = inside(moved.cells_near(24.0, -8.0, 300, 4.0), 300)
    assert still.keys() == drifted.keys()
    for cell_id, place in still.items():
        np.testing.assert_allclose(place, drifted[cell_id], atol=1e-9)


def test_swimming_cells_change_their_height_slowly_and_dead_ones_keep_it() -> None:
    specimen = Specimen(SAMPLE)
    heights = [specimen.cells_near(0, 0, 1_500, t).height_um for t in (0.0, 0.1, 3.0)]
    dead = specimen.cells_near(0, 0, 1_500, 0.0).swimmers.grade == 3
    assert np.abs(heights[1] - heights[0]).max() < 0.15
    assert np.abs(heights[2] - heights[0])[~dead].max() > 0.3
    assert not (heights[2] - heights[0])[dead].any()


def test_drift_carries_debris() -> None:
    half = (100.0, 100.0)
    still = Specimen(SAMPLE).things_near(0, 0, half, 4.0)
    moved = Specimen(replace(SAMPLE, drift_um_s=(6.0, -2.0))).things_near(24, -8, half, 4.0)
    places = [(thing.x_um, thing.y_um) for thing in still]
    assert places
    assert places == [(thing.x_um, thing.y_um) for thing in moved]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("seed", lambda: SpecimenSettings(seed=-1)),
        ("cells_per_mm2", lambda: SpecimenSettings(cells_per_mm2=-1.0)),
        ("focus_spread_um", lambda: SpecimenSettings(focus_spread_um=float("nan"))),
        ("extent_um", lambda: SpecimenSettings(extent_um=10.0)),
    ],
)
def test_a_sample_that_cannot_be_is_refused_by_name(
    name: str, make: Callable[[], SpecimenSettings]
) -> None:
    with pytest.raises(SpecimenError, match=name):
        make()


@pytest.mark.parametrize("mix", [(0, 0, 0, 0), (1, -1, 1, 1), (float("nan"), 1, 1, 1)])
def test_a_mix_that_is_none_is_refused(mix: tuple[float, float, float, float]) -> None:
    with pytest.raises(SpecimenError, match="mix"):
        GradeMix(*mix)
