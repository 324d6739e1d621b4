"""Training of a network that tells percentages from single frames: `motiscope visem cnn`."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.training.frame_networks import build
from inference.training.frame_recipe import FrameRecipe, TrainingError, not_installed

Pictures = NDArray[np.uint8]
Percentages = NDArray[np.float64]
OnEpoch = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Scale:
    """How grey values go into a network, and its numbers come out as percentages.

    Attributes:
        grey: Mean and standard deviation of the grey values that are learnt from.
        centre: Mean of each target.
        spread: Standard deviation of each target; 1 where it does not vary.
    """

    grey: tuple[float, float]
    centre: Tensor
    spread: Tensor

    @classmethod
    def of(cls, known: Pictures, targets: Percentages, device: torch.device) -> "_Scale":
        """Take the scale from what is learnt from, and from nothing else."""
        spread = targets.std(axis=0)
        ends = targets.mean(axis=0), np.where(spread > 0, spread, 1.0)
        of_targets = torch.tensor(np.stack(ends), dtype=torch.float32, device=device)
        return cls((float(known.mean()), max(float(known.std()), 1.0)), *of_targets)

    def seen(self, pictures: Pictures) -> Tensor:
        """Return pictures (n, h, w) as a network takes them, (n, 1, h, w)."""
        mean, deviation = self.grey
        shown = torch.from_numpy(pictures).to(self.centre.device, torch.float32)
        return ((shown - mean) / deviation)[:, None]

    def told(self, numbers: Tensor) -> Tensor:
        """Return what a network tells, in percent."""
        return self.centre + self.spread * numbers


@dataclass(slots=True)
class _Progress:
    """What is saved after each epoch, so that training can go on."""

    network: nn.Module
    optimiser: torch.optim.Optimizer
    epoch: int = 0

    def save(self, path: Path) -> None:
        """Write the state beside `path` first, so that a kill leaves the old one whole."""
        parts = {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch,
        }
        partial = path.with_suffix(".part")
        torch.save(parts, partial)
        partial.replace(path)

    def load(self, path: Path, device: torch.device) -> None:
        """Take the state up again."""
        parts = torch.load(path, map_location=device, weights_only=True)
        self.network.load_state_dict(parts["network"])
        self.optimiser.load_state_dict(parts["optimiser"])
        self.epoch = parts["epoch"]


@dataclass(frozen=True, slots=True)
class FrameTraining:
    """Trains a network on the CPU, or on a GPU where torch finds one.

    The mean absolute error, which is what is scored, is what is made small. Pictures are turned
    over at random, for a sample has no left and no up.

    Attributes:
        recipe: What is done.
        threads: Of the CPU.
    """

    recipe: FrameRecipe
    threads: int = 1

    @property
    def epochs(self) -> int:
        """How often every known picture is seen."""
        return self.recipe.epochs

    @property
    def identity(self) -> Mapping[str, object]:
        """Everything that decides what is told besides pictures, targets and seed."""
        return self.recipe.identity()

    def check(self) -> None:
        """Make the network once, to see that it can be made.

        Raises:
            TrainingError: If a library or its weights are missing.
        """
        try:
            build(self.recipe.network, 1, self.recipe.weights)
        except ModuleNotFoundError as error:
            raise not_installed(error.name, f"--network {self.recipe.network}") from error

    def learn_and_tell(
        self,
        known: Pictures,
        targets: Percentages,
        asked: Pictures,
        seed: int,
        state: Path,
        on_epoch: OnEpoch,
    ) -> Percentages:
        """Return asked pictures x targets, in percent.

        Each epoch draws from its own seed, so that one which goes on from a state that was kept
        tells the same as one that was never stopped.

        Args:
            known: Pictures to learn from, shape (n, height, width), uint8.
            targets: Of each known picture, shape (n, targets), in percent.
            asked: Pictures to be told of, shape (m, height, width), uint8.
            seed: Of weights, order and turns.
            state: Where it keeps after each epoch what it has come to, and goes on from.
            on_epoch: Told the epochs that are done.

        Raises:
            TrainingError: If the errors grow out of all bounds.
            OSError: If the state cannot be kept.
        """
        torch.set_num_threads(self.threads)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        scale = _Scale.of(known, targets, device)
        progress = self._begin(targets.shape[1], seed, device)
        if state.exists():
            progress.load(state, device)
        on_epoch(progress.epoch)
        while progress.epoch < self.epochs:
            self._learn(progress, scale, known, targets, seed)
            progress.save(state)
            on_epoch(progress.epoch)
        return self._tell(progress.network, scale, asked)

    def _begin(self, outputs: int, seed: int, device: torch.device) -> _Progress:
        torch.manual_seed(seed)
        network = build(self.recipe.network, outputs, self.recipe.weights).to(device)
        return _Progress(
            network, torch.optim.AdamW(network.parameters(), self.recipe.learning_rate)
        )

    def _learn(
        self,
        progress: _Progress,
        scale: _Scale,
        known: Pictures,
        targets: Percentages,
        seed: int,
    ) -> None:
        """Go through all pictures once, in random order."""
        rng = np.random.default_rng((seed, progress.epoch))
        torch.manual_seed(int(rng.integers(2**31)))
        for group in progress.optimiser.param_groups:
            group["lr"] = self.recipe.learning_rate * _cosine(progress.epoch / self.epochs)
        progress.network.train()
        order = rng.permutation(len(known))
        for begin in range(0, len(order), self.recipe.batch):
            rows = order[begin : begin + self.recipe.batch]
            wanted = torch.from_numpy(targets[rows]).to(scale.centre)
            told = scale.told(progress.network(scale.seen(_turned(known[rows], rng))))
            error = (told - wanted).abs().mean()
            if not torch.isfinite(error):
                raise TrainingError(f"training went astray in epoch {progress.epoch + 1}")
            progress.optimiser.zero_grad()
            error.backward()
            progress.optimiser.step()
        progress.epoch += 1

    def _tell(self, network: nn.Module, scale: _Scale, asked: Pictures) -> Percentages:
        network.eval()
        with torch.no_grad():
            told = [
                scale.told(network(scale.seen(asked[begin : begin + self.recipe.batch])))
                for begin in range(0, len(asked), self.recipe.batch)
            ]
        percent: Percentages = torch.cat(told).clamp(0, 100).cpu().numpy().astype(np.float64)
        return percent


def _cosine(share: float) -> float:
    return (1 + math.cos(math.pi * share)) / 2


def _turned(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Turn each picture over, or not, from left to right and upside down."""
    turned = pictures.copy()
    for axis in (1, 2):
        over = rng.random(len(turned)) < 0.5
        turned[over] = np.flip(turned[over], axis)
    return turned
