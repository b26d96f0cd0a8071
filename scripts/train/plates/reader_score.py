"""How a network reads pictures whose text is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from skynet.domain.plate_decoder import DecodedPlate, decode_plate
from skynet.domain.plate_scores import Calibration, PlateScores

from .real_crops import RealCrop

_BATCH = 64


def read_views(
    network: nn.Module, views: NDArray[np.uint8], calibration: Calibration | None = None
) -> list[DecodedPlate]:
    """The likeliest plate of each view, uint8 (n, 48, 144, 3) BGR."""
    reads: list[DecodedPlate] = []
    with torch.no_grad():
        for start in range(0, len(views), _BATCH):
            picture = torch.from_numpy(views[start : start + _BATCH]).permute(0, 3, 1, 2).float()
            logits = (output.numpy() for output in network(picture))
            reads.extend(decode_plate(PlateScores.of_logits(*one, calibration)) for one in zip(*logits, strict=True))
    return reads


def exact_share(network: nn.Module, crops: Sequence[RealCrop]) -> float:
    """The share of `crops` whose whole text is read right."""
    reads = read_views(network, np.stack([crop.view() for crop in crops]))
    return float(np.mean([one.text == crop.text for one, crop in zip(reads, crops, strict=True)]))
