"""Simulated fields as the detector and the linker see them: tracks whose grade is known."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from acquisition.specimen import FieldView, Specimen, random_settings
from acquisition.specimen.recording import SimulatedRecording
from calibration.scale import Scale
from inference.detector import Detector, HeadDetector
from inference.edge import field_corners_um
from inference.evaluation.true_cells import true_grades
from inference.followed import FollowedField
from inference.grading import FieldConditions, Grade, Thresholds
from inference.identity import joint_identity
from inference.linker import link
from inference.model import read_card, read_heads_card
from inference.sorter import Sorter
from inference.tracks import Track

# A change of what is seen of a field needs a new number: kept ones are not used then.
FIELDS_VERSION = 5
DURATION_S = 4.0
RATES_HZ = (25.0, 25.0, 30.0, 30.0, 40.0, 50.0, 50.0, 60.0, 75.0, 100.0, 150.0)
MOST_CELLS_PER_MM2 = 3_000.0
SHAKEN_SHARE = 0.3
_detector: Detector
_ARRAYS = ("time_s", "xy_um", "size_um", "score", "activity", "moves", "interpolated", "frame")


@dataclass(frozen=True, slots=True, eq=False)
class KnownTrack:
    """A track of a field, steadied, what it was spoilt by, and the true grade of its cell."""

    track: Track
    conditions: FieldConditions
    grade: Grade


def seen_fields(
    folder: Path, seed: int, count: int, heads: Path, cells: Path
) -> Iterator[list[KnownTrack]]:
    """Yield the tracks of simulated fields; each field is drawn once and kept in a folder.

    Args:
        folder: Where the fields are kept.
        seed: Seed of them all.
        count: How many.
        heads: Card of the detector that looks at them.
        cells: Card of the sorter beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    models = joint_identity([read_heads_card(heads).identity, read_card(cells).identity])
    key = f"v{FIELDS_VERSION}-{models.sha256[:8]}"
    files = [folder / f"{seed}-{number:04d}-{key}.npz" for number in range(count)]
    missing = [(seed, number, file) for number, file in enumerate(files) if not file.exists()]
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=_open_detector, initargs=(heads, cells)
    ) as workers:
        drawn = {job[2]: workers.submit(_keep_field, *job) for job in missing}
        for file in files:
            if file in drawn:
                drawn[file].result()
            yield _load(file)


def _open_detector(heads: Path, cells: Path) -> None:
    """Load the detector that this process looks with."""
    global _detector  # noqa: PLW0603 - a process opens it once, for all of its fields
    cv2.setNumThreads(1)
    _detector = HeadDetector(read_heads_card(heads), Sorter(read_card(cells)), threads=1)


def _keep_field(seed: int, number: int, file: Path) -> None:
    _keep(file, _see(seed, number, _detector))


def _see(seed: int, number: int, detector: Detector) -> list[KnownTrack]:
    rng = np.random.default_rng((seed, 7, number))
    scene = random_settings(rng)
    specimen = replace(
        scene.specimen, cells_per_mm2=min(scene.specimen.cells_per_mm2, MOST_CELLS_PER_MM2)
    )
    shaken = rng.random() < SHAKEN_SHARE
    optics = replace(
        scene.optics,
        shake_um=float(rng.uniform(0.5, 4)) if shaken else 0.0,
        shake_hz=float(rng.uniform(1.5, 12)),
    )
    view = FieldView(Specimen(specimen), optics)
    rate_hz = float(rng.choice(RATES_HZ))
    recording = SimulatedRecording(view, round(DURATION_S * rate_hz), rate_hz)
    scale = Scale(optics.um_per_px_x, optics.um_per_px_y, "the simulated optics")
    found = list(detector.detect(recording.frames(), scale, rate_hz))
    tracks = link(found, scale, field_corners_um(view.size, scale))
    followed = FollowedField.of(tracks, found, scale, Thresholds())
    grades = true_grades(followed.tracks, view, scale)
    return [
        KnownTrack(followed.motion.steadied(track), followed.conditions, grade)
        for track, grade in zip(followed.tracks, grades, strict=True)
        if grade is not None
    ]


def _keep(file: Path, known: Sequence[KnownTrack]) -> None:
    parts = {
        name: np.concatenate([np.asarray(getattr(one.track, name)) for one in known])
        for name in _ARRAYS
        if known
    }
    partial = file.with_suffix(".part")
    with partial.open("wb") as out:
        np.savez(
            out,
            lengths=np.array([len(one.track) for one in known], np.int64),
            grades=np.array([one.grade.value for one in known], np.str_),
            # All but the last, `shows_swing`, which holds of whatever a detector has seen.
            conditions=np.array([astuple(one.conditions)[:-1] for one in known]),
            **parts,  # type: ignore[arg-type]  # the stubs take it for a flag
        )
    partial.replace(file)


def _load(file: Path) -> list[KnownTrack]:
    with np.load(file) as kept:
        ends = np.cumsum(kept["lengths"])[:-1]
        if not len(kept["lengths"]):
            return []
        columns = {name: np.split(kept[name], ends) for name in _ARRAYS}
        return [
            KnownTrack(
                Track(track_id=row + 1, **{name: columns[name][row] for name in _ARRAYS}),
                FieldConditions(*conditions.tolist()),
                Grade(str(grade)),
            )
            for row, (conditions, grade) in enumerate(
                zip(kept["conditions"], kept["grades"], strict=True)
            )
        ]
