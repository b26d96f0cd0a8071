"""Train the plate reader on drawn plates, then with some real ones: `python -m plates.train_reader --data … --out …`.

The schedule runs by the clock, so that a run ends when it must on a machine of any speed; `last.pt` in `--out` lets a
broken run go on where it stood.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from .reader_loss import reader_loss
from .reader_net import PlateReaderNet
from .reader_score import exact_share
from .real_crops import RealCrop, load_real_crops
from .real_feed import RealFeed
from .sample_ring import SampleRing

BATCH = 48
PEAK_RATE = 2e-3
WARM_UP = 300
WEIGHT_DECAY = 0.02
AVERAGE_DECAY = 0.998
LOG_EVERY = 100
SCORE_EVERY = 400


@dataclass(slots=True)
class Progress:
    """Where a run stands: steps made and seconds spent."""

    step: int = 0
    spent_s: float = 0.0


class Run:
    """One training run: network, its running average, optimiser, and the feeds of samples."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.rng = np.random.default_rng(int(time.time()))
        self.network = PlateReaderNet().to(memory_format=torch.channels_last)
        self.average = PlateReaderNet().eval()
        self.average.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(self.network.parameters(), PEAK_RATE, (0.9, 0.98), weight_decay=WEIGHT_DECAY)
        self.ring = SampleRing(arguments.ring, arguments.ring_size)
        crops = load_real_crops(arguments.data / "plates")
        self.held_out = [crop for crop in crops if not crop.training]
        self.feed = RealFeed([crop for crop in crops if crop.training or arguments.all_real], self.rng)
        self.progress = Progress()

    def restore(self, path: Path) -> None:
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        if not self.arguments.start_from:
            self.optimiser.load_state_dict(state["optimiser"])
            self.progress = Progress(state["step"], state["spent_s"])

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.progress.step,
            "spent_s": self.progress.spent_s,
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def batch(self, real: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Images float32 BGR 0–255, slots, kinds and slot weights; `real` of the batch are real plates."""
        images, slots, kinds = self.ring.draw(self.rng, BATCH - real)
        weights = np.ones(slots.shape, np.float32)
        if real:
            more = self.feed.draw(self.rng, real)
            parts = zip((images, slots, kinds, weights), more, strict=True)
            images, slots, kinds, weights = (np.concatenate(part) for part in parts)
        picture = torch.from_numpy(images).permute(0, 3, 1, 2).float()
        return (
            _shaken(picture, self.rng),
            torch.from_numpy(slots.astype(np.int64)),
            torch.from_numpy(kinds.astype(np.int64)),
            torch.from_numpy(weights),
        )

    def train(self) -> None:
        limit_s = self.arguments.minutes * 60.0
        losses, last = [], time.monotonic()
        while self.progress.spent_s < limit_s:
            part = self.progress.spent_s / limit_s
            self._set_rate(part)
            real = round(BATCH * self.arguments.real_share) if part >= self.arguments.real_from else 0
            losses.append(self._step(real))
            now = time.monotonic()
            self.progress.spent_s += now - last
            last = now
            if self.progress.step % LOG_EVERY == 0:
                self._log(part, losses)
                losses = []
            if self.progress.step % SCORE_EVERY == 0:
                self._score()
        self._score()

    def _step(self, real: int) -> float:
        picture, slots, kinds, weights = self.batch(real)
        self.network.train()
        characters, kind_logits = self.network(picture.contiguous(memory_format=torch.channels_last))
        loss = reader_loss(characters, kind_logits, slots, kinds, weights)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.progress.step += 1
        self._follow()
        return float(loss.detach())

    def _follow(self) -> None:
        """The average follows the weights, quicker while the run is young."""
        decay = min(AVERAGE_DECAY, (1 + self.progress.step) / (10 + self.progress.step))
        with torch.no_grad():
            for mean, value in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
                if mean.dtype.is_floating_point:
                    mean.lerp_(value, 1 - decay)
                else:
                    mean.copy_(value)

    def _set_rate(self, part: float) -> None:
        rate = float(self.arguments.rate * 0.5 * (1 + np.cos(np.pi * min(part, 1.0))))
        for group in self.optimiser.param_groups:
            group["lr"] = max(rate, self.arguments.rate * 0.005) * min(1.0, (self.progress.step + 1) / WARM_UP)

    def _log(self, part: float, losses: list[float]) -> None:
        speed = self.progress.step * BATCH / self.progress.spent_s
        print(f"step {self.progress.step} {part:.1%} loss {np.mean(losses):.4f} {speed:.0f} samples/s", flush=True)

    def _score(self) -> None:
        self.save(self.arguments.out / "last.pt")
        print("  real, held out:", _scores(self.average, self.held_out), flush=True)


def _shaken(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """A sample of the ring is seen several times, each time a little moved, lighter or darker."""
    down, right = int(rng.integers(-1, 2)), int(rng.integers(-3, 4))
    padded = nn.functional.pad(picture, (3, 3, 1, 1), mode="replicate")
    moved = padded[:, :, 1 + down : 1 + down + picture.shape[2], 3 + right : 3 + right + picture.shape[3]]
    gain = torch.from_numpy(rng.lognormal(0.0, 0.08, (len(picture), 3, 1, 1)).astype(np.float32))
    return (moved * gain).clamp(0, 255)


def _scores(network: nn.Module, crops: list[RealCrop]) -> str:
    parts = []
    for source in ("lprnet", "easypr"):
        chosen = [crop for crop in crops if crop.source == source]
        parts.append(f"{source} {exact_share(network, chosen):.1%}")
    return ", ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the shared data folder")
    parser.add_argument("--ring", type=Path, required=True, help="the ring that plates.fill_ring fills")
    parser.add_argument("--ring-size", type=int, default=60_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=70.0)
    parser.add_argument("--rate", type=float, default=PEAK_RATE)
    parser.add_argument("--real-from", type=float, default=0.5, help="share of the run after which real plates join")
    parser.add_argument("--real-share", type=float, default=0.18)
    parser.add_argument("--all-real", action="store_true", help="also train on the scoring half: a last polish only")
    parser.add_argument("--start-from", type=Path, help="checkpoint to start a new schedule from")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    run = Run(arguments)
    checkpoint = arguments.start_from or arguments.out / "last.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    run.train()


if __name__ == "__main__":
    main()
