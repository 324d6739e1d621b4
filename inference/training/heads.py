"""Train the head detector: `python -m inference.training.heads --data ../shared/data --out FOLDER`.

Learns from simulated specimens, then from these and the VISEM-Tracking recordings; `--leave-out`
keeps recordings back, so that they can be scored. The state is saved every few minutes; the same
command goes on where it stopped.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from torch import Tensor

from inference.evaluation.recordings import RECORDINGS
from inference.training.batches import Batches
from inference.training.export import Interface, export_model
from inference.training.instants import OFFSET_S
from inference.training.network import PICTURES, HeadNet
from inference.training.samples import RealRecording, Source
from inference.training.score_calibration import calibrate_scores
from inference.training.simulation import SimulatedSpecimens
from inference.training.targets import loss
from inference.training.turns import View

UM_PER_PX = 0.5
# The scale of VISEM-Tracking is not published; a head of 4.5 µm measures about 9 px there.
VISEM_UM_PER_PX = 0.5
# Weaker answers may still carry a track on; what starts one is the linker's choice.
MIN_SCORE = 0.05
CALIBRATION_SCENES = 60
INTERFACE = Interface(
    torch.zeros(1, PICTURES, 480, 640),
    ("pictures", "maps"),
    {"pictures": {2: "height", 3: "width"}, "maps": {2: "map_height", 3: "map_width"}},
)
SAVE_EVERY_S = 120
# What can be chosen of the recipe.
OPTIONS = {
    "simulated_steps": "batches of simulated specimens",
    "real_steps": "batches of these and real recordings",
    "batch": "samples in one",
    "views": "how often each serves, then mirrored, turned or backwards; 3 where a GPU would wait",
    "scenes": "how many simulated specimens",
    "seed": "of weights, samples and specimens",
}
# The human boxes of 52 leave out cells that are plainly there.
INCOMPLETE = ("52",)


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


class RecipeError(Exception):
    """A state cannot be gone on with; the text names its file and says why."""


@dataclass(slots=True)
class Progress:
    """What is saved, so that training can go on."""

    network: HeadNet
    averaged: torch.optim.swa_utils.AveragedModel
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    recipe: Recipe
    step: int = 0

    def save(self, path: Path) -> None:
        """Write the state beside `path` first, so that a kill leaves the old one whole."""
        parts = {
            "recipe": asdict(self.recipe),
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "step": self.step,
        }
        partial = path.with_suffix(".part")
        torch.save(parts, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Take the state up again.

        Raises:
            RecipeError: If it was come to by another recipe.
        """
        parts = torch.load(path, map_location="cpu", weights_only=True)
        if parts.get("recipe") != asdict(self.recipe):
            raise RecipeError(
                f"{path} was come to by another recipe; name another folder for --out"
            )
        self.network.load_state_dict(parts["network"])
        self.averaged.load_state_dict(parts["averaged"])
        self.optimiser.load_state_dict(parts["optimiser"])
        self.schedule.load_state_dict(parts["schedule"])
        self.step = parts["step"]

    def start_from(self, network: HeadNet) -> None:
        """Begin with what another network has learned."""
        self.network.load_state_dict(network.state_dict())
        self.averaged.module.load_state_dict(network.state_dict())


def begin(recipe: Recipe, steps: int, rate: float, device: str) -> Progress:
    """Make an untrained network with its optimiser."""
    torch.manual_seed(recipe.seed)
    network = HeadNet().to(device, memory_format=torch.channels_last)
    averaged = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average_decay),
        use_buffers=True,
    )
    optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps * recipe.views + 1, pct_start=0.05
    )
    return Progress(network, averaged, optimiser, schedule, recipe)


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the training.

    Attributes:
        name: What it learns from, for people.
        steps: How many batches.
        rate: Highest learning rate.
        batches: The batch of every step.
        state: Where its progress is kept.
    """

    name: str
    steps: int
    rate: float
    batches: Batches
    state: Path


@dataclass(frozen=True, slots=True)
class Machine:
    """What does the work; it decides nothing but how long it takes.

    Attributes:
        device: What learns, "cpu" or "cuda".
        drawers: How many processes draw batches.
    """

    device: str
    drawers: int


def run(stage: Stage, recipe: Recipe, machine: Machine, start: HeadNet | None = None) -> HeadNet:
    """Go through one stage, saving on the way, and return the averaged network."""
    progress = begin(recipe, stage.steps, stage.rate, machine.device)
    if stage.state.exists():
        progress.load(stage.state)
        print(f"{stage.name}: going on at step {progress.step} of {stage.steps}")
    elif start is not None:
        progress.start_from(start)
    saved, recent = time.monotonic(), []
    left = range(progress.step, stage.steps)
    for batch in stage.batches.of_steps(left, machine.drawers):
        seen = [part.to(machine.device) for part in batch]
        rng = np.random.default_rng((recipe.seed, progress.step, len(stage.batches.real), 1))
        recent.append(_learn(progress, seen))
        for _ in range(1, recipe.views):
            seen = View.drawn(rng).of(seen)
            recent.append(_learn(progress, seen))
        progress.step += 1
        if progress.step % 100 == 0:
            error = float(torch.stack(recent).mean())
            print(f"{stage.name}, step {progress.step}: loss {error:.3f}", flush=True)
            recent.clear()
        if time.monotonic() - saved > SAVE_EVERY_S or progress.step == stage.steps:
            progress.save(stage.state)
            saved = time.monotonic()
    return cast("HeadNet", progress.averaged.module.cpu().eval())


def train(
    recipe: Recipe, data: Path, folder: Path, machine: Machine, left_out: Sequence[str]
) -> HeadNet:
    """Train to the end of the recipe and return the network with calibrated scores.

    Args:
        recipe: What is done.
        data: Folder of the real recordings.
        folder: Where progress is kept; what was learned from simulation serves every split.
        machine: What does the work.
        left_out: Numbers of the recordings that the network must not see.
    """
    simulated = [SimulatedSpecimens(folder / "scenes", recipe.seed, recipe.scenes)]
    network = run(
        Stage(
            "simulated",
            recipe.simulated_steps,
            recipe.simulated_rate,
            _batches(recipe, (), simulated),
            folder / "heads-simulated.pt",
        ),
        recipe,
        machine,
    )
    real = [_recording(data, number) for number in RECORDINGS if number not in left_out]
    name = model_name(left_out)
    network = run(
        Stage(
            name,
            recipe.real_steps,
            recipe.real_rate,
            _batches(recipe, real, simulated),
            folder / f"{name}.pt",
        ),
        recipe,
        machine,
        network,
    )
    unseen = SimulatedSpecimens(folder / "scenes", recipe.seed + 1, CALIBRATION_SCENES)
    line = calibrate_scores(network, [*real, unseen], CALIBRATION_SCENES, UM_PER_PX, recipe.seed)
    print(f"scores calibrated: slope {line[0]:.3f}, offset {line[1]:+.3f}")
    return network


def _batches(recipe: Recipe, real: Sequence[Source], simulated: Sequence[Source]) -> Batches:
    return Batches(
        real, simulated, recipe.real_share, recipe.batch, recipe.crop_px, UM_PER_PX, recipe.seed
    )


def model_name(left_out: Sequence[str]) -> str:
    """Return the name of the model's file, without its suffix."""
    return "-without-".join(["heads", *left_out])


def _recording(data: Path, number: str) -> RealRecording:
    recording = RECORDINGS[number]
    return RealRecording(
        data / recording.video,
        data / recording.tracks,
        VISEM_UM_PER_PX,
        recording.frame_rate_hz,
        complete=number not in INCOMPLETE,
    )


def _learn(progress: Progress, batch: list[Tensor]) -> Tensor:
    pictures, *target = batch
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    error = loss(progress.network(pictures), *target)
    progress.optimiser.zero_grad()
    error.backward()
    torch.nn.utils.clip_grad_norm_(progress.network.parameters(), 5.0)
    progress.optimiser.step()
    progress.schedule.step()
    progress.averaged.update_parameters(progress.network)
    return error.detach()


def describe(recipe: Recipe, left_out: Sequence[str]) -> dict[str, Any]:
    """Say what the model is, for its card."""
    trained = [number for number in RECORDINGS if number not in left_out]
    return {
        "name": f"motiscope {model_name(left_out)}",
        "purpose": "finds the heads of human spermatozoa in phase contrast and bright field",
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
            {"recording": "simulated specimens of motiscope", "scenes": recipe.scenes},
        ],
        "left_out": list(left_out),
        "checked_on": "unseen recordings: VISEM-Tracking 11, 12 and 52, each by the detector that "
        "left it out (motiscope bench tracking), and the bright-field clips of MIaMIA-SVDS "
        "(motiscope bench brightfield). Their scores were seen while motiscope was written.",
        "command": "python -m inference.training.heads --data DATA --out FOLDER"
        + "".join(f" --leave-out {number}" for number in left_out)
        + "".join(_chosen(recipe)),
        "recipe": asdict(recipe),
        "limits": "other species and stained cells were not learned",
    }


def _chosen(recipe: Recipe) -> Iterator[str]:
    """Yield the options that make the recipe of the usual one."""
    for name in OPTIONS:
        value = getattr(recipe, name)
        if value != getattr(Recipe(), name):
            yield f" {_option(name)} {value}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


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
    for name, what in OPTIONS.items():
        usual = getattr(Recipe(), name)
        parser.add_argument(_option(name), type=int, default=usual, help=f"{what} ({usual})")
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
    machine = Machine(wanted.device, wanted.drawers)
    try:
        network = train(recipe, wanted.data, wanted.out, machine, wanted.leave_out)
    except RecipeError as error:
        parser.error(str(error))
    path = wanted.out / f"{model_name(wanted.leave_out)}.onnx"
    print(f"wrote {export_model(network, path, INTERFACE, describe(recipe, wanted.leave_out))}")


if __name__ == "__main__":
    main()
