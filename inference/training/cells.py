"""Train the sorter: `python -m inference.training.cells --data ../shared/data --out FOLDER`.

Learns from close-ups of what the detector answers with in simulated specimens, then from these and
from those in the VISEM-Tracking recordings; `--leave-out` keeps one back, so that it can be scored.
The state is saved every few minutes; the same command goes on where it stopped.
"""

import argparse
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from inference.closeups import PICTURES, SIDE_PX
from inference.evaluation.recordings import RECORDINGS, left_out_card
from inference.model import SHIPPED_HEADS, read_heads_card
from inference.training.cell_network import CellNet
from inference.training.close_up_batches import CloseUpBatches
from inference.training.close_up_samples import look_at_drawn, look_at_recording
from inference.training.export import Interface, export_model
from inference.training.options import add_options, chosen
from inference.training.samples import VISEM_UM_PER_PX, visem_recording
from inference.training.simulation import Kind, SimulatedSpecimens
from inference.training.stages import Machine, RecipeError, Stage, run

INTERFACE = Interface(
    torch.zeros(2, PICTURES, SIDE_PX, SIDE_PX),
    ("close_ups", "log_odds"),
    {"close_ups": {0: "heads"}, "log_odds": {0: "heads"}},
)
# What can be chosen of the recipe.
OPTIONS = {
    "scenes": "how many simulated specimens are looked at",
    "pinhead_scenes": "how many more, with pinheads",
    "simulated_steps": "batches of simulated close-ups",
    "real_steps": "batches of these and real ones",
    "simulated_batch": "close-ups in one of the former; more where a GPU would wait",
    "real_batch": "and in one of the latter",
    "seed": "of weights, samples and specimens; not the detector's",
}


@dataclass(frozen=True, slots=True)
class CellRecipe:
    """Everything that decides what comes out, besides the data and the detector.

    Attributes:
        seed: Of weights, samples and specimens; not the detector's, which knows its specimens.
        scenes: How many simulated specimens are looked at,
        pinhead_scenes: and how many more, with pinheads, from when recordings are, too.
        looks: At how many instants of each recording.
        simulated_steps: Batches of simulated close-ups.
        real_steps: Batches of these and real ones.
        simulated_batch: Close-ups in one of the former,
        real_batch: and in one of the latter.
        simulated_rate: Highest learning rate at first,
        real_rate: and then.
        real_share: Share of real close-ups in a batch of both,
        pinhead_share: and of those with pinheads.
        average_decay: Of the running mean of the weights, which is what is kept.
    """

    seed: int = 4
    scenes: int = 2_500
    pinhead_scenes: int = 800
    looks: int = 200
    simulated_steps: int = 9_000
    real_steps: int = 1_200
    simulated_batch: int = 128
    real_batch: int = 128
    simulated_rate: float = 3e-3
    real_rate: float = 5e-4
    real_share: float = 0.3
    pinhead_share: float = 0.16
    average_decay: float = 0.998


def train(
    recipe: CellRecipe,
    heads: Path,
    data: Path,
    folder: Path,
    machine: Machine,
    left_out: str | None,
) -> CellNet:
    """Train to the end of the recipe and return the network.

    Args:
        recipe: What is done.
        heads: Card of the detector; it learns from what that finds in drawn scenes.
        data: Folder of the real recordings.
        folder: Where progress is kept; what was learned from simulation serves every split.
        machine: What does the work.
        left_out: Number of the recording that the network must not see, None for none.
    """
    torch.manual_seed(recipe.seed)
    shipped = read_heads_card(heads)
    network, rules = CellNet(), asdict(recipe) | {"heads_sha256": shipped.identity.sha256}
    specimens = SimulatedSpecimens(folder / "scenes", recipe.seed, recipe.scenes)
    drawn = look_at_drawn(specimens, shipped)
    batches = CloseUpBatches([drawn], [1.0], recipe.simulated_batch, recipe.seed)
    first = Stage(
        "simulated",
        recipe.simulated_steps,
        recipe.simulated_rate,
        batches,
        loss,
        folder / "cells-simulated.pt",
        batches.views,
    )
    run(first, network, rules, machine)
    # One that has not seen it either looks for what there is to look at.
    detector = read_heads_card(left_out_card(left_out)) if left_out else shipped
    seen = [
        look_at_recording(visem_recording(data, number), recipe.looks, recipe.seed, detector)
        for number in RECORDINGS
        if number != left_out
    ]
    others = SimulatedSpecimens(
        folder / "scenes", recipe.seed, recipe.pinhead_scenes, Kind.PINHEADS
    )
    with_pinheads = look_at_drawn(others, shipped)
    shares = [
        1 - recipe.real_share - recipe.pinhead_share,
        recipe.pinhead_share,
        *(recipe.real_share / len(seen) for _ in seen),
    ]
    sources = [drawn, with_pinheads, *seen]
    batches = CloseUpBatches(sources, shares, recipe.real_batch, recipe.seed)
    name = model_name(left_out)
    then = Stage(
        name,
        recipe.real_steps,
        recipe.real_rate,
        batches,
        loss,
        folder / f"{name}.pt",
        batches.views,
    )
    run(then, network, rules, machine)
    return network


def loss(log_odds: Tensor, is_cell: Tensor) -> Tensor:
    """Cross-entropy of the log-odds (n,)."""
    return binary_cross_entropy_with_logits(log_odds, is_cell)


def model_name(left_out: str | None) -> str:
    """Return the name of the model's file, without its suffix."""
    return f"cells-without-{left_out}" if left_out else "cells"


def describe(recipe: CellRecipe, left_out: str | None) -> dict[str, Any]:
    """Say what the model is, for its card."""
    trained = [number for number in RECORDINGS if number != left_out]
    return {
        "name": f"motiscope {model_name(left_out)}",
        "purpose": "tells human spermatozoa from debris among what the detector finds",
        "input": {
            "close_ups": f"{PICTURES} pictures of {SIDE_PX} px around a head: before, the mean of "
            "five frames in a row, the middle one of them, and after; as the detector's",
        },
        "output": "log-odds of a spermatozoon",
        "licence": "Apache-2.0; attribution of the recordings below",
        "trained_on": [
            {
                "recordings": [f"VISEM-Tracking {number}" for number in trained],
                "source": "Thambawita et al. 2023, doi 10.5281/zenodo.7293726",
                "licence": "CC BY 4.0",
                "um_per_px": f"{VISEM_UM_PER_PX}, assumed: the data set states none",
            },
            {
                "recording": "simulated specimens of motiscope",
                "scenes": recipe.scenes + recipe.pinhead_scenes,
            },
        ],
        "left_out": [left_out] if left_out else [],
        "checked_on": "unseen recordings: VISEM-Tracking 11, 12 and 52, each by the networks that "
        "left it out (motiscope bench tracking), the bright-field clips of MIaMIA-SVDS (motiscope "
        "bench brightfield) and simulated fields (motiscope bench grading). Their scores were seen "
        "while motiscope was written.",
        "command": "python -m inference.training.cells --data DATA --out FOLDER"
        + (f" --leave-out {left_out}" if left_out else "")
        + chosen(recipe, OPTIONS),
        "recipe": asdict(recipe),
        "limits": "other species and stained cells were not learned",
    }


def main() -> None:
    """Train and write the model with its card."""
    parser = argparse.ArgumentParser(description="Train the sorter of cells and debris.")
    parser.add_argument("--data", type=Path, required=True, help="folder of real recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and state")
    parser.add_argument(
        "--leave-out",
        choices=tuple(RECORDINGS),
        help="recording that trains nothing, so that it can be scored",
    )
    parser.add_argument("--heads", type=Path, default=SHIPPED_HEADS, help="card of the detector")
    add_options(parser, CellRecipe(), OPTIONS)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    cores = os.cpu_count() or 1
    parser.add_argument("--threads", type=int, default=cores, help=f"that learn ({cores})")
    wanted = parser.parse_args()
    torch.set_num_threads(wanted.threads)
    cv2.setNumThreads(1)
    wanted.out.mkdir(parents=True, exist_ok=True)
    recipe = CellRecipe(**{name: getattr(wanted, name) for name in OPTIONS})
    machine = Machine(wanted.device, drawers=0)
    try:
        network = train(recipe, wanted.heads, wanted.data, wanted.out, machine, wanted.leave_out)
    except RecipeError as error:
        parser.error(str(error))
    path = wanted.out / f"{model_name(wanted.leave_out)}.onnx"
    print(f"wrote {export_model(network, path, INTERFACE, describe(recipe, wanted.leave_out))}")


if __name__ == "__main__":
    main()
