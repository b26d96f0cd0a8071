"""What the street detector is asked for, and how far its answer is from it.

Cells are given to objects by task alignment (Feng et al., TOOD, arXiv:2108.07755, §3.3), scores learn by varifocal loss
(Zhang et al., arXiv:2008.13367), boxes by complete IoU (Zheng et al., arXiv:1911.08287). Cells in ignored places, and
classes that nobody labelled in a picture, count less or not at all as empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from street.augment import Scene
from street.network import BOX, CLASSES, STRIDES

NEAREST = 10
"""Cells that an object takes at most."""
SCORE_POWER, OVERLAP_POWER = 0.5, 4.0
LEAST_REACH = 12.0
"""An object is offered to cells within so many pixels, however small it is."""
BOX_WEIGHT = 2.5


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a square input: `corners` (N, 2) in cells, `centres` (N, 2) in pixels, `strides` (N, 1)."""

    corners: Tensor
    centres: Tensor
    strides: Tensor

    @classmethod
    def of(cls, height: int, width: int) -> Cells:
        corners, strides = [], []
        for stride in STRIDES:
            ys, xs = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
            corners.append(torch.stack([xs.flatten(), ys.flatten()], 1).float())
            strides.append(torch.full((xs.numel(), 1), float(stride)))
        all_corners, all_strides = torch.cat(corners), torch.cat(strides)
        return cls(all_corners, (all_corners + 0.5) * all_strides, all_strides)

    def boxes(self, raw: Tensor) -> Tensor:
        """Raw box values (…, N, 4) as x1, y1, x2, y2 in pixels."""
        centres = (raw[..., :2] + self.corners) * self.strides
        halves = raw[..., 2:4].clamp(max=6).exp() * self.strides / 2
        return torch.cat([centres - halves, centres + halves], -1)


def detection_loss(raw: Tensor, scenes: list[Scene], cells: Cells) -> tuple[Tensor, dict[str, float]]:
    """The loss of raw answers (n, N, 10) to `scenes`, and its parts for the log."""
    boxes, logits = cells.boxes(raw[..., :BOX]), raw[..., BOX:]
    targets, wanted, weights = [], [], []
    with torch.no_grad():
        for row, scene in enumerate(scenes):
            target, box = _assigned(boxes[row], logits[row].sigmoid(), scene, cells)
            targets.append(target)
            wanted.append(box)
            weights.append(_emptiness(scene, cells))
    target, weight, goal = torch.stack(targets), torch.stack(weights), torch.stack(wanted)
    total = target.sum().clamp(min=1)
    scores = logits.sigmoid()
    focus = torch.where(target > 0, target, 0.75 * scores.detach().square() * weight)
    score_loss = (functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * focus).sum() / total
    quality = target.amax(-1)
    taken = quality > 0
    box_loss = ((1 - complete_iou(boxes[taken], goal[taken])) * quality[taken]).sum() / total
    loss = score_loss + BOX_WEIGHT * box_loss
    return loss, {"score": score_loss.item(), "box": box_loss.item()}


def complete_iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlap less the distance of the centres and the difference in shape, rows of x1, y1, x2, y2."""
    size_a, size_b = (a[:, 2:] - a[:, :2]).clamp(min=1e-3), (b[:, 2:] - b[:, :2]).clamp(min=1e-3)
    meet = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    iou = meet / (size_a.prod(1) + size_b.prod(1) - meet)
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    apart = ((a[:, 2:] + a[:, :2] - b[:, 2:] - b[:, :2]) / 2).square().sum(1) / hull.square().sum(1).clamp(min=1e-6)
    angle = (size_b[:, 0] / size_b[:, 1]).atan() - (size_a[:, 0] / size_a[:, 1]).atan()
    shape = 4 / torch.pi**2 * angle.square()
    with torch.no_grad():
        trade = shape / (1 - iou + shape).clamp(min=1e-6)
    return iou - apart - trade * shape


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlaps (len(a), len(b)) of rows x1, y1, x2, y2."""
    meet = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(min=0)
    areas = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None]
    shared = meet.prod(2)
    return shared / (areas - shared).clamp(min=1e-6)


def _assigned(boxes: Tensor, scores: Tensor, scene: Scene, cells: Cells) -> tuple[Tensor, Tensor]:
    """Wanted scores (N, 6) and boxes (N, 4) of every cell."""
    target = torch.zeros(len(cells.centres), len(CLASSES))
    goal = torch.zeros(len(cells.centres), 4)
    if not len(scene.boxes):
        return target, goal
    objects, classes = torch.from_numpy(scene.boxes), torch.from_numpy(scene.classes)
    middles = (objects[:, :2] + objects[:, 2:]) / 2
    reach = ((objects[:, 2:] - objects[:, :2]) / 2).clamp(min=LEAST_REACH / 2)
    inside = ((cells.centres[None] - middles[:, None]).abs() < reach[:, None]).all(2)
    overlap = pairwise_iou(objects, boxes)
    alignment = scores[:, classes].T.clamp(min=1e-4) ** SCORE_POWER * overlap**OVERLAP_POWER * inside
    best, cell = alignment.topk(min(NEAREST, alignment.shape[1]), dim=1)
    chosen = torch.zeros_like(alignment).scatter_(1, cell, (best > 1e-9).float()) * alignment
    # An object that no cell answers yet, as at the start: the cell nearest to its middle takes it.
    alone = chosen.amax(1) <= 0
    if alone.any():
        nearest = (cells.centres[None] - middles[alone, None]).square().sum(2).argmin(1)
        chosen[alone.nonzero()[:, 0], nearest] = 1e-9
    owner = chosen.argmax(0)
    taken = chosen.amax(0) > 0
    own, rows = owner[taken], taken.nonzero()[:, 0]
    peak = chosen.amax(1)[own].clamp(min=1e-9)
    peak_overlap = (overlap * (chosen > 0)).amax(1)[own].clamp(min=0.1)
    target[rows, classes[own]] = (chosen[own, rows] / peak * peak_overlap).clamp(max=1)
    goal[rows] = objects[own]
    return target, goal


def _emptiness(scene: Scene, cells: Cells) -> Tensor:
    """How much each cell counts as empty, a class (N, 6)."""
    weights = torch.ones(len(cells.centres), len(CLASSES))
    for quarter, trusted in zip(scene.quarters, scene.trusted, strict=True):
        weights[_within(cells.centres, torch.from_numpy(quarter))] = torch.from_numpy(trusted)
    for place in scene.ignored:
        weights[_within(cells.centres, torch.from_numpy(place))] = 0
    return weights


def _within(points: Tensor, box: Tensor) -> Tensor:
    return ((points >= box[:2]) & (points < box[2:])).all(1)
