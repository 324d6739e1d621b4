"""The network that weighs the grades of a cell by its path, its swing and its activity."""

import torch
from torch import Tensor, nn

from inference.path_features import ROWS, Feature

CHANNELS = 32
# How fast a cell gets on is told by its path alone: how lively it looks must not make it faster.
PATH = [
    Feature.PRESENT,
    Feature.SEEN,
    Feature.STEP,
    Feature.NET,
    Feature.FARTHEST,
    Feature.WOBBLE,
    Feature.NOISE,
    Feature.DURATION,
    Feature.DRIFT,
    Feature.SHAKE,
]


class TrackReader(nn.Module):
    """Convolutions along time, then what the whole track says on average and at most.

    The answer does not hang on how many bins a track is padded with, if these are as many as the
    convolutions reach over its end (`path_features.REACH_BINS`): padding is left out of both.
    """

    def __init__(self, rows: int, answers: int) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv1d(rows, CHANNELS, 1),
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
            nn.Linear(CHANNELS, answers),
        )

    def forward(self, paths: Tensor, present: Tensor) -> Tensor:
        """Map descriptions (n, rows, bins) to the logarithms of probabilities, (n, answers)."""
        read = self.steps(paths) * present
        mean = read.sum(2) / present.sum(2)
        most = read.amax(2)
        return torch.log_softmax(self.whole(torch.cat([mean, most], dim=1)), dim=1)


class GradeNet(nn.Module):
    """The grades as WHO defines them: a, b or neither by the path; then c or d by all there is."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = TrackReader(len(PATH), 3)
        self.life = TrackReader(ROWS, 2)
        # Divide the logits, so that the probabilities are right as often as they say: in a field
        # that does not shake, and what shaking adds.
        self.temperature = nn.Parameter(torch.tensor([1.0, 0.0]), requires_grad=False)

    def logits(self, paths: Tensor) -> Tensor:
        """Map descriptions (n, ROWS, bins) to the logits of a, b, c, d, (n, 4)."""
        present = paths[:, Feature.PRESENT : Feature.PRESENT + 1]
        pace = self.pace(paths[:, PATH], present)
        in_place = pace[:, 2:] + self.life(paths, present)
        temperature = self.temperature[0] + self.temperature[1] * paths[:, Feature.SHAKE, :1]
        return torch.cat([pace[:, :2], in_place], dim=1) / temperature

    def forward(self, paths: Tensor) -> Tensor:
        """Map descriptions (n, ROWS, bins) to the probabilities of a, b, c and d, (n, 4)."""
        return torch.softmax(self.logits(paths), dim=1)
