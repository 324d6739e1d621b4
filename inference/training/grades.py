"""Train the grader: `python -m inference.training.grades --data ../shared/data --out FOLDER`.

Learns from simulated fields, seen through detector and sorter, whose cells' grades are known, and
from the human tracks of VISEM-Tracking, graded by the WHO definitions. The fields are kept as
they are drawn; the same command goes on where it stopped.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from inference.evaluation.recordings import RECORDINGS
from inference.grading import Grade
from inference.kinematics import measure
from inference.model import SHIPPED_CELLS, SHIPPED_HEADS
from inference.path_features import ROWS, Feature, batch, path_features
from inference.path_noise import Noise
from inference.training.export import Interface, export_model
from inference.training.grade_network import GradeNet
from inference.training.human_paths import HumanPaths
from inference.training.seen_fields import KnownTrack, seen_fields
from inference.training.varied_tracks import lent, vary

GRADES = list(Grade)
# A label besides the four: people's tracks do not tell c from d.
C_OR_D = len(GRADES)
# Real paths are less even than drawn ones: half of people's cells look as alive as drawn ones do.
LENT_SHARE = 0.5
# What a track may not tell: rows of its description, and how often they are blinded. People's boxes
# never show a swing.
SENSES = (
    (slice(Feature.ACTIVITY, Feature.ACTIVITY + 2), 0.05),
    (slice(Feature.MOVES, Feature.MOVES + 2), 0.05),
    (slice(Feature.DEBRIS, Feature.DEBRIS + 2), 0.05),
    (slice(Feature.SWING_KNOWN, ROWS), 0.25),
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
    """Descriptions of tracks, padded, shape (n, ROWS, bins), and what they are, (n,)."""

    paths: NDArray[np.float32]
    label: NDArray[np.int64]


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
            if rng.random() < LENT_SHARE:
                alike = int(rng.integers(2, 4)) if grade is None else label
                track = lent(track, _any_of(by_grade[alike], rng)[0].track, rng)
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
    """Return any track of any field, with its progress in µm/s."""
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


def _blinded(paths: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Blind some samples to each of SENSES."""
    paths = paths.copy()
    for rows, share in SENSES:
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
                "recordings": "simulated fields of motiscope, seen by its detector and sorter",
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
    parser.add_argument("--cells", type=Path, default=SHIPPED_CELLS, help="card of the sorter")
    parser.add_argument("--leave-out", action="append", default=[], choices=tuple(RECORDINGS))
    wanted = parser.parse_args()
    recipe = GradeRecipe()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    fields = []
    count = recipe.fields + recipe.held_back_fields
    for field in seen_fields(wanted.out / "fields", recipe.seed, count, wanted.heads, wanted.cells):
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
