"""Drift: found whether most cells swim or hardly any does, and never made up."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.drift import DriftSettings, measure_drift, measure_field_motion
from inference.linker import link
from inference.tracks import Track
from tests.inference.scenes import SCALE, WIDE_UM, Cell, detect

FRAMES = 150
DRIFT = np.array([6.0, -3.0])
REST = np.zeros(2)


def field(swimming: int, lying: int, seed: int = 0) -> tuple[Track, ...]:
    """Cells on a lattice, so that they do not meet, some of them swimming with a wobble."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(FRAMES) / 50
    cells = []
    for i in range(swimming + lying):
        home = np.array([60.0 + 120 * (i % 5), 60.0 + 120 * (i // 5)])
        heading = rng.uniform(0, 2 * np.pi)
        ahead, across = np.array(
            [[np.cos(heading), np.sin(heading)], [-np.sin(heading), np.cos(heading)]]
        )
        path = np.tile(home, (FRAMES, 1))
        if i < swimming:
            beat = np.sin(2 * np.pi * 9 * time_s + i)
            path = (
                home + rng.uniform(10, 30) * time_s[:, None] * ahead + 1.5 * beat[:, None] * across
            )
        activity = 5.0 if i < swimming else 1.0
        cells.append(Cell(path + time_s[:, None] * DRIFT, activity=activity))
    return link(detect(cells, noise_um=0.15, seed=seed), SCALE, WIDE_UM)


@pytest.mark.parametrize(("swimming", "lying"), [(22, 3), (12, 12), (2, 20), (0, 5)])
def test_drift_is_found(swimming: int, lying: int) -> None:
    found = measure_drift(field(swimming, lying), still_activity=1.6)
    assert found is not None
    np.testing.assert_allclose(found, DRIFT, atol=0.5)


@pytest.mark.parametrize(("swimming", "lying"), [(20, 0), (20, 2), (0, 2), (0, 0)])
def test_drift_is_unknown_where_nothing_shows_it(swimming: int, lying: int) -> None:
    assert measure_drift(field(swimming, lying), still_activity=1.6) is None


@pytest.mark.parametrize("seed", range(5))
def test_swimmers_alone_are_never_taken_for_drift(seed: int) -> None:
    assert measure_drift(field(24, 0, seed)) is None


def even_swimmers(count: int, seed: int, drift: NDArray[np.float64] = REST) -> tuple[Track, ...]:
    """Slow cells on a lattice that swim straight and evenly, each its own way, in a drift."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(FRAMES)[:, None] / 50
    homes = [np.array([60.0 + 90 * (i % 10), 60.0 + 90 * (i // 10)]) for i in range(count)]
    ways = drift + rng.normal(0, 10, (count, 2))
    cells = [Cell(home + time_s * way, activity=5.0) for home, way in zip(homes, ways, strict=True)]
    return link(detect(cells, noise_um=0.15, seed=seed), SCALE, WIDE_UM)


def test_a_few_of_a_crowd_that_swim_alike_by_chance_are_no_drift() -> None:
    found = [measure_drift(even_swimmers(60, seed), still_activity=1.6) for seed in range(12)]
    assert sum(one is not None for one in found) <= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_that_only_swims_shows_a_strong_drift_by_what_it_does_on_average(seed: int) -> None:
    strong = np.array([12.0, -6.0])
    found = measure_drift(even_swimmers(90, seed, strong), still_activity=1.6)
    assert found is not None
    np.testing.assert_allclose(found, strong, atol=4)


@pytest.mark.parametrize(("grains", "scattered"), [(60, 40), (60, 500), (14, 0)])
def test_grains_show_the_drift_among_flow_that_swimmers_scatter(
    grains: int, scattered: int
) -> None:
    rng = np.random.default_rng(grains + scattered)
    flow = [DRIFT + rng.normal(0, 0.3, (grains, 2)), rng.normal(0, 12, (scattered, 2))]
    found = measure_drift(even_swimmers(30, 1), 1.6, np.concatenate(flow))
    assert found is not None
    np.testing.assert_allclose(found, DRIFT, atol=0.3)


def test_scattered_flow_alone_shows_no_drift() -> None:
    flow = np.random.default_rng(2).normal(0, 12, (600, 2))
    assert measure_drift(even_swimmers(30, 1), 1.6, flow) is None


def test_grains_that_hardly_stand_out_show_the_drift_by_how_closely_they_agree() -> None:
    rng = np.random.default_rng(3)
    # Swimmers that are seen again and again, and three grains.
    ways = np.repeat(rng.normal(0, 10, (80, 2)), 10, axis=0)
    scattered = ways + rng.normal(0, 1, ways.shape)
    grains = DRIFT + rng.normal(0, 0.1, (45, 2))
    loose = replace(DriftSettings(), fine_samples=1000)
    flow = np.concatenate([grains, scattered])
    assert measure_drift(even_swimmers(30, 1), 1.6, flow, loose) is None
    found = measure_drift(even_swimmers(30, 1), 1.6, flow)
    assert found is not None
    np.testing.assert_allclose(found, DRIFT, atol=0.1)


def test_brief_swimmers_do_not_make_a_few_cells_that_stick_sure() -> None:
    """Three cells stick to the glass; whatever else lies about drifts, and five swim by."""
    time_s = np.arange(FRAMES) / 50
    stuck = [Cell(np.tile([60.0 + 90 * i, 60.0], (FRAMES, 1)), activity=1.0) for i in range(3)]
    brief = [
        Cell(
            np.where(time_s[:, None] < 0.14, [60.0 + 90 * i, 300.0] + time_s[:, None] * 20, np.nan),
            activity=np.nan,
        )
        for i in range(5)
    ]
    flow = np.random.default_rng(0).normal((6.0, 0.0), 0.2, (200, 2))
    for cells in (stuck, stuck + brief):
        found = measure_drift(link(detect(cells), SCALE, WIDE_UM), 2.0, flow)
        assert found is not None
        np.testing.assert_allclose(found, (6.0, 0.0), atol=0.3)


def test_one_swimmer_that_is_seen_again_and_again_shows_no_drift() -> None:
    rng = np.random.default_rng(4)
    one = rng.normal((31.0, 4.0), 0.1, (17, 2))
    flow = np.concatenate([one, rng.normal(0, 12, (300, 2))])
    assert measure_drift(even_swimmers(30, 1), 1.6, flow) is None


@pytest.mark.parametrize("shake_um", [0.0, 0.7, 3.0])
def test_drift_is_found_on_a_stage_that_shakes(shake_um: float) -> None:
    time_s = np.arange(FRAMES) / 50
    shake = shake_um * np.sin(2 * np.pi * 7.6 * time_s)[:, None] * np.array([0.8, 0.6])
    moved = shake + time_s[:, None] * DRIFT
    homes = [(60.0 + 40 * (i % 5), 60.0 + 40 * (i // 5)) for i in range(15)]
    tracks = link(detect([Cell(home + moved, activity=1.0) for home in homes]), SCALE, WIDE_UM)
    # What lies about, looked at every 0.3 s, seems to go elsewhere when the stage shakes.
    flow = np.tile(DRIFT if not shake_um else [9.0, 1.5], (100, 1))
    motion = measure_field_motion(tracks, time_s, flow, still_activity=2.0)
    assert motion.velocity_um_s is not None
    np.testing.assert_allclose(motion.velocity_um_s, DRIFT, atol=0.3)
    assert motion.shake_rms_um == pytest.approx(shake_um / np.sqrt(2), abs=0.25 * shake_um)
