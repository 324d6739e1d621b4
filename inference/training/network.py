"""The network that finds sperm heads: seven pictures in, heat maps and values of each head out."""

import torch
from torch import Tensor, nn

from inference.heatmap import CHANNELS, HEATS, INSTANTS

PICTURES = INSTANTS + 2
# The heat starts near the share of map cells that hold a head, so that training begins calm.
HEAT_BIAS = -4.0


def _conv(inputs: int, outputs: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def _lift(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))


def _doubled(coarse: Tensor) -> Tensor:
    return nn.functional.interpolate(coarse, scale_factor=2.0, mode="nearest")


class HeadNet(nn.Module):
    """A small encoder-decoder that answers for five frames at once.

    Half to a sixteenth of the resolution and back to a quarter, where the heads are read off. At a
    sixteenth a map cell sees about 150 px (75 µm): the head with its whole tail. One pass serves
    five frames, so it costs a fifth of what it seems to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.to_half = _conv(PICTURES, 16, stride=2)
        self.to_quarter = _conv(16, 16, stride=2)
        self.to_eighth = _conv(16, 32, stride=2)
        self.eighth = _conv(32, 32)
        self.to_sixteenth = _conv(32, 64, stride=2)
        self.context = nn.ModuleList(_conv(64, 64, dilation=d) for d in (1, 2))
        self.lift_to_eighth = _lift(64, 32)
        self.merged = _conv(32, 32)
        self.lift_to_quarter = _lift(32, 16)
        self.read = _conv(16, 32)
        self.out = nn.Conv2d(32, CHANNELS, 1)
        with torch.no_grad():
            self.out.bias[HEATS] = HEAT_BIAS

    def forward(self, pictures: Tensor) -> Tensor:
        """Map normalised pictures (n, 7, h, w) to (n, channels, h / 4, w / 4); heats are logits."""
        quarter = self.to_quarter(self.to_half(pictures))
        eighth = self.to_eighth(quarter)
        eighth = eighth + self.eighth(eighth)
        coarse = self.to_sixteenth(eighth)
        for block in self.context:
            coarse = coarse + block(coarse)
        eighth = torch.relu(eighth + _doubled(self.lift_to_eighth(coarse)))
        eighth = eighth + self.merged(eighth)
        return self.out(self.read(torch.relu(quarter + _doubled(self.lift_to_quarter(eighth)))))
