"""Simulated fields as the detector and the linker see them: tracks whose grade is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from acquisition.specimen import FieldView, Specimen, random_settings
from acquisition.specimen.recording import SimulatedRecording
from calibration.scale import Scale
from inference.detector import Detector
from inference.evaluation.true_cells import true_grades
from inference.field import FieldSettings, follow_field
from inference.grading import Grade, Thresholds
from inference.tracks import Track

DURATION_S = 5.0
RATES_HZ = (25.0, 30.0, 50.0, 50.0, 60.0, 75.0)
MOST_CELLS_PER_MM2 = 800.0
SHAKEN_SHARE = 0.15
_ARRAYS = ("time_s", "xy_um", "size_um", "score", "activity", "moves", "interpolated", "frame")


@dataclass(frozen=True, slots=True, eq=False)
class KnownTrack:
    """A track of a steady field, the noise of its points, and the true grade of its cell."""

    track: Track
    noise_um: float
    grade: Grade


def seen_field(folder: Path, seed: int, number: int, detector: Detector) -> list[KnownTrack]:
    """Return the tracks of one simulated field; it is drawn once and kept in a folder."""
    file = folder / f"{seed}-{number:04d}.npz"
    if not file.exists():
        _keep(file, _see(seed, number, detector))
    return _load(file)


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
    followed = follow_field(found, scale, Thresholds(), FieldSettings())
    grades = true_grades(followed.tracks, view, scale)
    noise_um = 0.0 if followed.noise is None else followed.noise.um
    return [
        KnownTrack(followed.motion.steadied(track), noise_um, grade)
        for track, grade in zip(followed.tracks, grades, strict=True)
        if grade is not None
    ]


def _keep(file: Path, known: Sequence[KnownTrack]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
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
            noise_um=np.array([one.noise_um for one in known]),
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
                float(noise_um),
                Grade(str(grade)),
            )
            for row, (noise_um, grade) in enumerate(
                zip(kept["noise_um"], kept["grades"], strict=True)
            )
        ]
