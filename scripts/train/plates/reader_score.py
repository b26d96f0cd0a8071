"""How a network reads real crops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from .grammar_read import GrammarRead, read
from .real_crops import RealCrop

_BATCH = 64


def read_crops(network: nn.Module, crops: Sequence[RealCrop]) -> list[GrammarRead]:
    """The best grammatical text of each crop."""
    reads: list[GrammarRead] = []
    with torch.no_grad():
        for start in range(0, len(crops), _BATCH):
            views = np.stack([crop.view() for crop in crops[start : start + _BATCH]])
            characters, kinds = network(torch.from_numpy(views).permute(0, 3, 1, 2).float())
            logs = characters.log_softmax(dim=2).numpy(), kinds.log_softmax(dim=1).numpy()
            reads.extend(read(*pair) for pair in zip(*logs, strict=True))
    return reads


def exact_share(network: nn.Module, crops: Sequence[RealCrop]) -> float:
    """The share of `crops` whose whole text is read right."""
    reads = read_crops(network, crops)
    return sum(one.text == crop.text for one, crop in zip(reads, crops, strict=True)) / max(1, len(crops))
