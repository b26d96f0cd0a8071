"""Train the plate finder: `python -m finder.train --data DATA --out DIR` (see README.md). Resumes from DIR."""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from .cells import STRIDE
from .export import export
from .loss import finder_loss
from .network import PlateFinder
from .pool import ScenePool, scene_maker
from .real_scenes import for_training, real_scenes
from .scene import Scene
from .score import found_in, score
from .targets import Targets, targets_of

SIDE, CUT = 288, 256
POOL = 6000
DRAWN_BACKGROUNDS, DRAWN_SCENES = 200, 200
WARM_UP = 150
TOLD_EVERY = 50
EMA = 0.998


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the shared data folder")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and exports go here")
    parser.add_argument(
        "--minutes", type=float, default=90, help="how long to train: the learning rate falls to its end by then"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument(
        "--fresh", type=int, default=6, help="new scenes a step: batch / fresh is how often one is used"
    )
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--score-every", type=int, default=500)
    parser.add_argument(
        "--start-from", type=Path, help="a checkpoint whose averaged weights to start from (fine-tuning)"
    )
    parser.add_argument(
        "--all-photographs", action="store_true", help="train on the scoring half too; scores mean nothing then"
    )
    return parser.parse_args()


class Training:
    """What a checkpoint holds: the network, its running average, the optimiser, the steps done, the seconds spent."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.network = PlateFinder().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval()
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate)
        self.step = 0
        self.spent_s = 0.0
        self.checkpoint = options.out / "finder.pt"
        if self.checkpoint.exists():
            self._load(self.checkpoint)
        elif options.start_from:
            weights = torch.load(options.start_from, weights_only=True)["average"]
            self.network.load_state_dict(weights)
            self.average.load_state_dict(weights)

    @property
    def done(self) -> float:
        """The share of the training time that is spent, 0–1."""
        return min(1.0, self.spent_s / (60 * self.options.minutes))

    def learn(self, scenes: list[Scene]) -> dict[str, float]:
        """One step; returns the parts of the loss."""
        self._set_rate()
        pictures = torch.from_numpy(np.stack([scene.picture for scene in scenes])).permute(0, 3, 1, 2).float()
        maps = [targets_of(scene.plates, CUT // STRIDE, CUT // STRIDE) for scene in scenes]
        raw = self.network.train()(pictures.contiguous(memory_format=torch.channels_last))
        loss, parts = finder_loss(raw, _stacked(maps))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self.optimiser.step()
        self.step += 1
        self._follow()
        return parts

    def save(self) -> None:
        """Write the checkpoint; the old one stays whole until the new one is."""
        fresh = self.checkpoint.with_suffix(".new")
        state = {"network": self.network.state_dict(), "average": self.average.state_dict(), "step": self.step}
        state["spent_s"] = self.spent_s
        torch.save(state | {"optimiser": self.optimiser.state_dict()}, fresh)
        fresh.replace(self.checkpoint)

    def _load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.spent_s = state["step"], state["spent_s"]

    def _set_rate(self) -> None:
        rate = self.options.rate * max(0.02, 0.5 * (1 + math.cos(math.pi * self.done)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / WARM_UP)

    def _follow(self) -> None:
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mine, theirs in zip(
                self.average.state_dict().values(), self.network.state_dict().values(), strict=True
            ):
                if mine.dtype.is_floating_point:
                    mine.lerp_(theirs, 1 - keep)
                else:
                    mine.copy_(theirs)


def _stacked(maps: list[Targets]) -> dict[str, Tensor]:
    return {f.name: torch.from_numpy(np.stack([getattr(m, f.name) for m in maps])) for f in fields(Targets)}


def report(training: Training, real: list[Scene], drawn: list[Scene]) -> None:
    """Print the scores of the averaged network."""

    def finder(image: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            raw: np.ndarray = training.average(torch.from_numpy(image)).numpy()
        return raw

    print(f"step {training.step} real: {score(lambda p: found_in(finder, p), real)}", flush=True)
    print(f"step {training.step} drawn: {score(lambda p: found_in(finder, p, longest=SIDE), drawn)}", flush=True)


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    pool = ScenePool(options.data, options.seed, SIDE, CUT, POOL, options.all_photographs)
    real = list(real_scenes(options.data, lambda name: not for_training(name)).values())
    maker = scene_maker(options.data, 99, SIDE, all_photographs=False, backgrounds=DRAWN_BACKGROUNDS)
    drawn = [maker.pasted() for _ in range(DRAWN_SCENES)]
    training = Training(options)
    while training.done < 1:
        since = time.monotonic()
        for _ in range(TOLD_EVERY):
            parts = training.learn(pool.take(options.batch, options.fresh))
        took = time.monotonic() - since
        training.spent_s += took
        told = " ".join(f"{name} {value:.3f}" for name, value in parts.items())
        speed = TOLD_EVERY * options.batch / took
        print(f"step {training.step} {100 * training.done:.0f} % {told} {speed:.1f} images/s", flush=True)
        if training.step % options.score_every == 0 or training.done == 1:
            training.save()
            export(training.average, options.out / "plate-finder.onnx")
            report(training, real, drawn)
    pool.close()


if __name__ == "__main__":
    main()
