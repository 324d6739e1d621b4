"""Networks that tell percentages of a sample from a single frame."""

import pickle
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from inference.training.frame_recipe import Network, TrainingError

# The classes that Inception V3 was made to tell, and a helper of its own training.
_NOT_CARRIED_OVER = ("fc.", "AuxLogits.")


def build(network: Network, outputs: int, weights: Path | None = None) -> nn.Module:
    """Make a network that maps pictures (n, 1, h, w) to numbers (n, outputs).

    Args:
        network: Which.
        outputs: How many numbers it tells.
        weights: File of weights for Inception V3, as torchvision has them; random ones without.

    Raises:
        TrainingError: If the file holds none.
        ModuleNotFoundError: If torchvision, which has Inception V3, is not installed.
    """
    if network is Network.SMALL:
        return SmallNet(outputs)
    return InceptionNet(outputs, weights)


def _conv(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class SmallNet(nn.Module):
    """Four convolutions to a sixteenth of the size, their mean, and one layer that tells.

    61 thousand weights: small enough for a CPU.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.look = nn.Sequential(_conv(1, 16), _conv(16, 32), _conv(32, 64), _conv(64, 64))
        self.tell = nn.Sequential(nn.Dropout(0.2), nn.Linear(64, outputs))

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 1, h, w) to numbers (n, outputs)."""
        return self.tell(self.look(pictures).mean(dim=(2, 3)))


class InceptionNet(nn.Module):
    """Inception V3 (Szegedy et al. 2016) as torchvision has it, on a grey picture three times over.

    Raises:
        TrainingError: If the file of weights holds none of Inception V3.
    """

    def __init__(self, outputs: int, weights: Path | None) -> None:
        from torchvision.models import inception_v3  # noqa: PLC0415 - not everyone has it

        super().__init__()
        self.look = inception_v3(weights=None, aux_logits=False, init_weights=weights is None)
        if weights is not None:
            _load(self.look, weights)
        self.look.fc = nn.Linear(self.look.fc.in_features, outputs)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 1, h, w) to numbers (n, outputs)."""
        return self.look(pictures.expand(-1, 3, -1, -1))


def _load(network: nn.Module, weights: Path) -> None:
    try:
        found: dict[str, Any] = torch.load(weights, map_location="cpu", weights_only=True)
        carried = {
            name: value for name, value in found.items() if not name.startswith(_NOT_CARRIED_OVER)
        }
        lacking = network.load_state_dict(carried, strict=False)
    except (pickle.UnpicklingError, RuntimeError, AttributeError, EOFError) as error:
        raise TrainingError(f"{weights}: no weights of Inception V3 ({_brief(error)})") from error
    absent = [name for name in lacking.missing_keys if not name.startswith(_NOT_CARRIED_OVER)]
    if absent or lacking.unexpected_keys:
        odd = (*absent, *lacking.unexpected_keys)[0]
        raise TrainingError(f"{weights}: no weights of Inception V3 (of «{odd}»)")


def _brief(error: Exception) -> str:
    return str(error).partition("\n")[0][:80]
