"""What floats beside the cells: grains, rings, clumps, bright specks and round cells."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.sprites import (
    CLUMPS,
    DOT_RADII_UM,
    HEAD_PHASES_RAD,
    HEAD_SHAPES,
    ROUND_CELLS,
)

TILE_UM = 200.0


class ThingKind(StrEnum):
    """What a thing that is no spermatozoon looks like."""

    GRAIN = "grain"
    SPECK = "bright speck"
    CLUMP = "clump"
    LOOSE_HEAD = "loose head"
    ROUND_CELL = "round cell"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is no spermatozoon.

    Attributes:
        kind: What it looks like.
        x_um: Place in fluid coordinates.
        y_um: Place in fluid coordinates.
        height_um: Height above the middle of the fluid.
        angle_rad: Turn of its picture.
        size_um: Diameter.
        sprite: Name and arguments of its picture, without the focus level.
        gain: Strength of its picture.
        size: Magnification of its picture.
    """

    kind: ThingKind
    x_um: float
    y_um: float
    height_um: float
    angle_rad: float
    size_um: float
    sprite: tuple[str, tuple[int, ...]]
    gain: float
    size: float


def _sprite(rng: np.random.Generator, kind: ThingKind) -> tuple[tuple[str, tuple[int, ...]], float]:
    """Return a picture for a kind of thing and its diameter in µm."""
    if kind is ThingKind.ROUND_CELL:
        return ("round", (int(rng.integers(ROUND_CELLS)),)), 9.0
    if kind is ThingKind.CLUMP:
        return ("clump", (int(rng.integers(CLUMPS)),)), 4.0
    if kind is ThingKind.LOOSE_HEAD:
        shape, bright = rng.integers(HEAD_SHAPES), rng.integers(len(HEAD_PHASES_RAD))
        return ("head", (int(shape), int(bright))), 4.6
    dense = kind is ThingKind.SPECK
    weights = np.array([4, 5, 4, 3, 1.5, 0.5]) if not dense else np.array([1, 1, 2, 2, 2, 1])
    size = int(rng.choice(len(DOT_RADII_UM), p=weights / weights.sum()))
    return ("dot", (size, int(dense))), 2 * DOT_RADII_UM[size]


def _thing(rng: np.random.Generator, kind: ThingKind, corner: tuple[float, float]) -> Thing:
    sprite, size_um = _sprite(rng, kind)
    x, y = rng.uniform(0, TILE_UM, 2) + corner
    size = float(rng.uniform(0.6, 1.2) if kind is ThingKind.CLUMP else rng.uniform(0.85, 1.2))
    return Thing(
        kind=kind,
        x_um=float(x),
        y_um=float(y),
        height_um=float(rng.normal(0, rng.choice([1.0, 4.0]))),
        angle_rad=float(rng.uniform(-np.pi, np.pi)),
        size_um=size_um * size,
        sprite=sprite,
        gain=float(rng.uniform(0.35, 1.1)),
        size=size,
    )


@lru_cache(maxsize=4096)
def tile(settings: SpecimenSettings, column: int, row: int) -> tuple[Thing, ...]:
    """Return what floats in one square of TILE_UM; the same square always holds the same."""
    rng = np.random.default_rng([settings.seed, 3, column % 2**32, row % 2**32])
    area = (TILE_UM / 1000) ** 2
    debris = settings.debris_per_mm2 * area
    tailless = settings.tailless_share * settings.cells_per_mm2 * area
    expected = {
        ThingKind.GRAIN: 0.86 * debris,
        ThingKind.SPECK: 0.02 * debris,
        ThingKind.CLUMP: 0.12 * debris,
        ThingKind.LOOSE_HEAD: tailless,
        ThingKind.ROUND_CELL: settings.round_cells_per_mm2 * area,
    }
    corner = (column * TILE_UM, row * TILE_UM)
    return tuple(
        _thing(rng, kind, corner)
        for kind, mean in expected.items()
        for _ in range(rng.poisson(mean))
    )


def things_within(
    settings: SpecimenSettings, low_um: tuple[float, float], high_um: tuple[float, float]
) -> list[Thing]:
    """Return the things in a rectangle of fluid coordinates."""
    columns = range(int(low_um[0] // TILE_UM), int(high_um[0] // TILE_UM) + 1)
    rows = range(int(low_um[1] // TILE_UM), int(high_um[1] // TILE_UM) + 1)
    return [
        thing
        for column in columns
        for row in rows
        for thing in tile(settings, column, row)
        if low_um[0] <= thing.x_um <= high_um[0] and low_um[1] <= thing.y_um <= high_um[1]
    ]
