"""Samples drawn from simulated specimens, each in another light."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from enum import IntEnum
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import (
    CellTruth,
    FieldView,
    Illumination,
    Scene,
    Specimen,
    SwimGrade,
    random_settings,
)
from inference.training.instants import around
from inference.training.samples import Sample

WIDTH_PX, HEIGHT_PX = 640, 480
# A human box is drawn with air around the head.
BOX_UM = 8.0
# Further out of focus than this, people disagree whether it is a cell: nothing is learned there.
UNSURE_DEFOCUS_UM = 10.0
UNSURE_RADIUS_UM = 6.0
MARGIN_PX = 4.0
# Far more than men have: few scenes must show many, or too few are learned from.
PINHEAD_SHARE = (0.4, 1.0)
WOUND_SHARE = (0.1, 0.8)


class Kind(IntEnum):
    """What is to be seen in scenes."""

    ANY = 0
    PINHEADS = 1
    """Some of the cells are tails with hardly a head, and none to be found."""
    BRIGHT_FIELD = 2
    """Heads are dark; some of the unmoving ones are round, with their tails wound round."""


class SimulatedSpecimens:
    """A pool of drawn scenes, kept in a folder; scene k of a seed is always the same.

    Args:
        folder: Where the scenes are kept; those that are missing are drawn.
        seed: Seed of the pool.
        scenes: How many.
        kind: What is to be seen in them.
    """

    def __init__(self, folder: Path, seed: int, scenes: int, kind: Kind = Kind.ANY) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"-{kind.name.lower().replace('_', '-')}" if kind else ""
        self.files = [folder / f"{seed}{name}-{scene:05d}.npz" for scene in range(scenes)]
        missing = [(seed, k, kind, file) for k, file in enumerate(self.files) if not file.exists()]
        if missing:
            with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
                list(workers.map(_keep_scene, *zip(*missing, strict=True), chunksize=8))

    def draw(self, rng: np.random.Generator) -> Sample:
        """Return one of the scenes."""
        return load_scene(self.files[int(rng.integers(len(self.files)))])


def load_scene(file: Path) -> Sample:
    """Read a scene that was kept."""
    with np.load(file) as kept:
        values = {name: kept[name] for name in kept.files}
    return Sample(um_per_px=float(values.pop("um_per_px")), **values)


def _keep_scene(seed: int, scene: int, kind: Kind, file: Path) -> None:
    """Draw one scene and write it, whole or not at all."""
    cv2.setNumThreads(1)
    sample = _draw_scene(seed, scene, kind)
    partial = file.with_suffix(".part")
    with partial.open("wb") as out:
        np.savez(
            out,
            **{
                one.name: getattr(sample, one.name)
                for one in fields(sample)
                if one.name != "complete"
            },
        )
    partial.replace(file)


def _draw_scene(seed: int, scene: int, kind: Kind) -> Sample:
    # Each kind has a chance of its own.
    rng = np.random.default_rng((seed, scene, kind) if kind else (seed, scene))
    settings = _settings(rng, kind)
    view = FieldView(Specimen(settings.specimen), settings.optics, WIDTH_PX, HEIGHT_PX)
    return draw_sample(view, float(rng.uniform(1, 30)), around(rng))


def _settings(rng: np.random.Generator, kind: Kind) -> Scene:
    settings = random_settings(rng)
    if kind is Kind.PINHEADS:
        share = float(rng.uniform(*PINHEAD_SHARE))
        return replace(settings, specimen=replace(settings.specimen, pinhead_share=share))
    if kind is Kind.BRIGHT_FIELD:
        while settings.optics.illumination is not Illumination.BRIGHT_FIELD:
            settings = random_settings(rng)
        share = float(rng.uniform(*WOUND_SHARE))
        return replace(settings, specimen=replace(settings.specimen, wound_share=share))
    return settings


def draw_sample(view: FieldView, time_s: float, around_s: NDArray[np.float64]) -> Sample:
    """Draw pictures around an instant, with the heads of all but the first and the last."""
    um_per_px = np.array([view.optics.um_per_px_x, view.optics.um_per_px_y])
    # The even rows of a woven frame are early, the odd ones late: the cell is seen in between.
    middle_s = time_s + view.optics.interlace_s / 2
    cells = view.cells_in_view(middle_s, margin_px=10 * MARGIN_PX)
    sure = [cell for cell in cells if abs(cell.defocus_um) <= UNSURE_DEFOCUS_UM]
    unsure = [cell for cell in cells if abs(cell.defocus_um) > UNSURE_DEFOCUS_UM]
    return Sample(
        np.stack([view.render(time_s + shift_s) for shift_s in around_s.tolist()]),
        float(um_per_px[0]),
        np.stack(
            [_places(view, middle_s + shift_s, sure) for shift_s in around_s[1:-1].tolist()], axis=1
        ),
        np.tile(BOX_UM / um_per_px, (len(sure), 1)),
        np.array([float(cell.grade is not SwimGrade.IMMOTILE) for cell in sure]),
        np.array([(cell.x_px, cell.y_px) for cell in unsure], np.float64).reshape(-1, 2),
        np.full(len(unsure), UNSURE_RADIUS_UM / float(um_per_px.min())),
    )


def _places(view: FieldView, time_s: float, cells: Sequence[CellTruth]) -> NDArray[np.float64]:
    """Return where the cells are at another time, shape (n, 2), NaN outside the picture."""
    seen = {
        cell.cell_id: (cell.x_px, cell.y_px)
        for cell in view.cells_in_view(time_s, margin_px=MARGIN_PX)
    }
    nowhere = (np.nan, np.nan)
    return np.array([seen.get(cell.cell_id, nowhere) for cell in cells]).reshape(-1, 2)
