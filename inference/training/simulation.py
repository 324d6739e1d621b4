"""Samples drawn from simulated specimens, each in another light."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import CellTruth, FieldView, Specimen, ThingTruth, random_settings
from inference.training.samples import Sample

WIDTH_PX, HEIGHT_PX = 640, 480
# A human box is drawn with air around the head.
BOX_UM = 8.0
# Further out of focus than this, people disagree whether it is a cell: nothing is learned there.
UNSURE_DEFOCUS_UM = 10.0
UNSURE_RADIUS_UM = 6.0


class SimulatedSpecimens:
    """A pool of drawn scenes; scene k of a seed is always the same."""

    def __init__(self, seed: int, offset_s: float, scenes: int) -> None:
        self._scenes = list(_draw_scenes(seed, offset_s, scenes))

    def draw(self, rng: np.random.Generator) -> Sample:
        """Draw one of the scenes."""
        return self._scenes[int(rng.integers(len(self._scenes)))]


def _draw_scenes(seed: int, offset_s: float, scenes: int) -> Iterator[Sample]:
    for scene in range(scenes):
        rng = np.random.default_rng((seed, scene))
        settings = random_settings(rng)
        view = FieldView(Specimen(settings.specimen), settings.optics, WIDTH_PX, HEIGHT_PX)
        yield draw_sample(view, float(rng.uniform(1, 30)), offset_s * float(rng.uniform(0.8, 1.2)))


def draw_sample(view: FieldView, time_s: float, offset_s: float) -> Sample:
    """Draw three pictures around an instant with the heads of the middle one."""
    pictures = np.stack([view.render(time_s + shift_s) for shift_s in (-offset_s, 0.0, offset_s)])
    um_per_px = np.array([view.optics.um_per_px_x, view.optics.um_per_px_y])
    cells = view.cells_in_view(time_s, margin_px=4.0)
    sure = [cell for cell in cells if abs(cell.defocus_um) <= UNSURE_DEFOCUS_UM]
    unsure = [cell for cell in cells if abs(cell.defocus_um) > UNSURE_DEFOCUS_UM]
    return Sample(
        pictures,
        float(um_per_px[0]),
        _xy(sure),
        np.tile(BOX_UM / um_per_px, (len(sure), 1)),
        _xy(unsure),
        np.full(len(unsure), UNSURE_RADIUS_UM / float(um_per_px.min())),
    )


def _xy(seen: list[CellTruth] | list[ThingTruth]) -> NDArray[np.float64]:
    return np.array([(one.x_px, one.y_px) for one in seen], np.float64).reshape(-1, 2)
