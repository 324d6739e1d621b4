"""The network that tells cells from debris: a close-up in, the log-odds of a spermatozoon out."""

import torch
from torch import Tensor, nn

from inference.closeups import PICTURES

CHANNELS = (32, 64, 128)
# Tails are a tenth as bright as heads: on a logarithmic scale both are seen.
FAINT = 8.0


def _conv(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)]


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            *_conv(channels, channels), nn.ReLU(inplace=True), *_conv(channels, channels)
        )

    def forward(self, seen: Tensor) -> Tensor:
        return torch.relu(seen + self.change(seen))


class CellNet(nn.Module):
    """Convolutions down to an eighth, then what the close-up shows on average and at most.

    Looking at one head at a time, it can afford many times the work for each place that the
    detector, which looks at every place, can.
    """

    def __init__(self) -> None:
        super().__init__()
        first, second, third = CHANNELS
        self.look = nn.Sequential(
            *_conv(PICTURES + 1, first, stride=2),
            nn.ReLU(inplace=True),
            *_conv(first, second, stride=2),
            nn.ReLU(inplace=True),
            _Residual(second),
            _Residual(second),
            *_conv(second, third, stride=2),
            nn.ReLU(inplace=True),
            _Residual(third),
            _Residual(third),
        )
        self.decide = nn.Sequential(
            nn.Linear(2 * third, third), nn.ReLU(inplace=True), nn.Dropout(0.1), nn.Linear(third, 1)
        )

    def forward(self, close_ups: Tensor) -> Tensor:
        """Map close-ups (n, PICTURES, side, side) to log-odds (n,)."""
        before, mean, middle, after = close_ups.split(1, dim=1)
        faint = torch.sign(mean) * torch.log1p(FAINT * mean.abs())
        seen = self.look(torch.cat([mean, faint, after - before, middle - mean, before], dim=1))
        whole = torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], dim=1)
        return self.decide(whole)[:, 0]
