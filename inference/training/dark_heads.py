"""Train the detector of dark heads.

`python -m inference.training.dark_heads --data ../shared/data --out FOLDER`

In bright field heads are dark, and some unmoving cells are round, with the tail wound round the
head. A detector whose simulated specimens are all of this kind finds more of them. There is no
recording in bright field that may be learned from; those in phase contrast teach what debris is.
The state is saved every few minutes; the same command goes on where it stopped.
"""

import argparse
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import torch

from inference.evaluation.recordings import RECORDINGS
from inference.training.batches import Batches
from inference.training.export import export_model
from inference.training.heads import (
    CALIBRATION_SCENES,
    INTERFACE,
    LICENCE,
    UM_PER_PX,
    interface_card,
    recordings_card,
)
from inference.training.network import HeadNet
from inference.training.options import add_options, chosen
from inference.training.samples import visem_recording
from inference.training.score_calibration import calibrate_scores
from inference.training.simulation import Kind, SimulatedSpecimens
from inference.training.stages import Machine, RecipeError, Stage, run
from inference.training.targets import loss

NAME = "dark-heads"
OPTIONS = {
    "simulated_steps": "batches of simulated specimens",
    "real_steps": "batches of these and real recordings",
    "batch": "samples in one",
    "scenes": "how many simulated specimens",
    "seed": "of weights, samples and specimens",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out.

    Attributes:
        seed: Of weights, samples and specimens.
        simulated_steps: Batches of simulated specimens.
        real_steps: Batches of these and real recordings.
        batch: Samples in one.
        crop_px: Side of their pictures.
        simulated_rate: Highest learning rate at first,
        real_rate: and then.
        real_share: Share of real samples in a batch of both.
        scenes: How many simulated specimens there are.
        average_decay: Of the running mean of the weights, which is what is kept.
    """

    seed: int = 1
    simulated_steps: int = 10_000
    real_steps: int = 5_000
    batch: int = 8
    crop_px: int = 256
    simulated_rate: float = 3e-3
    real_rate: float = 1.5e-3
    real_share: float = 0.5
    scenes: int = 800
    average_decay: float = 0.998


def train(recipe: Recipe, data: Path, folder: Path, machine: Machine) -> HeadNet:
    """Train to the end of the recipe and return the network with calibrated scores.

    Args:
        recipe: What is done.
        data: Folder of the real recordings.
        folder: Where progress is kept.
        machine: What does the work.
    """
    torch.manual_seed(recipe.seed)
    network = HeadNet()
    scenes = SimulatedSpecimens(folder / "scenes", recipe.seed, recipe.scenes, Kind.BRIGHT_FIELD)
    real = [visem_recording(data, number) for number in RECORDINGS]
    for name, sources, steps, rate in (
        (f"{NAME}-simulated", [], recipe.simulated_steps, recipe.simulated_rate),
        (NAME, real, recipe.real_steps, recipe.real_rate),
    ):
        batches = Batches(
            sources,
            [scenes],
            recipe.real_share,
            recipe.batch,
            recipe.crop_px,
            UM_PER_PX,
            recipe.seed,
        )
        stage = Stage(name, steps, rate, batches, loss, folder / f"{name}.pt")
        run(stage, network, asdict(recipe), machine)
    unseen = SimulatedSpecimens(
        folder / "scenes", recipe.seed + 1, CALIBRATION_SCENES, Kind.BRIGHT_FIELD
    )
    line = calibrate_scores(network, [unseen], CALIBRATION_SCENES, UM_PER_PX, recipe.seed)
    print(f"scores calibrated: slope {line[0]:.3f}, offset {line[1]:+.3f}")
    return network


def describe(recipe: Recipe) -> dict[str, Any]:
    """Say what the model is, for its card."""
    return {
        "name": f"motiscope {NAME}",
        "purpose": "finds the heads of human spermatozoa where they are dark, as in bright field",
        **interface_card(),
        "licence": LICENCE,
        "trained_on": [
            *recordings_card(RECORDINGS),
            {
                "recording": "simulated specimens of motiscope, in bright field",
                "scenes": recipe.scenes,
            },
        ],
        "left_out": [],
        "checked_on": "the bright-field clips of MIaMIA-SVDS (motiscope bench brightfield). Their "
        "pictures and scores were seen while motiscope was written, and showed that tails wound "
        "round heads were missing from what is learned from.",
        "command": "python -m inference.training.dark_heads --data DATA --out FOLDER"
        + chosen(recipe, OPTIONS),
        "recipe": asdict(recipe),
        "limits": "no recording in bright field was learned from; other species and stained cells "
        "were not learned",
    }


def main() -> None:
    """Train and write the model with its card."""
    parser = argparse.ArgumentParser(description="Train the detector of dark heads.")
    parser.add_argument("--data", type=Path, required=True, help="folder of real recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and state")
    add_options(parser, Recipe(), OPTIONS)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument(
        "--drawers",
        type=int,
        default=max(1, (os.cpu_count() or 1) - 1),
        help="how many processes draw batches while one learns",
    )
    wanted = parser.parse_args()
    # One core learns while the other draws: faster than two that wait for each other.
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    wanted.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(**{name: getattr(wanted, name) for name in OPTIONS})
    try:
        network = train(recipe, wanted.data, wanted.out, Machine(wanted.device, wanted.drawers))
    except RecipeError as error:
        parser.error(str(error))
    path = wanted.out / f"{NAME}.onnx"
    print(f"wrote {export_model(network, path, INTERFACE, describe(recipe))}")


if __name__ == "__main__":
    main()
