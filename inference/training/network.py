"""The network that finds sperm heads: three frames in, a heat map and box values out."""

import torch
from torch import Tensor, nn

STRIDE_PX = 4
CHANNELS_OUT = 5  # heat, x offset, y offset, log width, log height
# The heat starts near the share of map cells that hold a head, so that training begins calm.
HEAT_BIAS = -4.0


def _conv(inputs: int, outputs: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class HeadNet(nn.Module):
    """A small encoder-decoder.

    Half, quarter and eighth resolution; the eighth is dilated, so that a map cell sees about
    150 px (75 µm), the whole tail; its context is added back at a quarter of the resolution,
    where the heads are read off. Narrow on purpose: 4 ms a 640x480 frame on two cores.
    """

    def __init__(self) -> None:
        super().__init__()
        self.to_half = _conv(3, 16, stride=2)
        self.to_quarter = _conv(16, 16, stride=2)
        self.to_eighth = _conv(16, 32, stride=2)
        self.context = nn.ModuleList(_conv(32, 32, dilation=d) for d in (1, 2, 4, 2))
        self.lift = nn.Sequential(nn.Conv2d(32, 16, 1, bias=False), nn.BatchNorm2d(16))
        self.read = _conv(16, 16)
        self.out = nn.Conv2d(16, CHANNELS_OUT, 1)
        with torch.no_grad():
            self.out.bias[0] = HEAT_BIAS

    def forward(self, pictures: Tensor) -> Tensor:
        """Map normalised pictures (n, 3, h, w) to (n, 5, h / 4, w / 4); the heat is a logit."""
        fine = self.to_quarter(self.to_half(pictures))
        coarse = self.to_eighth(fine)
        for block in self.context:
            coarse = coarse + block(coarse)
        lifted = nn.functional.interpolate(self.lift(coarse), scale_factor=2.0, mode="nearest")
        return self.out(self.read(torch.relu(fine + lifted)))
