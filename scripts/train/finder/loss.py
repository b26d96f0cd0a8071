"""How wrong the network is: focal loss of the plate map, distance of the corners, one or two rows."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .cells import UNIT

CORNER_WEIGHT = 6.0
ROW_WEIGHT = 0.3


def finder_loss(raw: Tensor, targets: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The loss of ``raw`` (n, 10, rows, columns) and its parts; ``targets`` are the stacked maps of `Targets`.

    The plate map is judged as in CenterNet (Zhou et al. 2019, eq. 1), the corners relative to the plate's size.
    """
    plate = _heat_loss(raw[:, 0], targets["heat"], targets["judged"])
    share, total = targets["share"], targets["share"].sum().clamp(min=1.0)
    off = (raw[:, 2:] - targets["corners"]).abs() * (UNIT / targets["size"])[:, None]
    corner = (functional.smooth_l1_loss(off, torch.zeros_like(off), reduction="none", beta=0.05).mean(1) * share).sum()
    corner = corner / total
    rows = functional.binary_cross_entropy_with_logits(raw[:, 1], targets["two_row"], reduction="none")
    rows = (rows * share).sum() / total
    loss = plate + CORNER_WEIGHT * corner + ROW_WEIGHT * rows
    return loss, {"plate": plate.item(), "corner": corner.item(), "rows": rows.item()}


def _heat_loss(logit: Tensor, heat: Tensor, judged: Tensor) -> Tensor:
    chance = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    centre = (heat == 1.0).float()
    found = (1 - chance) ** 2 * torch.log(chance) * centre
    empty = (1 - heat) ** 4 * chance**2 * torch.log(1 - chance) * (1 - centre) * judged
    return -(found * judged + empty).sum() / centre.sum().clamp(min=1.0)
