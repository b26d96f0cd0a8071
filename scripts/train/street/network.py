"""The street detector's network: a small anchor-free single-stage convolutional net, quick on CPUs without int8 units.

Dense 3×3 convolutions with few channels and ReLU: on a CPU they run two to three times more multiplications a second
than depthwise ones, and ONNX Runtime folds norm and activation into them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

STRIDES = (8, 16, 32)
CLASSES = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
BOX = 4
RARE = 0.01
"""The share of cells that show an object, roughly: where the scores start, so that the first steps do not blow up."""


@dataclass(frozen=True, slots=True)
class Width:
    """Channels at strides 2, 4, 8, 16, 32, of the neck, and the blocks at strides 4, 8, 16, 32."""

    channels: tuple[int, int, int, int, int] = (16, 24, 48, 96, 160)
    neck: int = 48
    depth: tuple[int, int, int, int] = (0, 2, 2, 1)


class Conv(nn.Sequential):
    def __init__(self, ins: int, outs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(ins, outs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outs, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Bottleneck(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Conv(channels, channels)
        self.second = Conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.first(x))


class Stage(nn.Module):
    """Cross-stage partial block: half of the channels go through bottlenecks, and every step's output is kept."""

    def __init__(self, ins: int, outs: int, depth: int) -> None:
        super().__init__()
        half = outs // 2
        self.split = Conv(ins, 2 * half, 1)
        self.blocks = nn.ModuleList(Bottleneck(half) for _ in range(depth))
        self.join = Conv((2 + depth) * half, outs, 1)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.split(x).chunk(2, 1))
        for block in self.blocks:
            parts.append(block(parts[-1]))
        return self.join(torch.cat(parts, 1))


class Context(nn.Module):
    """Pools over growing windows, so that the coarsest cells know the whole scene (He et al., SPP; Jocher's SPPF)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.squeeze = Conv(channels, half, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.join = Conv(4 * half, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        levels = [self.squeeze(x)]
        for _ in range(3):
            levels.append(self.pool(levels[-1]))
        return self.join(torch.cat(levels, 1))


class Head(nn.Module):
    """Scores and boxes of one stride."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.trunk = Conv(channels, channels)
        self.boxes = nn.Conv2d(channels, BOX, 1)
        self.scores = nn.Conv2d(channels, len(CLASSES), 1)
        nn.init.constant_(self.scores.bias, torch.log(torch.tensor(RARE / (1 - RARE))).item())

    def forward(self, x: Tensor) -> Tensor:
        features = self.trunk(x)
        return torch.cat([self.boxes(features), self.scores(features)], 1).flatten(2)


class StreetNet(nn.Module):
    """Pictures (n, 3, H, W), BGR 0–255 with H and W multiples of 32, to (n, N, 4 + 6) over the cells of all strides.

    A cell's row holds the offset of the box's centre from the cell's corner in cells, the logarithm of width and height
    in cells, and one logit a class.
    """

    def __init__(self, width: Width | None = None) -> None:
        super().__init__()
        width = width or Width()
        c2, c4, c8, c16, c32 = width.channels
        d4, d8, d16, d32 = width.depth
        neck = width.neck
        self.stem = nn.Sequential(Conv(3, c2, 3, 2), Conv(c2, c4, 3, 2), *(Bottleneck(c4) for _ in range(d4)))
        self.fine = nn.Sequential(Conv(c4, c8, 3, 2), Stage(c8, c8, d8))
        self.middle = nn.Sequential(Conv(c8, c16, 3, 2), Stage(c16, c16, d16))
        self.coarse = nn.Sequential(Conv(c16, c32, 3, 2), Stage(c32, c32, d32), Context(c32))
        self.lower32 = Conv(c32, neck, 1)
        self.merge16 = Stage(c16 + neck, neck, 1)
        self.merge8 = Stage(c8 + neck, neck, 1)
        self.down16 = Conv(neck, neck, 3, 2)
        self.out16 = Stage(2 * neck, neck, 1)
        self.down32 = Conv(neck, neck, 3, 2)
        self.out32 = Stage(2 * neck, neck, 1)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.heads = nn.ModuleList(Head(neck) for _ in STRIDES)

    def features(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x8 = self.fine(self.stem(pictures / 127.5 - 1))
        x16 = self.middle(x8)
        x32 = self.lower32(self.coarse(x16))
        n16 = self.merge16(torch.cat([x16, self.up(x32)], 1))
        n8 = self.merge8(torch.cat([x8, self.up(n16)], 1))
        p16 = self.out16(torch.cat([self.down16(n8), n16], 1))
        p32 = self.out32(torch.cat([self.down32(p16), x32], 1))
        return n8, p16, p32

    def forward(self, pictures: Tensor) -> Tensor:
        levels = self.features(pictures)
        return torch.cat([head(x) for head, x in zip(self.heads, levels, strict=True)], 2).transpose(1, 2)


class Exported(nn.Module):
    """The network in the layout of the YOLOX family: 4 box values, objectness (always 1), the classes' scores."""

    def __init__(self, network: StreetNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        raw = self.network(pictures)
        scores = raw[..., BOX:].sigmoid()
        return torch.cat([raw[..., :BOX], torch.ones_like(scores[..., :1]), scores], -1)
