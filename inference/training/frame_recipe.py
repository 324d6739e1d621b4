"""How a network learns percentages from single frames; imports no torch, so that anyone can ask."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from acquisition.video_file import sha256_of

TRAINING_VERSION = 1
"""A change of the networks, or of how they learn, needs a new number: see `identity`."""


class TrainingError(Exception):
    """A network cannot be trained; the text says in one line why."""


def not_installed(module: str | None, what: str) -> TrainingError:
    """Say which library is missing, what needs it, and how to get it.

    Args:
        module: What could not be imported.
        what: What needs it.
    """
    library, _, _ = (module or "torch").partition(".")
    return TrainingError(
        f"{library} is not installed, and {what} needs it; it is in the dependency group training: "
        "uv run --group training motiscope visem cnn"
    )


class Network(StrEnum):
    """Which network looks at the frames."""

    SMALL = "small"
    INCEPTION_V3 = "inception-v3"


SIZES_PX: Mapping[Network, tuple[int, int]] = MappingProxyType(
    {Network.SMALL: (120, 160), Network.INCEPTION_V3: (299, 299)}
)
"""Height and width of the pictures that each was made for."""


@dataclass(frozen=True, slots=True)
class FrameRecipe:
    """Everything that decides what is learned, besides pictures, targets and seed.

    Attributes:
        network: Which network.
        epochs: How often every picture is seen.
        weights: File of weights that Inception V3 starts from; random ones without.
        batch: Pictures of one step.
        learning_rate: The highest; it falls to 0 along a cosine.
    """

    network: Network = Network.SMALL
    epochs: int = 20
    weights: Path | None = None
    batch: int = 32
    learning_rate: float = 1e-3

    def identity(self) -> Mapping[str, object]:
        """Return it as JSON has it; weights are named by their hash.

        Raises:
            OSError: If the file of weights cannot be read.
        """
        weights = None if self.weights is None else sha256_of(self.weights)
        return {**asdict(self), "weights": weights, "version": TRAINING_VERSION}
