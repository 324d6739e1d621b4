"""Where the fields of a replicate lie, how long each is filmed, and when there are enough."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from acquisition.stage import Position, StageLimits

MIN_COUNTED = 200
MIN_FIELDS = 5
MIN_DURATION_S = 5.0
MAX_DURATION_S = 10.0
# Where at least this many cells are visible, the shortest clip is enough.
MANY_CELLS = 20
# Draws in a row that may miss before the area counts as full.
_MAX_MISSES = 20_000


class FieldPlanError(ValueError):
    """Fields of this size cannot be placed; the text gives the sizes."""


def coverslip_area(
    width_um: float = 22_000.0, height_um: float = 22_000.0, edge_um: float = 5_000.0
) -> StageLimits:
    """Return the part of a coverslip that may be examined, in µm from its centre.

    WHO asks for fields at least 5 mm from the edge, where the drop is dried out and drifts.

    Raises:
        FieldPlanError: If the coverslip is too small to have such a part.
    """
    half_x_um, half_y_um = width_um / 2 - edge_um, height_um / 2 - edge_um
    if not (half_x_um > 0 and half_y_um > 0):
        raise FieldPlanError(
            f"a coverslip of {width_um / 1000:g} x {height_um / 1000:g} mm has no place "
            f"{edge_um / 1000:g} mm from its edge"
        )
    return StageLimits(-half_x_um, half_x_um, -half_y_um, half_y_um)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """Random fields that do not overlap, drawn by seed: the same seed gives the same fields.

    Fields come in batches. Each batch is drawn at random and then put in an order that makes a
    short way for the stage. The first batch is as large as the least number of fields, so all of
    it is examined. Of a later one the examination may need but a part, and what is nearest must
    not be likelier to be in it: the stage goes round it in a loop that begins at a random field,
    in a random direction, so that every field of the batch is as likely to be the first, the
    second and so on.

    Attributes:
        seed: Seed of the draw.
        field_width_um: Width of a field.
        field_height_um: Height of a field.
        area: Where whole fields may lie.
        clearance_um: Least gap between two fields, for the stage's own error.
    """

    seed: int
    field_width_um: float
    field_height_um: float
    area: StageLimits = field(default_factory=coverslip_area)
    clearance_um: float = 20.0

    def __post_init__(self) -> None:
        sizes = (self.field_width_um, self.field_height_um)
        if not all(math.isfinite(size) and size > 0 for size in sizes):
            raise FieldPlanError(f"a field of {sizes[0]:g} x {sizes[1]:g} µm has no size")
        width_um, height_um = self._room_um()
        if width_um < 0 or height_um < 0:
            raise FieldPlanError(
                f"a field of {sizes[0]:g} x {sizes[1]:g} µm does not fit into "
                f"{width_um + sizes[0]:g} x {height_um + sizes[1]:g} µm"
            )

    def positions(self) -> Iterator[Position]:
        """Yield the centres of the fields, in the order to visit them, as many as there is room.

        Raises:
            FieldPlanError: If the area is full.
        """
        rng, turns = np.random.default_rng(self.seed), np.random.default_rng([self.seed, 1])
        taken = np.empty((0, 2))
        while True:
            for _ in range(MIN_FIELDS):
                taken = np.vstack([taken, self._draw(rng, taken)])
            batch = taken[-MIN_FIELDS:]
            first = len(taken) == MIN_FIELDS
            for centre in _short_way(np.zeros(2), batch) if first else _loop(batch, turns):
                yield Position(float(centre[0]), float(centre[1]))

    def _room_um(self) -> tuple[float, float]:
        area = self.area
        return (
            area.x_max_um - area.x_min_um - self.field_width_um,
            area.y_max_um - area.y_min_um - self.field_height_um,
        )

    def _draw(self, rng: np.random.Generator, taken: np.ndarray) -> np.ndarray:
        corner = np.array([self.area.x_min_um, self.area.y_min_um])
        size = np.array([self.field_width_um, self.field_height_um])
        for _ in range(_MAX_MISSES):
            centre = corner + size / 2 + rng.random(2) * self._room_um()
            apart = np.abs(taken - centre) >= size + self.clearance_um
            if apart.any(axis=1).all():
                return centre
        raise FieldPlanError(
            f"no room for another field of {size[0]:g} x {size[1]:g} µm after {len(taken)} fields"
        )


def field_duration_s(visible_cells: int) -> float:
    """Return how long to film a field in s: 5 with 20 or more cells visible, up to 10 with few.

    In between, the time is such that cells times seconds stay the same.

    Raises:
        ValueError: If the number of cells is negative.
    """
    if visible_cells < 0:
        raise ValueError(f"{visible_cells} visible cells")
    wanted_s = MIN_DURATION_S * MANY_CELLS / max(visible_cells, 1)
    return min(max(wanted_s, MIN_DURATION_S), MAX_DURATION_S)


def replicate_finished(
    counted: int, fields: int, min_counted: int = MIN_COUNTED, min_fields: int = MIN_FIELDS
) -> bool:
    """Whether a replicate has its spermatozoa, at least 200 in at least 5 fields by WHO."""
    return counted >= min_counted and fields >= min_fields


def _short_way(start: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Order points, shape (n, 2), into a way from `start` that does not cross itself."""
    return _untangled(np.vstack([start, points]))[1:]


def _loop(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Order points, shape (n, 2), as a loop that does not cross itself, from a random one on."""
    closed = _untangled(np.vstack([points, points[:1]]), closed=True)[:-1]
    turned = np.roll(closed, rng.integers(len(closed)), axis=0)
    return turned[:: rng.choice((-1, 1))]


def _untangled(way: np.ndarray, *, closed: bool = False) -> np.ndarray:
    """Make a way shorter until it does not cross itself; its begin, and where closed its end, stay.

    Turns a stretch of the way round for as long as that makes it shorter (2-opt); two stretches
    that cross can always be made shorter.
    """
    end = len(way) - 1 if closed else len(way)
    shorter = True
    while shorter:
        shorter = False
        for first in range(1, end - 1):
            for last in range(first + 1, end):
                turned = np.vstack([way[:first], way[first : last + 1][::-1], way[last + 1 :]])
                if _length(turned) < _length(way) - 1e-6:
                    way, shorter = turned, True
    return way


def _length(way: np.ndarray) -> float:
    return float(np.hypot(*np.diff(way, axis=0).T).sum())
