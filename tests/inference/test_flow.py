"""The field's motion from whatever lies about."""

import numpy as np
import pytest

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from inference.drift import measure_drift, measure_field_motion, measure_shake
from inference.flow import SPAN_S, FlowMeter, point_shifts
from inference.linker import link
from tests.inference.scenes import SCALE, WIDE_UM, Cell, detect, swimmer


def view(drift_um_s: tuple[float, float]) -> FieldView:
    """A field of debris and, unless told otherwise, of swimmers alone."""
    specimen = SpecimenSettings(
        seed=5, cells_per_mm2=0, debris_per_mm2=3_000, drift_um_s=drift_um_s, extent_um=1_600
    )
    return FieldView(Specimen(specimen), OpticsSettings(dirt=3))


@pytest.mark.parametrize("drift_um_s", [(0.0, 0.0), (6.0, -3.0), (-14.0, 2.0)])
def test_grains_show_the_drift_where_no_cell_does(drift_um_s: tuple[float, float]) -> None:
    drawn = view(drift_um_s)
    meter = FlowMeter()
    flow = [meter.measure(drawn.render(time_s), time_s) for time_s in np.arange(0, 1.3, 0.1)]
    assert sum(len(one) > 0 for one in flow) == 3
    found = measure_drift((), flow_um_s=SCALE.to_um(np.concatenate(flow)))
    assert found is not None
    np.testing.assert_allclose(found, drift_um_s, atol=0.5)


def test_an_empty_picture_shows_nothing() -> None:
    flat = np.full((120, 160), 90, np.uint8)
    assert point_shifts(flat, flat).shape == (0, 2)
    meter = FlowMeter()
    assert meter.measure(flat, 0.0).shape == (0, 2)
    assert meter.measure(flat, 2 * SPAN_S).shape == (0, 2)
    assert measure_drift((), flow_um_s=np.empty((0, 2))) is None


def test_points_that_agree_in_nothing_show_no_drift() -> None:
    flow = np.random.default_rng(0).uniform(-40, 40, (300, 2))
    assert measure_drift((), flow_um_s=flow) is None


def shaken(shake_um: np.ndarray, cells: int = 12) -> list[Cell]:
    rng = np.random.default_rng(2)
    frames = len(shake_um)
    return [
        Cell(swimmer(rng.uniform(40, 280, 2), rng.normal(0, 20, 2), frames) + shake_um)
        for _ in range(cells)
    ]


def test_what_all_cells_do_at_once_is_the_stage() -> None:
    time_s = np.arange(150) / 50
    shake_um = 1.5 * np.stack([np.sin(2 * np.pi * 4 * time_s), np.cos(2 * np.pi * 4 * time_s)], 1)
    tracks = link(detect(shaken(shake_um), noise_um=0.15), SCALE, WIDE_UM)
    motion = measure_field_motion(tracks, time_s, np.empty((0, 2)))
    inner = slice(30, -30)
    np.testing.assert_allclose(motion.shake_um[inner], shake_um[inner], atol=0.35)
    steady = motion.steadied(tracks[0]).xy_um
    even = np.diff(steady[inner], axis=0)
    assert even.std(axis=0).max() < 0.75 * np.diff(tracks[0].xy_um[inner], axis=0).std(axis=0).max()


@pytest.mark.parametrize("cells", [3, 12])
def test_a_steady_stage_is_left_alone(cells: int) -> None:
    time_s = np.arange(150) / 50
    tracks = link(detect(shaken(np.zeros((150, 2)), cells), noise_um=0.15), SCALE, WIDE_UM)
    assert not measure_shake(tracks, time_s).any()
