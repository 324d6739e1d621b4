"""Train the grader: `python -m inference.training.grades --data ../shared/data --out FOLDER`.

Learns from simulated fields, seen through the shipped detector, whose cells' grades are known, and
from the human tracks of VISEM-Tracking, graded by the WHO definitions. The fields are kept as
they are drawn; the same command goes on where it stopped.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from inference.evaluation.recordings import RECORDINGS
from inference.grading import WHO_2021, Grade
from inference.kinematics import measure
from inference.model import SHIPPED_HEADS
from inference.path_features import ROWS, Feature, batch, path_features
from inference.path_noise import Noise
from inference.tracks import Track
from inference.training.export import Interface, export_model
from inference.training.grade_network import GradeNet
from inference.training.human_paths import HumanPaths
from inference.training.seen_fields import KnownTrack, seen_fields

GRADES = list(Grade)
# A label besides the four: people's tracks do not tell c from d.
C_OR_D = len(GRADES)
LEAST_STRETCH = 0.2
# Half of the living cells swing more than the simulator draws: heads of swimmers by up to 3 µm to
# each side, of others by half of that.
SWUNG_SHARE = 0.5
SWUNG_UM = (0.2, 3.0)
SWUNG_HZ = (2.0, 20.0)
# Some swimmers stick for a while, up to so much of their time.
PAUSED_SHARE = 0.15
LONGEST_PAUSE = 0.7
# A quarter of the cells that get nowhere, dead or alive, are stirred: by heat, like a ball of
# 2.5 µm in 0.5 to 5 mPa s at 37 °C (Einstein 1905), and by slow currents from their neighbours.
STIRRED_SHARE = 0.25
DIFFUSION_UM2_S = (0.02, 0.2)
DRAGGED_UM_S = 3.0
DRAGGED_TURN_RAD_S = 1.0
# Real paths are less even than drawn ones: half of people's swimmers look as alive as drawn ones.
LENT_SHARE = 0.5
# What a track may not tell, row by row of its description.
SENSES = (
    slice(Feature.ACTIVITY, Feature.ACTIVITY + 2),
    slice(Feature.MOVES, Feature.MOVES + 2),
    slice(Feature.DEBRIS, Feature.DEBRIS + 2),
    slice(Feature.SWING_KNOWN, ROWS),
)
INTERFACE = Interface(
    torch.zeros(2, ROWS, 30),
    ("paths", "grades"),
    {"paths": {0: "cells", 2: "bins"}, "grades": {0: "cells"}},
)


@dataclass(frozen=True, slots=True)
class GradeRecipe:
    """Everything that decides what comes out, besides the data."""

    seed: int = 3
    fields: int = 360
    held_back_fields: int = 60
    samples: int = 200_000
    human_share: float = 0.25
    steps: int = 24_000
    batch: int = 128
    learning_rate: float = 3e-3


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Descriptions of tracks, padded, shape (n, features, bins), and what they are, (n,)."""

    paths: NDArray[np.float32]
    label: NDArray[np.int64]


def vary(known: KnownTrack, speed_um_s: float, rng: np.random.Generator) -> tuple[Track, Grade]:
    """Cut a random piece of a track and change its speed; the grade follows the speed.

    A slower swimmer than SLOW that still beats is c. Noise keeps its size only where nothing
    swims, so only swimmers are stretched.

    Args:
        known: The track.
        speed_um_s: Its progress.
        rng: Source of chance.
    """
    track = _cut(known.track, rng)
    if known.grade is Grade.IMMOTILE:
        return _stirred(track, rng), known.grade
    if known.grade is Grade.NON_PROGRESSIVE:
        return _swung(_stirred(track, rng), 0.5, rng), known.grade
    stretch = float(np.exp(rng.uniform(np.log(LEAST_STRETCH), 0.2)))
    moving = rng.uniform(1 - LONGEST_PAUSE, 1) if rng.random() < PAUSED_SHARE else 1.0
    speed = moving * stretch * speed_um_s
    first = track.xy_um[0]
    paused = _paused(track, 1 - moving, rng)
    varied = _swung(replace(track, xy_um=first + stretch * (paused - first)), 1.0, rng)
    if speed >= WHO_2021.rapid_um_s:
        return varied, Grade.RAPID
    return varied, Grade.SLOW if speed >= WHO_2021.progressive_um_s else Grade.NON_PROGRESSIVE


def _cut(track: Track, rng: np.random.Generator) -> Track:
    """Keep a random piece in two of three cases; the whole track else."""
    if rng.random() < 1 / 3 or track.duration_s < 0.5:
        return track
    length_s = rng.uniform(0.4, track.duration_s)
    begin_s = track.time_s[0] + rng.uniform(0, track.duration_s - length_s)
    kept = (track.time_s >= begin_s) & (track.time_s <= begin_s + length_s)
    names = ("frame", "time_s", "xy_um", "size_um", "score", "activity", "moves", "interpolated")
    piece = replace(track, **{name: getattr(track, name)[kept] for name in names})
    return piece if (~piece.interpolated).sum() >= 3 else track


def _paused(track: Track, share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the path (n, 2) of a cell that rests for a share of the time, somewhere in it."""
    length_s = share * track.duration_s
    begin_s = track.time_s[0] + rng.uniform(0, track.duration_s - length_s)
    resting = (track.time_s[1:] >= begin_s) & (track.time_s[1:] <= begin_s + length_s)
    steps = np.where(resting[:, None], 0.0, np.diff(track.xy_um, axis=0))
    return np.asarray(track.xy_um[0] + np.concatenate([np.zeros((1, 2)), steps.cumsum(axis=0)]))


def _stirred(track: Track, rng: np.random.Generator) -> Track:
    """Let some cells be moved by what is around them: heat and slow currents."""
    if rng.random() >= STIRRED_SHARE:
        return track
    step_s = np.diff(track.time_s, prepend=track.time_s[0])
    diffusion = float(np.exp(rng.uniform(*np.log(DIFFUSION_UM2_S))))
    walk = rng.normal(0, np.sqrt(2 * diffusion * step_s)[:, None], (len(step_s), 2))
    speed_um_s = rng.uniform(0, DRAGGED_UM_S)
    turn = rng.uniform(-DRAGGED_TURN_RAD_S, DRAGGED_TURN_RAD_S)
    course = rng.uniform(0, 2 * np.pi) + turn * (track.time_s - track.time_s[0])
    drag = speed_um_s * step_s[:, None] * np.stack([np.cos(course), np.sin(course)], axis=1)
    return replace(track, xy_um=track.xy_um + (walk + drag).cumsum(axis=0))


def _swung(track: Track, share: float, rng: np.random.Generator) -> Track:
    """Let some heads swing along a line, besides what they do, by a share of SWUNG_UM."""
    if rng.random() >= SWUNG_SHARE:
        return track
    size_um, pace_hz = (float(np.exp(rng.uniform(*np.log(one)))) for one in (SWUNG_UM, SWUNG_HZ))
    angle, phase = rng.uniform(0, 2 * np.pi, 2)
    swing_um = share * size_um * np.sin(2 * np.pi * pace_hz * track.time_s + phase)
    return replace(track, xy_um=track.xy_um + np.outer(swing_um, [np.cos(angle), np.sin(angle)]))


def _lent(track: Track, alive: Track, rng: np.random.Generator) -> Track:
    """Give a person's track the activity and self-motion of a living cell; it has neither."""
    return replace(
        track,
        activity=_some(alive.activity, len(track), rng),
        moves=_some(alive.moves, len(track), rng),
    )


def _some(values: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return some of the known values, NaN where none is known."""
    known = values[np.isfinite(values)]
    return rng.choice(known, count) if len(known) else np.full(count, np.nan)


def draw_samples(
    fields: Sequence[Sequence[KnownTrack]],
    human: Sequence[HumanPaths],
    recipe: GradeRecipe,
    count: int,
) -> Samples:
    """Draw descriptions of simulated and human tracks, all grades alike often.

    Of each grade every field that has it is drawn alike often: else crowded ones would teach most.
    """
    rng = np.random.default_rng((recipe.seed, count))
    by_grade = [
        [those for field in fields if (those := _of_grade(field, grade))] for grade in GRADES
    ]
    paths, labels = [], []
    for _ in range(count):
        if human and rng.random() < recipe.human_share:
            track, conditions, grade = human[int(rng.integers(len(human)))].draw(rng)
            label = C_OR_D if grade is None else GRADES.index(grade)
            if grade is not None and rng.random() < LENT_SHARE:
                track = _lent(track, _any_of(by_grade[label], rng)[0].track, rng)
        else:
            one, speed_um_s = _any_of(by_grade[int(rng.integers(len(GRADES)))], rng)
            conditions = one.conditions
            track, varied = vary(one, speed_um_s, rng)
            label = GRADES.index(varied)
        paths.append(path_features(track, conditions))
        labels.append(label)
    return Samples(batch(paths), np.array(labels, np.int64))


def _any_of(
    fields: Sequence[Sequence[tuple[KnownTrack, float]]], rng: np.random.Generator
) -> tuple[KnownTrack, float]:
    those = fields[int(rng.integers(len(fields)))]
    return those[int(rng.integers(len(those)))]


def _of_grade(field: Sequence[KnownTrack], grade: Grade) -> list[tuple[KnownTrack, float]]:
    return [(one, _progress_um_s(one)) for one in field if one.grade is grade]


def _progress_um_s(known: KnownTrack) -> float:
    return measure(known.track, Noise(known.conditions.noise_um, 0.0)).progress_um_s


def loss(logits: Tensor, label: Tensor) -> Tensor:
    """Negative logarithm of the probability of what is known of each sample."""
    log_p = torch.log_softmax(logits, dim=1)
    either = torch.logsumexp(log_p[:, 2:], dim=1, keepdim=True)
    return -torch.cat([log_p, either], dim=1).gather(1, label[:, None]).mean()


def train(samples: Samples, recipe: GradeRecipe) -> GradeNet:
    """Train the network."""
    torch.manual_seed(recipe.seed)
    network = GradeNet()
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps
    )
    rng = np.random.default_rng(recipe.seed)
    for step in range(recipe.steps):
        rows = rng.integers(len(samples.label), size=recipe.batch)
        paths = _blinded(samples.paths[rows], rng)
        error = loss(network.logits(torch.from_numpy(paths)), torch.from_numpy(samples.label[rows]))
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 0:
            print(f"step {step}: loss {float(error):.3f}", flush=True)
    network.eval()
    return network


def _blinded(
    paths: NDArray[np.float32], rng: np.random.Generator, share: float = 0.05
) -> NDArray[np.float32]:
    """Blind some samples to each of SENSES."""
    paths = paths.copy()
    for rows in SENSES:
        paths[rng.random(len(paths)) < share, rows] = 0
    return paths


def calibrate(network: GradeNet, samples: Samples) -> list[float]:
    """Fit the temperatures on samples that trained nothing (Guo et al. 2017), and return them."""
    paths, label = torch.from_numpy(samples.paths), torch.from_numpy(samples.label)
    with torch.no_grad():
        logits = network.logits(paths)
    shake = paths[:, Feature.SHAKE, :1]

    def cost(log_t: NDArray[np.float64]) -> float:
        steady, shaken = np.exp(log_t)
        return float(loss(logits / (float(steady) + float(shaken) * shake), label))

    best = minimize(cost, np.log([1.5, 0.5]), method="Nelder-Mead")
    with torch.no_grad():
        network.temperature.copy_(torch.from_numpy(np.exp(best.x)))
    return [float(one) for one in network.temperature]


def report(network: GradeNet, known: Sequence[KnownTrack]) -> dict[str, Any]:
    """Grade whole tracks of fields that trained nothing, beside the truth."""
    with torch.no_grad():
        described = batch([path_features(one.track, one.conditions) for one in known])
        weighed = network(torch.from_numpy(described)).numpy()
    truth = np.array([GRADES.index(one.grade) for one in known])
    table = np.zeros((4, 4), int)
    np.add.at(table, (truth, weighed.argmax(1)), 1)
    return {
        "cells": len(known),
        "right_percent": round(100 * float((weighed.argmax(1) == truth).mean()), 1),
        "mean_probability_percent": round(100 * float(weighed.max(1).mean()), 1),
        "truth_by_found": table.tolist(),
    }


def describe(
    recipe: GradeRecipe, left_out: Sequence[str], held_back: dict[str, Any]
) -> dict[str, Any]:
    """Say what the model is, for its card."""
    return {
        "name": f"motiscope {model_name(left_out)}",
        "purpose": "weighs the WHO grades a, b, c, d of one followed spermatozoon",
        "input": {
            "paths": f"{ROWS} values every 0.2 s, see inference/path_features.py",
        },
        "output": "probabilities of a, b, c and d",
        "licence": "Apache-2.0; attribution of the tracks below",
        "trained_on": [
            {
                "recordings": "simulated fields of motiscope, seen by its detector",
                "fields": recipe.fields,
            },
            {
                "recordings": "human tracks of VISEM-Tracking, all 17 but those left out",
                "left_out": list(left_out),
                "source": "Thambawita et al. 2023, doi 10.5281/zenodo.7293726",
                "licence": "CC BY 4.0",
            },
        ],
        "checked_on": {"simulated fields that trained nothing": held_back},
        "command": "python -m inference.training.grades --data DATA --out FOLDER"
        + "".join(f" --leave-out {number}" for number in left_out),
        "recipe": asdict(recipe),
        "limits": "human spermatozoa at 37 °C, 25 to 150 frames/s",
    }


def model_name(left_out: Sequence[str]) -> str:
    """Return the name of the model's file, without its suffix."""
    return "-".join(["grades", *(["without", *left_out] if left_out else [])])


def human_paths(data: Path, left_out: Sequence[str]) -> list[HumanPaths]:
    """Read the human tracks of the recordings that are not left out."""
    folder = data / "visem-tracking"
    files = [folder / number / "tracks.csv" for number in RECORDINGS if number not in left_out]
    files += sorted((folder / "tracks-only").glob("*.csv"))
    return [paths for paths in map(HumanPaths.read, files) if paths.tracks]


def main() -> None:
    """Train and write the model with its card."""
    parser = argparse.ArgumentParser(description="Train the grader.")
    parser.add_argument("--data", type=Path, required=True, help="folder of real recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and fields")
    parser.add_argument("--heads", type=Path, default=SHIPPED_HEADS, help="card of the detector")
    parser.add_argument("--leave-out", action="append", default=[], choices=tuple(RECORDINGS))
    wanted = parser.parse_args()
    recipe = GradeRecipe()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    fields = []
    count = recipe.fields + recipe.held_back_fields
    for field in seen_fields(wanted.out / "fields", recipe.seed, count, wanted.heads):
        fields.append(field)
        print(f"field {len(fields)}: {len(field)} tracks", flush=True)
    learned, unseen = fields[: recipe.fields], fields[recipe.fields :]
    human = human_paths(wanted.data, wanted.leave_out)
    network = train(draw_samples(learned, human, recipe, recipe.samples), recipe)
    temperatures = calibrate(network, draw_samples(unseen, (), recipe, 4_000))
    print("temperatures " + " ".join(f"{one:.2f}" for one in temperatures))
    held_back = report(network, [one for field in unseen for one in field])
    print(held_back)
    path = wanted.out / f"{model_name(wanted.leave_out)}.onnx"
    card = describe(recipe, wanted.leave_out, held_back)
    print(f"wrote {export_model(network, path, INTERFACE, card)}")


if __name__ == "__main__":
    main()
