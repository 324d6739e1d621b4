"""Stages of a training: what is learned from one source of batches, saved on the way."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

SAVE_EVERY_S = 120


class RecipeError(Exception):
    """A state cannot be gone on with; the text names its file and says why."""


class Drawer(Protocol):
    """Where the batches of a stage come from."""

    def of_steps(self, steps: range, drawers: int) -> Iterable[list[Tensor]]:
        """Draw the batches of steps in their order; the same step always draws the same batch.

        Args:
            steps: Which.
            drawers: How many processes draw ahead; with 0 whoever asks draws.
        """
        ...


def once(batch: list[Tensor], step: int) -> Iterator[list[Tensor]]:
    """Yield the batch of a step as it is."""
    del step
    yield batch


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the training.

    Attributes:
        name: What it learns from, for people.
        steps: How many batches.
        rate: Highest learning rate.
        batches: The batch of every step.
        loss: How far an answer, its first argument, is off the rest of the batch.
        state: Where its progress is kept.
        views: Yields the batch of a step as often as it serves, in one view after another.
        count: How many views that are.
    """

    name: str
    steps: int
    rate: float
    batches: Drawer
    loss: Callable[..., Tensor]
    state: Path
    views: Callable[[list[Tensor], int], Iterator[list[Tensor]]] = once
    count: int = 1


@dataclass(frozen=True, slots=True)
class Machine:
    """What does the work; it decides nothing but how long it takes.

    Attributes:
        device: What learns, "cpu" or "cuda".
        drawers: How many processes draw batches.
    """

    device: str
    drawers: int


@dataclass(slots=True)
class Progress:
    """What is saved, so that training can go on."""

    network: nn.Module
    averaged: torch.optim.swa_utils.AveragedModel
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    recipe: dict[str, Any]
    step: int = 0

    @classmethod
    def begin(
        cls, network: nn.Module, stage: Stage, recipe: dict[str, Any], device: str
    ) -> "Progress":
        """Begin to train a network.

        Args:
            network: Where it begins.
            stage: What it will learn.
            recipe: What decides what comes out; `average_decay` is that of the running mean of
                the weights, which is what is kept.
            device: "cpu" or "cuda".
        """
        # A stage before leaves it as it is to be used.
        network = network.train().to(device, memory_format=torch.channels_last)
        averaged = torch.optim.swa_utils.AveragedModel(
            network,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe["average_decay"]),
            use_buffers=True,
        )
        optimiser = torch.optim.AdamW(network.parameters(), stage.rate, weight_decay=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, stage.rate, total_steps=stage.steps * stage.count + 1, pct_start=0.05
        )
        return cls(network, averaged, optimiser, schedule, recipe)

    def save(self, path: Path) -> None:
        """Write the state beside `path` first, so that a kill leaves the old one whole."""
        parts = {
            "recipe": self.recipe,
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
        if parts.get("recipe") != self.recipe:
            raise RecipeError(
                f"{path} was come to by another recipe; name another folder for --out"
            )
        self.network.load_state_dict(parts["network"])
        self.averaged.load_state_dict(parts["averaged"])
        self.optimiser.load_state_dict(parts["optimiser"])
        self.schedule.load_state_dict(parts["schedule"])
        self.step = parts["step"]

    def learn(self, batch: list[Tensor], loss: Callable[..., Tensor]) -> Tensor:
        """Take one step, and return the loss before it."""
        shown, *wanted = batch
        shown = shown.contiguous(memory_format=torch.channels_last)
        error = loss(self.network(shown), *wanted)
        self.optimiser.zero_grad()
        error.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        self.averaged.update_parameters(self.network)
        return error.detach()


def run(stage: Stage, network: nn.Module, recipe: dict[str, Any], machine: Machine) -> None:
    """Take a network through one stage, saving on the way; what it ends with is the average.

    Raises:
        RecipeError: If its state was come to by another recipe.
    """
    progress = Progress.begin(network, stage, recipe, machine.device)
    if stage.state.exists():
        progress.load(stage.state)
        print(f"{stage.name}: going on at step {progress.step} of {stage.steps}")
    recent: list[Tensor] = []
    saved = time.monotonic()
    left = range(progress.step, stage.steps)
    for batch in stage.batches.of_steps(left, machine.drawers):
        seen = [part.to(machine.device) for part in batch]
        views = stage.views(seen, progress.step)
        recent.extend(progress.learn(view, stage.loss) for view in views)
        progress.step += 1
        if progress.step % 100 == 0:
            error = float(torch.stack(recent).mean())
            print(f"{stage.name}, step {progress.step}: loss {error:.3f}", flush=True)
            recent.clear()
        if time.monotonic() - saved > SAVE_EVERY_S or progress.step == stage.steps:
            progress.save(stage.state)
            saved = time.monotonic()
    network.cpu().load_state_dict(progress.averaged.module.state_dict())
    network.eval()
