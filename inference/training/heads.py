"""Train the head detector: `python -m inference.training.heads --data ../shared/data --out FOLDER`.

Learns from simulated specimens, then from these and the VISEM-Tracking recordings; `--leave-out`
keeps recordings back, so that they can be scored. `--dark` trains the one that is asked where heads
are dark: its specimens are all in bright field, where some unmoving cells are round, with the tail
wound round the head. No such recording may be learned from; those in phase contrast teach it what
debris is. The state is saved every few minutes; the same command goes on where it stopped.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from inference.evaluation.recordings import RECORDINGS
from inference.training.batches import Batches
from inference.training.export import Interface, export_model
from inference.training.instants import OFFSET_S
from inference.training.network import PICTURES, HeadNet
from inference.training.options import add_options, chosen
from inference.training.samples import VISEM_UM_PER_PX, Source, visem_recording
from inference.training.score_calibration import calibrate_scores
from inference.training.simulation import Kind, SimulatedSpecimens
from inference.training.stages import Machine, RecipeError, Stage, run
from inference.training.targets import loss
from inference.training.turns import View

UM_PER_PX = 0.5
# Weaker answers may still carry a track on; what starts one is the linker's choice.
MIN_SCORE = 0.05
CALIBRATION_SCENES = 60
INTERFACE = Interface(
    torch.zeros(1, PICTURES, 480, 640),
    ("pictures", "maps"),
    {"pictures": {2: "height", 3: "width"}, "maps": {2: "map_height", 3: "map_width"}},
)
# What can be chosen of the recipe.
OPTIONS = {
    "simulated_steps": "batches of simulated specimens",
    "real_steps": "batches of these and real recordings",
    "batch": "samples in one",
    "views": "how often each serves, then mirrored, turned or backwards; 3 where a GPU would wait",
    "scenes": "how many simulated specimens",
    "seed": "of weights, samples and specimens",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, besides the data.

    The network learns from simulated specimens first, then from these and real recordings.

    Attributes:
        seed: Of weights, samples and specimens.
        simulated_steps: Batches of simulated specimens.
        real_steps: Batches of both.
        batch: Samples in one.
        crop_px: Side of their pictures.
        simulated_rate: Highest learning rate at first,
        real_rate: and then.
        real_share: Share of real samples in a batch of both.
        scenes: How many simulated specimens there are.
        views: How often a batch serves, the later times in another view at random.
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
    scenes: int = 1_000
    views: int = 1
    average_decay: float = 0.998


@dataclass(frozen=True, slots=True)
class Field:
    """Which fields a detector is for.

    Attributes:
        name: Name of the detector.
        kind: What its simulated specimens show,
        specimens: and what they are, for its card.
        purpose: What it does, for its card,
        checked_on: and what it was held against.
        like_recordings: Whether its fields are lit as the recordings are.
    """

    name: str
    kind: Kind
    specimens: str
    purpose: str
    checked_on: str
    like_recordings: bool


ANY_FIELD = Field(
    "heads",
    Kind.ANY,
    "simulated specimens of motiscope",
    "finds the heads of human spermatozoa in phase contrast and bright field",
    "unseen recordings: VISEM-Tracking 11, 12 and 52, each by the detector that left it out "
    "(motiscope bench tracking), and the bright-field clips of MIaMIA-SVDS (motiscope bench "
    "brightfield). Their scores were seen while motiscope was written.",
    like_recordings=True,
)
DARK_FIELD = Field(
    "dark-heads",
    Kind.BRIGHT_FIELD,
    "simulated specimens of motiscope, in bright field; no such recording was learned from",
    "finds the heads of human spermatozoa where they are dark, as in bright field",
    "the bright-field clips of MIaMIA-SVDS (motiscope bench brightfield). Their pictures and "
    "scores were seen while motiscope was written, and showed that tails wound round heads were "
    "missing from what is learned from.",
    like_recordings=False,
)


def train(
    recipe: Recipe,
    field: Field,
    data: Path,
    folder: Path,
    machine: Machine,
    left_out: Sequence[str],
) -> HeadNet:
    """Train to the end of the recipe and return the network with calibrated scores.

    Args:
        recipe: What is done.
        field: Which fields it is for.
        data: Folder of the real recordings.
        folder: Where progress is kept; what was learned from simulation serves every split.
        machine: What does the work.
        left_out: Numbers of the recordings that the network must not see.
    """
    torch.manual_seed(recipe.seed)
    network, rules = HeadNet(), asdict(recipe)
    simulated = [SimulatedSpecimens(folder / "scenes", recipe.seed, recipe.scenes, field.kind)]
    first = Stage(
        "simulated",
        recipe.simulated_steps,
        recipe.simulated_rate,
        _batches(recipe, (), simulated),
        loss,
        folder / f"{field.name}-simulated.pt",
        _views(recipe, 0),
        recipe.views,
    )
    run(first, network, rules, machine)
    real = [visem_recording(data, number) for number in RECORDINGS if number not in left_out]
    name = model_name(field, left_out)
    then = Stage(
        name,
        recipe.real_steps,
        recipe.real_rate,
        _batches(recipe, real, simulated),
        loss,
        folder / f"{name}.pt",
        _views(recipe, len(real)),
        recipe.views,
    )
    run(then, network, rules, machine)
    unseen = SimulatedSpecimens(folder / "scenes", recipe.seed + 1, CALIBRATION_SCENES, field.kind)
    sources: list[Source] = [*real, unseen] if field.like_recordings else [unseen]
    line = calibrate_scores(network, sources, CALIBRATION_SCENES, UM_PER_PX, recipe.seed)
    print(f"scores calibrated: slope {line[0]:.3f}, offset {line[1]:+.3f}")
    return network


def _batches(recipe: Recipe, real: Sequence[Source], simulated: Sequence[Source]) -> Batches:
    return Batches(
        real, simulated, recipe.real_share, recipe.batch, recipe.crop_px, UM_PER_PX, recipe.seed
    )


def _views(recipe: Recipe, real: int) -> Callable[[list[Tensor], int], Iterator[list[Tensor]]]:
    """Return what shows the batch of a step as it is and then in other views."""

    def views(batch: list[Tensor], step: int) -> Iterator[list[Tensor]]:
        rng = np.random.default_rng((recipe.seed, step, real, 1))
        yield batch
        for _ in range(1, recipe.views):
            batch = View.drawn(rng).of(batch)
            yield batch

    return views


def model_name(field: Field, left_out: Sequence[str]) -> str:
    """Return the name of the model's file, without its suffix."""
    return "-without-".join([field.name, *left_out])


def describe(recipe: Recipe, field: Field, left_out: Sequence[str]) -> dict[str, Any]:
    """Say what the model is, for its card."""
    trained = [number for number in RECORDINGS if number not in left_out]
    return {
        "name": f"motiscope {model_name(field, left_out)}",
        "purpose": field.purpose,
        "input": {
            "um_per_px": UM_PER_PX,
            "offset_s": OFFSET_S,
            "pictures": "seven grey pictures: five frames in a row, before and after them those "
            "offset_s from the middle one; median grey 0, 48 greys are 1",
        },
        "output": "a quarter of the size: logits of the heat in the five frames, log width and "
        "height, logit of self-motion, x and y in the five frames",
        "min_score": MIN_SCORE,
        "licence": "Apache-2.0; attribution of the recordings below",
        "trained_on": [
            {
                "recordings": [f"VISEM-Tracking {number}" for number in trained],
                "source": "Thambawita et al. 2023, doi 10.5281/zenodo.7293726",
                "licence": "CC BY 4.0",
                "um_per_px": f"{VISEM_UM_PER_PX}, assumed: the data set states none",
            },
            {"recording": field.specimens, "scenes": recipe.scenes},
        ],
        "left_out": list(left_out),
        "checked_on": field.checked_on,
        "command": "python -m inference.training.heads --data DATA --out FOLDER"
        + (" --dark" if field is DARK_FIELD else "")
        + "".join(f" --leave-out {number}" for number in left_out)
        + chosen(recipe, OPTIONS),
        "recipe": asdict(recipe),
        "limits": "other species and stained cells were not learned",
    }


def main() -> None:
    """Train and write the model with its card."""
    parser = argparse.ArgumentParser(description="Train the head detector.")
    parser.add_argument("--data", type=Path, required=True, help="folder of real recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and state")
    parser.add_argument(
        "--leave-out",
        action="append",
        default=[],
        choices=tuple(RECORDINGS),
        help="recording that trains nothing, so that it can be scored",
    )
    parser.add_argument(
        "--dark", action="store_true", help="the detector of dark heads, as in bright field"
    )
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
    field, left_out = DARK_FIELD if wanted.dark else ANY_FIELD, wanted.leave_out
    machine = Machine(wanted.device, wanted.drawers)
    try:
        network = train(recipe, field, wanted.data, wanted.out, machine, left_out)
    except RecipeError as error:
        parser.error(str(error))
    path = wanted.out / f"{model_name(field, left_out)}.onnx"
    print(f"wrote {export_model(network, path, INTERFACE, describe(recipe, field, left_out))}")


if __name__ == "__main__":
    main()
