"""What the videos of a simulated set show: seeded values, drawn over what laboratories film."""

from dataclasses import dataclass

import numpy as np

from acquisition.dvd import PIXEL_ASPECT, RATE_HZ, SIZE_PX
from acquisition.specimen import GradeMix, MicrometerSettings, OpticsSettings, SpecimenSettings
from acquisition.specimen.settings import REFERENCE_FIELD_MM2
from acquisition.stage import Position

EXTENT_UM = 4_000.0
COLUMNS, ROWS = 8, 10
"""Places on the slide, farther apart than the largest picture is wide and high."""

STEP_UM = (480.0, 390.0)
MOST_FIELDS = COLUMNS * ROWS
MOVE_S = 4.0
"""Time in which the stage moves from field to field, and that is cut out of the film."""

UM_PER_PX_Y = (0.33, 0.55)
CELLS_PER_FIELD = (15.0, 50.0)
MOST_DRIFT_UM_S = 5.0
MIX_EVENNESS = (1.6, 1.0, 0.9, 1.6)
# Training draws its seeds from generators of (1, k); readings are checked on none of those.
SET_SEED = 7_301


class SimulationError(ValueError):
    """A simulated set that cannot be drawn; the text names the value."""


@dataclass(frozen=True, slots=True)
class Footage:
    """How much is filmed.

    Attributes:
        fields: Fields of each video.
        field_s: Shortest and longest time of a field in s.
        micrometer_s: Time of the micrometer in s, 0 for none.
        card_s: Time of a title card in s, 0 for none.

    Raises:
        SimulationError: If there is nothing to film.
    """

    fields: int = 10
    field_s: tuple[float, float] = (5.0, 10.0)
    micrometer_s: float = 4.0
    card_s: float = 2.0

    def __post_init__(self) -> None:
        if not 1 <= self.fields <= MOST_FIELDS:
            raise SimulationError(f"a video has 1 to {MOST_FIELDS} fields, not {self.fields}")
        shortest_s, longest_s = self.field_s
        if not 0.2 <= shortest_s <= longest_s <= 60:
            raise SimulationError("a field lasts 0.2 to 60 s, the shortest no longer than the rest")
        if not (0 <= self.micrometer_s <= 60 and 0 <= self.card_s <= 60):
            raise SimulationError("a micrometer and a title card are shown for 0 to 60 s")


@dataclass(frozen=True, slots=True)
class FilmedField:
    """One field of a video: its place, the specimen's time when it begins, its frames."""

    position: Position
    begin_s: float
    frames: int


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """What one video shows, in this order: card or micrometer, the other one, the fields.

    Attributes:
        video_id: Its number in the set.
        specimen: The sample.
        optics: The microscope.
        slide: The micrometer and how it lies.
        card_first: Whether the title card comes before the micrometer.
        card_frames: Frames of the card.
        micrometer_frames: Frames of the micrometer.
        fields: The fields.
    """

    video_id: int
    specimen: SpecimenSettings
    optics: OpticsSettings
    slide: MicrometerSettings
    card_first: bool
    card_frames: int
    micrometer_frames: int
    fields: tuple[FilmedField, ...]

    @property
    def frames(self) -> int:
        """All frames of the video."""
        before = self.card_frames + self.micrometer_frames
        return before + sum(field.frames for field in self.fields)

    @property
    def cuts(self) -> tuple[int, ...]:
        """The first frame of each field."""
        first = self.card_frames + self.micrometer_frames
        lengths = [0, *(field.frames for field in self.fields[:-1])]
        return tuple(first + int(before) for before in np.cumsum(lengths))


def plan_set(videos: int, seed: int, footage: Footage) -> list[VideoPlan]:
    """Plan so many videos, numbered by chance; video k of a seed is always the same.

    Raises:
        SimulationError: If no video is asked for.
    """
    if videos < 1:
        raise SimulationError(f"a set has at least one video, not {videos}")
    numbers = np.random.default_rng((SET_SEED, seed)).permutation(max(999, 3 * videos)) + 1
    return [_plan_video(int(numbers[k]), (SET_SEED, seed, k), footage) for k in range(videos)]


def _plan_video(video_id: int, seed: tuple[int, ...], footage: Footage) -> VideoPlan:
    rng = np.random.default_rng(seed)
    optics = _optics(rng)
    return VideoPlan(
        video_id,
        _specimen(rng, optics),
        optics,
        _slide(rng),
        card_first=bool(rng.random() < 0.5),
        card_frames=round(footage.card_s * RATE_HZ),
        micrometer_frames=round(footage.micrometer_s * RATE_HZ),
        fields=_fields(rng, footage),
    )


def _optics(rng: np.random.Generator) -> OpticsSettings:
    um_per_px_y = float(np.exp(rng.uniform(*np.log(UM_PER_PX_Y))))
    return OpticsSettings(
        um_per_px_x=um_per_px_y * float(PIXEL_ASPECT),
        um_per_px_y=um_per_px_y,
        background=float(rng.uniform(70, 130)),
        unevenness=float(rng.uniform(0, 0.15)),
        texture=float(rng.uniform(0, 1)),
        contrast=float(rng.uniform(0.6, 1.1)),
        tail_contrast=float(rng.uniform(0.6, 1.2)),
        blur_px=float(rng.uniform(0.4, 1)),
        noise=float(rng.uniform(0.8, 2.5)),
        focus_um=float(np.clip(rng.normal(0, 0.6), -1.5, 1.5)),
        dirt=int(rng.integers(0, 10)),
        seed=int(rng.integers(2**31)),
    )


def _specimen(rng: np.random.Generator, optics: OpticsSettings) -> SpecimenSettings:
    width_px, height_px = SIZE_PX
    field_mm2 = width_px * height_px * optics.um_per_px_x * optics.um_per_px_y * 1e-6
    mix = rng.dirichlet(MIX_EVENNESS) + 0.01
    drift_um_s, direction = rng.uniform(0, MOST_DRIFT_UM_S), rng.uniform(0, 2 * np.pi)
    return SpecimenSettings(
        seed=int(rng.integers(2**31)),
        cells_per_mm2=float(np.exp(rng.uniform(*np.log(CELLS_PER_FIELD)))) / field_mm2,
        mix=GradeMix(*(float(share) for share in mix)),
        drift_um_s=(float(drift_um_s * np.cos(direction)), float(drift_um_s * np.sin(direction))),
        debris_per_mm2=float(np.exp(rng.uniform(*np.log((20, 300))))) / REFERENCE_FIELD_MM2,
        round_cells_per_mm2=float(rng.uniform(0.2, 3)) / REFERENCE_FIELD_MM2,
        focus_spread_um=float(rng.uniform(0.6, 1.6)),
        tailless_share=float(rng.uniform(0, 0.02)),
        extent_um=EXTENT_UM,
    )


def _slide(rng: np.random.Generator) -> MicrometerSettings:
    return MicrometerSettings(
        angle_rad=float(rng.uniform(-0.2, 0.2)),
        line_width_um=float(rng.uniform(1.5, 3)),
        centre=Position(float(rng.uniform(-80, 80)), float(rng.uniform(-40, 40))),
        dark_lines=bool(rng.random() < 0.7),
        depth=float(rng.uniform(0.4, 0.8)),
    )


def _fields(rng: np.random.Generator, footage: Footage) -> tuple[FilmedField, ...]:
    places = rng.permutation(MOST_FIELDS)[: footage.fields]
    fields, now_s = [], float(rng.uniform(1, 20))
    for place in places.tolist():
        frames = round(float(rng.uniform(*footage.field_s)) * RATE_HZ)
        x = (place % COLUMNS - (COLUMNS - 1) / 2) * STEP_UM[0]
        y = (place // COLUMNS - (ROWS - 1) / 2) * STEP_UM[1]
        fields.append(FilmedField(Position(x, y), now_s, frames))
        now_s += frames / RATE_HZ + MOVE_S
    return tuple(fields)
