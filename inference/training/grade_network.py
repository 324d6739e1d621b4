"""The network that weighs the grades of a cell by its path, its swing and its activity."""

import torch
from torch import Tensor, nn

from inference.path_features import ROWS, Feature

CHANNELS = 32
GRADES = 4


class GradeNet(nn.Module):
    """Convolutions along time, then what the whole track says on average and at most.

    The answer does not hang on how many bins a batch is padded with: padding is left out of both.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv1d(ROWS, CHANNELS, 1),
            nn.ReLU(),
            nn.Conv1d(CHANNELS, CHANNELS, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(CHANNELS, CHANNELS, 3, padding=1),
            nn.ReLU(),
        )
        self.whole = nn.Sequential(
            nn.Linear(2 * CHANNELS, CHANNELS),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(CHANNELS, GRADES),
        )
        # Divide the logits, so that the probabilities are right as often as they say: in a field
        # that does not shake, and what shaking adds.
        self.temperature = nn.Parameter(torch.tensor([1.0, 0.0]), requires_grad=False)

    def logits(self, paths: Tensor) -> Tensor:
        """Map descriptions (n, ROWS, bins) to the logits of a, b, c, d, (n, 4)."""
        present = paths[:, Feature.PRESENT : Feature.PRESENT + 1]
        read = self.steps(paths) * present
        mean = read.sum(2) / present.sum(2)
        most = read.amax(2)
        temperature = self.temperature[0] + self.temperature[1] * paths[:, Feature.SHAKE, :1]
        return self.whole(torch.cat([mean, most], dim=1)) / temperature

    def forward(self, paths: Tensor) -> Tensor:
        """Map descriptions (n, ROWS, bins) to the probabilities of a, b, c, d, (n, 4)."""
        return torch.softmax(self.logits(paths), dim=1)
