"""Train the head detector: `python -m inference.training.heads --data ../shared/data`.

Learns from simulated specimens and, of the real recordings, from VISEM-Tracking 11 alone. The
state is saved every few minutes; the same command goes on where it stopped.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from inference.pictures import normalise
from inference.training.augmentation import augment
from inference.training.export import export_heads
from inference.training.network import HeadNet
from inference.training.samples import RealRecording, Sample, Source
from inference.training.score_calibration import calibrate_scores
from inference.training.simulation import SimulatedSpecimens
from inference.training.targets import draw_target, loss

UM_PER_PX = 0.5
OFFSET_S = 0.1
# The scale of VISEM-Tracking is not published; a head of 4.5 µm measures about 9 px there.
VISEM_UM_PER_PX = 0.5
VISEM_11_HZ = 49.0
# Weaker answers may still carry a track on; what starts one is the linker's choice.
MIN_SCORE = 0.05
CALIBRATION_SCENES = 60


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, besides the data."""

    seed: int = 1
    steps: int = 8_000
    batch: int = 8
    crop_px: int = 256
    learning_rate: float = 3e-3
    real_share: float = 0.4
    scenes: int = 700
    average_decay: float = 0.998


@dataclass(slots=True)
class Progress:
    """What is saved, so that training can go on."""

    network: HeadNet
    averaged: torch.optim.swa_utils.AveragedModel
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    step: int = 0

    def save(self, path: Path) -> None:
        """Write the state beside `path` first, so that a kill leaves the old one whole."""
        parts = {
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
        """Take the state up again."""
        parts = torch.load(path, weights_only=True)
        self.network.load_state_dict(parts["network"])
        self.averaged.load_state_dict(parts["averaged"])
        self.optimiser.load_state_dict(parts["optimiser"])
        self.schedule.load_state_dict(parts["schedule"])
        self.step = parts["step"]


def begin(recipe: Recipe, device: str) -> Progress:
    """Make an untrained network with its optimiser."""
    torch.manual_seed(recipe.seed)
    network = HeadNet().to(device)
    averaged = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average_decay),
        use_buffers=True,
    )
    optimiser = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps + 1, pct_start=0.05
    )
    return Progress(network, averaged, optimiser, schedule)


def draw_batch(
    real: Sequence[Source], simulated: Sequence[Source], recipe: Recipe, step: int
) -> list[Tensor]:
    """Draw the batch of one step; the same step always draws the same batch."""
    rng = np.random.default_rng((recipe.seed, step))
    columns = []
    for _ in range(recipe.batch):
        sources = real if rng.random() < recipe.real_share else simulated
        sample = sources[int(rng.integers(len(sources)))].draw(rng)
        columns.append(_tensors(augment(sample, recipe.crop_px, UM_PER_PX, rng)))
    return [torch.from_numpy(np.stack(column)) for column in zip(*columns, strict=True)]


def _tensors(sample: Sample) -> tuple[np.ndarray, ...]:
    pictures = np.empty(sample.pictures.shape, np.float32)
    for picture, out in zip(sample.pictures, pictures, strict=True):
        normalise(picture, out)
    target = draw_target(sample)
    return pictures, target.heat, target.boxes, target.is_head, target.counts


def train(recipe: Recipe, data: Path, state: Path, device: str) -> HeadNet:
    """Train to the end of the recipe, saving on the way, and return the averaged network."""
    real = [_recording_11(data)]
    simulated = [SimulatedSpecimens(recipe.seed, OFFSET_S, recipe.scenes)]
    progress = begin(recipe, device)
    if state.exists():
        progress.load(state)
        print(f"going on at step {progress.step} of {recipe.steps}")
    saved, recent = time.monotonic(), []
    while progress.step < recipe.steps:
        batch = draw_batch(real, simulated, recipe, progress.step)
        recent.append(_learn(progress, [part.to(device) for part in batch]))
        if progress.step % 100 == 0:
            print(f"step {progress.step}: loss {np.mean(recent):.3f}", flush=True)
            recent.clear()
        if time.monotonic() - saved > 120 or progress.step == recipe.steps:
            progress.save(state)
            saved = time.monotonic()
    network = cast("HeadNet", progress.averaged.module.cpu().eval())
    unseen = SimulatedSpecimens(recipe.seed + 1, OFFSET_S, CALIBRATION_SCENES)
    sources: list[Source] = [*real, unseen]
    line = calibrate_scores(network, sources, CALIBRATION_SCENES, UM_PER_PX, recipe.seed)
    print(f"scores calibrated: slope {line[0]:.3f}, offset {line[1]:+.3f}")
    return network


def _recording_11(data: Path) -> RealRecording:
    folder = data / "visem-tracking" / "11"
    return RealRecording(
        folder / "frames", folder / "tracks.csv", VISEM_UM_PER_PX, VISEM_11_HZ, OFFSET_S
    )


def _learn(progress: Progress, batch: list[Tensor]) -> float:
    pictures, *target = batch
    error = loss(progress.network(pictures), *target)
    progress.optimiser.zero_grad()
    error.backward()
    torch.nn.utils.clip_grad_norm_(progress.network.parameters(), 5.0)
    progress.optimiser.step()
    progress.schedule.step()
    progress.averaged.update_parameters(progress.network)
    progress.step += 1
    return float(error.detach())


def describe(recipe: Recipe) -> dict[str, Any]:
    """Say what the model is, for its card."""
    return {
        "name": "motiscope heads",
        "purpose": "finds the heads of human spermatozoa in phase contrast at 200x to 400x",
        "input": {
            "um_per_px": UM_PER_PX,
            "offset_s": OFFSET_S,
            "pictures": "three grey pictures, before, now and after; median grey 0, 48 greys are 1",
        },
        "output": "a quarter of the size: logit of the heat, offset x and y, log width and height",
        "min_score": MIN_SCORE,
        "licence": "Apache-2.0; attribution of the recording below",
        "trained_on": [
            {
                "recording": "VISEM-Tracking 11, its first 490 frames",
                "source": "Thambawita et al. 2023, doi 10.5281/zenodo.7293726",
                "licence": "CC BY 4.0",
                "um_per_px": f"{VISEM_UM_PER_PX}, assumed: the data set states none",
            },
            {"recording": "simulated specimens of motiscope", "scenes": recipe.scenes},
        ],
        "checked_on": (
            "VISEM-Tracking 12 and 52, which trained nothing but were looked at during "
            "development: motiscope bench tracking"
        ),
        "command": "python -m inference.training.heads --data DATA --out FOLDER",
        "recipe": asdict(recipe),
        "limits": "bright field, other species and stained cells were not learned",
    }


def main() -> None:
    """Train and write the model with its card."""
    parser = argparse.ArgumentParser(description="Train the head detector.")
    parser.add_argument("--data", type=Path, required=True, help="folder of real recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and state")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(seed=wanted.seed, steps=wanted.steps)
    network = train(recipe, wanted.data, wanted.out / "heads.pt", wanted.device)
    print(f"wrote {export_heads(network, wanted.out, describe(recipe))}")


if __name__ == "__main__":
    main()
