"""The finder's network: dense convolutions down to stride 32 for context, merged back to stride 8."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .cells import CHANNELS

RARE = 0.01
"""Where the plate score starts: about the share of cells that are a plate's centre."""


class Conv(nn.Sequential):
    """Convolution, norm, ReLU: ONNX Runtime folds the three into one step."""

    def __init__(self, ins: int, outs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(ins, outs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outs, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions beside an identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels, momentum=0.03)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class PlateFinder(nn.Module):
    """n × 3 × H × W BGR 0–255 (H, W multiples of 32) to n × 10 × H/8 × W/8 raw: see `cells`."""

    def __init__(self) -> None:
        super().__init__()
        self.at4 = nn.Sequential(Conv(3, 8, stride=2), Conv(8, 16, stride=2), Conv(16, 16))
        self.at8 = nn.Sequential(Conv(16, 32, stride=2), Residual(32))
        self.at16 = nn.Sequential(Conv(32, 64, stride=2), Residual(64), Residual(64))
        self.at32 = nn.Sequential(Conv(64, 64, stride=2), Residual(64))
        self.to16 = Conv(64, 64, 1)
        self.to8 = Conv(64, 32, 1)
        self.head = nn.Sequential(Conv(32, 32), Conv(32, 32))
        self.out = nn.Conv2d(32, CHANNELS, 1)
        with torch.no_grad():
            self.out.bias.zero_()
            self.out.bias[0] = float(torch.logit(torch.tensor(RARE)))

    def forward(self, image: Tensor) -> Tensor:
        at8 = self.at8(self.at4(image * (1 / 128.0) - 1.0))
        at16 = self.at16(at8)
        at16 = at16 + functional.interpolate(self.to16(self.at32(at16)), scale_factor=2.0, mode="nearest")
        at8 = at8 + functional.interpolate(self.to8(at16), scale_factor=2.0, mode="nearest")
        plates: Tensor = self.out(self.head(at8))
        return plates
