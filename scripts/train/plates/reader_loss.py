"""What the plate reader is trained to make small."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .reader_sample import NOTHING

KIND_WEIGHT = 0.3


def reader_loss(characters: Tensor, kinds: Tensor, slots: Tensor, kind: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy of the characters' logits (n, 8, 75), each slot by its weight (n, 8), and of the kinds' (n, 12).

    Where `slots` (n, 8) or `kind` (n,) say NOTHING the target is the uniform distribution: the reader is to have no
    opinion there, so that no text is probable.
    """
    loss = _cross_entropy(characters.flatten(0, 1), slots.flatten()).reshape(slots.shape)
    return (loss * weights).mean() + KIND_WEIGHT * _cross_entropy(kinds, kind).mean()


def _cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    logs = functional.log_softmax(logits, dim=-1)
    right = logs.gather(-1, target.clamp(min=0)[..., None])[..., 0]
    return -right.where(target != NOTHING, logs.mean(dim=-1))
