#!/usr/bin/env python3
"""Trains the street detector and writes `street-nano.onnx`; resumes from the last checkpoint in `--out`.

Three phases on one schedule: views in which the student also learns to see what a teacher sees (fast, since the teacher
looked at them once); such views in turn with mosaics and windows of the labelled pictures under hard augmentation; and
the latter alone, larger and hardly mixed.

    scripts/train/setup
    .venv-train/bin/python scripts/train/detector.py --data ../shared/data --out runs/detector
"""

from __future__ import annotations

import argparse
import copy
import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from street.augment import Scene, mosaic, weathered, window
from street.clips import clip_pictures
from street.drawn import drawn_pictures
from street.loss import Cells, detection_loss
from street.network import BOX, CLASSES, STRIDES, StreetNet, Width
from street.pictures import Picture, load_street
from street.score import FLOOR, Answer, average_precision, fitted, suppressed
from street.teacher import CHANNELS, Teacher, Views, shrunk, taught_views
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

VIEW_SIDE = 320
"""What the teacher's views are kept for; most of the training shows them, and all else, smaller, for speed."""
SIDE, LAST_SIDE = 256, 384
TEST_SIDE = 416
ZOOMS = [(0.9, 1.2), (1.2, 2.6)]
FEATURE_WEIGHT, TAUGHT_SCORE_WEIGHT = 4.0, 1.0
SEED = 7
Score = Callable[[], NDArray[np.float64]]
"""Average precision of each class."""
SAMPLES = Path(__file__).parents[2] / "sample_streams"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pictures each phase shows, and how."""

    taught: int
    mosaics: int
    last: int
    batch: int
    rate: float

    @property
    def total(self) -> int:
        return self.taught + self.mosaics + self.last


class TaughtScenes(Dataset[tuple[Scene, int]]):
    """Views that the teacher has seen, under other light and weather; the place is not changed but for that."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def __len__(self) -> int:
        return len(self._views.scenes)

    def __getitem__(self, index: int) -> tuple[Scene, int]:
        rng = np.random.default_rng()
        scene = shrunk(self._views.scenes[index], SIDE)
        scene.pixels = weathered(scene.pixels, rng)
        return scene, index


class FreeScenes(Dataset[tuple[Scene, int]]):
    """Mosaics and single windows, made anew each time. Pictures with rare classes come more often."""

    def __init__(self, pictures: list[Picture], side: int, mosaic_share: float) -> None:
        self._pictures = pictures
        self._side = side
        self._mosaic_share = mosaic_share
        self._shares = _shares(pictures)

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[Scene, int]:
        rng = np.random.default_rng()
        if rng.random() < self._mosaic_share:
            scene = mosaic([self._pick(rng) for _ in range(4)], rng, self._side, (1.0, 3.6))
        else:
            scene = window(self._pick(rng), rng, (self._side, self._side), (0.8, 2.2))
        scene.pixels = weathered(scene.pixels, rng)
        return scene, -1

    def _pick(self, rng: np.random.Generator) -> Picture:
        return self._pictures[int(np.searchsorted(self._shares, rng.random()))]


def main() -> None:
    args = _arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(args.taught, args.mosaics, args.last, args.batch, args.rate)
    teacher = Teacher(args.data / "weights" / args.teacher, args.threads)
    clips = clip_pictures(args.data / "videos", teacher)
    pictures = load_street(args.data / "street", "train") + clips
    held_back = load_street(args.data / "street", "val")
    run = Run(plan, args.out, args.seconds)
    run.resume()

    def score() -> NDArray[np.float64]:
        return average_precision(held_back, answering(run.averaged, TEST_SIDE))

    mixed_end = plan.taught + plan.mosaics
    free = pictures + drawn_pictures(args.samples)
    if run.shown < mixed_end:
        views = taught_views(pictures, teacher, args.out / "views", side=VIEW_SIDE, zooms=ZOOMS, seed=1)
        run.take_lessons_of(views)
        run.train([TaughtScenes(views)], plan.taught, score)
        run.train([TaughtScenes(views), FreeScenes(free, SIDE, 0.5)], mixed_end, score)
    run.train([FreeScenes(free, LAST_SIDE, 0.1)], plan.total, score)
    torch.save(run.averaged.state_dict(), args.out / "street-nano.pt")
    print(f"done: {args.out / 'street-nano.pt'}; export it with scripts/train/export_detector.py")


class Run:
    """One training: the student, its running average, the optimiser and where it stands (`shown` pictures)."""

    def __init__(self, plan: Plan, out: Path, score_every_s: float) -> None:
        self._plan = plan
        self._views: Views | None = None
        self._checkpoint = out / "checkpoint.pt"
        self._score_every_s = score_every_s
        self.student = StreetNet().to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.student).eval()
        neck = Width().neck
        self._adapters = nn.ModuleList(nn.Conv2d(neck, CHANNELS, 1) for _ in range(3))
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        plain = [p for p in [*self.student.parameters(), *self._adapters.parameters()] if p.ndim <= 1]
        adapters = [p for p in self._adapters.parameters() if p.ndim > 1]
        self._optimiser = torch.optim.AdamW(
            [{"params": decayed + adapters, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=plan.rate
        )
        self.shown = 0
        self._steps = 0

    def resume(self) -> None:
        if not self._checkpoint.exists():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        self.student.load_state_dict(state["student"])
        self.averaged.load_state_dict(state["averaged"])
        self._adapters.load_state_dict(state["adapters"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.shown, self._steps = state["shown"], state["steps"]
        print(f"resumed after {self.shown} pictures", flush=True)

    def save(self) -> None:
        state = {
            "student": self.student.state_dict(),
            "averaged": self.averaged.state_dict(),
            "adapters": self._adapters.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "shown": self.shown,
            "steps": self._steps,
        }
        part = self._checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self._checkpoint)

    def take_lessons_of(self, views: Views) -> None:
        """Wherever one of `views` is shown, features and scores of the teacher are wanted as well."""
        self._views = views

    def train(self, sources: list[Dataset[tuple[Scene, int]]], end: int, score: Score) -> None:
        """Show batches of `sources` in turn until `end` pictures were shown in all; score and save now and then."""
        if self.shown >= end:
            return
        scored_at = time.monotonic()
        turns = [self._batches(source) for source in sources]
        for turn in itertools.cycle(turns):
            batch = next(turn)
            parts = self._step([scene for scene, _ in batch], [index for _, index in batch])
            if self._steps % 50 < len(sources):
                self._log(parts)
            if time.monotonic() - scored_at > self._score_every_s or self.shown >= end:
                precisions = score()
                rows = " ".join(f"{n} {p:.3f}" for n, p in zip(CLASSES, precisions, strict=True))
                print(f"AP50 {precisions.mean():.4f} after {self.shown}: {rows}", flush=True)
                self.save()
                scored_at = time.monotonic()
            if self.shown >= end:
                return

    def _batches(self, scenes: Dataset[tuple[Scene, int]]) -> Iterator[list[tuple[Scene, int]]]:
        """Batches without end."""
        free = isinstance(scenes, FreeScenes)
        loader = DataLoader(
            scenes,
            self._plan.batch,
            shuffle=not free,
            sampler=range(1 << 30) if free else None,
            num_workers=1,
            collate_fn=list,
            drop_last=True,
            prefetch_factor=4,
        )
        while True:
            yield from loader

    def _step(self, scenes: list[Scene], indices: list[int]) -> dict[str, float]:
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        self.student.train()
        pixels = np.stack([scene.pixels for scene in scenes])
        pictures = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().to(memory_format=torch.channels_last)
        levels = self.student.features(pictures)
        raw = torch.cat([h(x) for h, x in zip(self.student.heads, levels, strict=True)], 2).transpose(1, 2)
        cells = Cells.of(*pixels.shape[1:3])
        loss, parts = detection_loss(raw, scenes, cells)
        if self._views and indices[0] >= 0:
            features = [adapter(level) for adapter, level in zip(self._adapters, levels, strict=True)]
            loss = loss + _lesson(self._views, features, raw, indices, parts)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), 10.0)
        self._optimiser.step()
        self._average()
        self.shown += len(scenes)
        self._steps += 1
        return parts

    def _rate(self) -> float:
        warm = min(1.0, (self._steps + 1) / 200)
        done = self.shown / self._plan.total
        return self._plan.rate * warm * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)

    def _average(self) -> None:
        keep = min(0.999, (1 + self._steps) / (20 + self._steps))
        with torch.no_grad():
            own = self.student.state_dict()
            for name, value in self.averaged.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(own[name], 1 - keep)
                else:
                    value.copy_(own[name])

    def _log(self, parts: dict[str, float]) -> None:
        shown = " ".join(f"{name} {value:.3f}" for name, value in parts.items())
        print(f"{time.strftime('%H:%M:%S')} {self.shown} of {self._plan.total}: {shown}", flush=True)


def answering(network: StreetNet, longest: int) -> Answer:
    """`network` as what the score asks: a picture in, boxes out."""

    def answer(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        canvas, scale = fitted(pixels, longest)
        picture = torch.from_numpy(canvas).permute(2, 0, 1)[None].float()
        with torch.no_grad():
            raw = network(picture)[0]
            boxes = Cells.of(*canvas.shape[:2]).boxes(raw[:, :BOX]) / scale
            scores = raw[:, BOX:].sigmoid()
        best, label = scores.max(1)
        rows = torch.cat([boxes, best[:, None], label[:, None].float()], 1)
        return suppressed(rows[best >= FLOOR].numpy().astype(np.float32))

    return answer


def _lesson(views: Views, features: list[Tensor], raw: Tensor, indices: list[int], parts: dict[str, float]) -> Tensor:
    """How far the student's features and scores are from the teacher's."""
    taught = _resampled(np.stack([views.features[i] for i in indices]))
    wanted = _resampled(np.stack([views.scores[i] for i in indices]))
    seen = torch.cat([x.flatten(2) for x in features], 2).transpose(1, 2)
    # Each channel counts alike, whatever its range; places where the teacher sees something count more.
    spread = taught.std(dim=(0, 1), keepdim=True).clamp(min=0.05)
    weight = 0.3 + wanted.amax(-1, keepdim=True)
    alike = (((seen - taught) / spread).square().clamp(max=25) * weight).mean()
    scores = functional.binary_cross_entropy_with_logits(raw[..., BOX:], wanted, reduction="none")
    focus = (raw[..., BOX:].sigmoid().detach() - wanted).abs().square()
    said = (scores * focus).sum() / wanted.sum().clamp(min=1)
    parts |= {"features": alike.item(), "taught": said.item()}
    return FEATURE_WEIGHT * alike + TAUGHT_SCORE_WEIGHT * said


def _resampled(cells: NDArray[np.float16]) -> Tensor:
    """What was kept for the cells of VIEW_SIDE (n, N, depth) at those of SIDE."""
    kept, start = [], 0
    for stride in STRIDES:
        edge, wanted = VIEW_SIDE // stride, SIDE // stride
        level = torch.from_numpy(cells[:, start : start + edge * edge]).float().unflatten(1, (edge, edge))
        level = functional.interpolate(level.permute(0, 3, 1, 2), size=(wanted, wanted), mode="bilinear")
        kept.append(level.flatten(2))
        start += edge * edge
    return torch.cat(kept, 2).transpose(1, 2)


def _shares(pictures: list[Picture]) -> NDArray[np.float64]:
    """Cumulated chances of the pictures: by the square root of how rare their rarest class is."""
    counts = np.bincount(np.concatenate([p.classes for p in pictures]), minlength=len(CLASSES))
    rarity = np.sqrt(counts.max() / np.maximum(counts, 1))
    weights = np.array([p.share * (rarity[p.classes].max() if len(p.classes) else 1.0) for p in pictures])
    return np.cumsum(weights / weights.sum())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with street/, videos/ and weights/")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the teacher's views")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="the project's own rendered streams")
    parser.add_argument("--teacher", default="det_yolox_nano_416_kazuhito.onnx")
    parser.add_argument("--taught", type=int, default=60_000, help="pictures of the first phase")
    parser.add_argument("--mosaics", type=int, default=200_000, help="of the second phase, half of them views")
    parser.add_argument("--last", type=int, default=9_000, help="pictures of the last phase, large and hardly mixed")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600, help="between two scorings")
    return parser.parse_args()


if __name__ == "__main__":
    main()
