"""The empty scene as one camera remembers it, and what in a new picture is not part of it.

A running mean of the brightness and of its noise per pixel. Three rules keep it honest: only pixels that show the
scene are learned from; what stands in front is learned only after it has stood there for `absorb_s` (or at once when
it proves to be the hole that something left); and what an absorbed object hid is remembered, so that its leaving
leaves nothing behind. One instance a camera, one thread at a time, no I/O.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.vision.lit_scene import lit_scene
from skynet.vision.scene_gain import scene_gain

Plane = NDArray[np.float32]
Mask = NDArray[np.uint8]

FULL = 255
FIRST_NOISE = 3.0
"""Standard deviation in grey levels assumed before any was seen."""
MAX_NOISE = 12.0
UNCOVERED_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class BackgroundOptions:
    """How the model learns. Times in seconds, levels in grey levels 0–255.

    A pixel is foreground when it differs by `floor` and by `sigmas` of its noise.
    """

    warm_up_s: float = 1.5
    warm_up_samples: int = 5
    learn_s: float = 15.0
    noise_s: float = 8.0
    absorb_s: float = 120.0
    remember_s: float = 1800.0
    """How long the scene behind an absorbed object is remembered: beyond that the light is another."""
    floor: float = 9.0
    sigmas: float = 4.0
    strong: float = 1.7
    """A region counts only where it differs by this many thresholds somewhere."""
    lit_share: float = 0.5
    """A region is a shadow or a light where the scene's own texture shows through this share of it."""
    global_share: float = 0.6
    global_s: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Foreground:
    """What is not the scene: `mask` uint8 0 or 255 (H, W); `contrast` float32 (H, W), difference in thresholds;
    `age_s` float32 (H, W), for how long a pixel has been foreground."""

    mask: Mask
    contrast: Plane
    age_s: Plane


class Background:
    """Learns a scene from pictures of one size, float32 (H, W) luma 0–255."""

    def __init__(self, options: BackgroundOptions | None = None) -> None:
        self.options = options or BackgroundOptions()
        self.relearned = 0
        """How often a change of the whole picture made the model start again."""
        self._samples: list[Plane] = []
        self._sampled_from = 0.0
        self._seen_at = 0.0
        self._global_since: float | None = None
        self._mean: Plane | None = None

    def apply(self, picture: Plane, at: float) -> Foreground | None:
        """What stands in front of the scene in `picture`, taken `at` seconds; None while there is no scene yet."""
        known = self._samples[0] if self._samples else self._mean
        if known is not None and known.shape != picture.shape:
            self._forget()
        step_s = min(max(at - self._seen_at, 0.0), 1.0)
        self._seen_at = at
        if self._mean is None:
            self._warm_up(picture, at)
            return None
        mean, noise = self._mean, self._noise
        gain = scene_gain(picture, mean)
        if abs(gain - 1) > 0.004:
            mean *= gain
            self._former *= gain
        self._uncover(mean, picture, at)
        difference = np.asarray(cv2.absdiff(picture, mean), np.float32)
        threshold = np.maximum(noise * self.options.sigmas, self.options.floor)
        contrast = cast("Plane", difference / threshold)
        mask = self._mask(contrast, picture)
        if self._changed_as_a_whole(mask, at):
            return None
        self._age(mask, step_s)
        self._learn(picture, difference, mask, step_s)
        return Foreground(mask, contrast, self._age_s)

    def scene(self) -> Plane:
        """The remembered scene, float32 (H, W); read only."""
        return self._mean if self._mean is not None else np.empty((0, 0), np.float32)

    def edges(self) -> Plane:
        """Strength of the edges of the remembered scene, float32 (H, W)."""
        return edge_strength(self._mean) if self._mean is not None else np.empty((0, 0), np.float32)

    def absorb(self, region: NDArray[np.bool_], picture: Plane) -> None:
        """Take the pixels of `region` (H, W) as they are in `picture` for the scene from now on."""
        if self._mean is None:
            return
        fresh = region & ~self._hidden
        self._former[fresh] = self._mean[fresh]
        self._hidden |= region
        self._hidden_at[region] = self._seen_at
        self._mean[region] = picture[region]
        self._age_s[region] = 0

    def _uncover(self, mean: Plane, picture: Plane, at: float) -> None:
        """Where an absorbed object stood and the scene behind it shows again, take that scene back.

        All of the place must show it: another car in the same lot has some pixels of the colour of the asphalt.
        """
        self._hidden &= self._hidden_at > at - self.options.remember_s
        if not self._hidden.any():
            return
        count, places = cv2.connectedComponents(self._hidden.astype(np.uint8))
        like = self._hidden & (np.abs(picture - self._former) < self.options.floor)
        shares = np.bincount(places[like], minlength=count) / np.bincount(places.ravel(), minlength=count)
        back = (shares >= UNCOVERED_SHARE)[places] & self._hidden
        if back.any():
            mean[back] = picture[back]
            self._age_s[back] = 0
            self._hidden &= ~back

    def _warm_up(self, picture: Plane, at: float) -> None:
        if not self._samples:
            self._sampled_from = at
        due = len(self._samples) * self.options.warm_up_s / self.options.warm_up_samples
        if at - self._sampled_from >= due:
            self._samples.append(picture.copy())
        if len(self._samples) <= self.options.warm_up_samples:
            return
        stack = np.stack(self._samples)
        self._samples = []
        self._mean = np.median(stack, axis=0).astype(np.float32)
        spread = np.median(np.abs(stack - self._mean), axis=0).astype(np.float32) * 1.48
        self._noise = np.clip(cv2.blur(spread, (9, 9)), 1.0, FIRST_NOISE)
        self._former = self._mean.copy()
        self._hidden = np.zeros(self._mean.shape, np.bool_)
        self._hidden_at = np.zeros(self._mean.shape, np.float64)
        self._age_s = np.zeros_like(self._mean)

    def _mask(self, contrast: Plane, picture: Plane) -> Mask:
        weak = np.asarray(cv2.medianBlur(((contrast > 1) * np.uint8(FULL)).astype(np.uint8), 3), np.uint8)
        if not weak.any():
            return weak
        count, regions = cv2.connectedComponents(weak, connectivity=8)
        sizes = np.bincount(regions.ravel(), minlength=count)
        strong = np.zeros(count, np.bool_)
        strong[np.unique(regions[(contrast > self.options.strong) & (weak > 0)])] = True
        strong &= np.bincount(regions[self._lit(weak, picture)], minlength=count) < self.options.lit_share * sizes
        strong[0] = False
        return np.asarray(strong[regions] * np.uint8(FULL), np.uint8)

    def _lit(self, mask: Mask, picture: Plane) -> NDArray[np.bool_]:
        """The pixels of `mask` that only the light changed."""
        assert self._mean is not None  # noqa: S101 - called between pictures of a known scene
        x, y, width, height = cv2.boundingRect(mask)
        part = np.s_[y : y + height, x : x + width]
        lit = np.zeros(mask.shape, np.bool_)
        lit[part] = lit_scene(picture[part], self._mean[part], self._noise[part]) & (mask[part] > 0)
        return lit

    def _changed_as_a_whole(self, mask: Mask, at: float) -> bool:
        if np.count_nonzero(mask) < self.options.global_share * mask.size:
            self._global_since = None
            return False
        if self._global_since is None:
            self._global_since = at
        elif at - self._global_since >= self.options.global_s:
            self._forget()
            self.relearned += 1
        return True

    def _forget(self) -> None:
        self._mean = None
        self._samples = []
        self._global_since = None

    def _age(self, mask: Mask, step_s: float) -> None:
        self._age_s += step_s
        self._age_s[mask == 0] = 0

    def _learn(self, picture: Plane, difference: Plane, mask: Mask, step_s: float) -> None:
        assert self._mean is not None  # noqa: S101 - apply() has returned before there is a scene
        near = cv2.dilate(mask, np.ones((5, 5), np.uint8))
        scene = cv2.bitwise_not(near)
        cv2.accumulateWeighted(picture, self._mean, 1 - math.exp(-step_s / self.options.learn_s), mask=scene)
        share = 1 - math.exp(-step_s / self.options.noise_s)
        cv2.accumulateWeighted(difference * np.float32(1.25), self._noise, share, mask=scene)
        np.clip(self._noise, 1.0, MAX_NOISE, out=self._noise)
        if not mask.any():
            return
        old = self._age_s > self.options.absorb_s
        if old.any():
            self.absorb(old, picture)


def edge_strength(picture: Plane) -> Plane:
    """Magnitude of the Sobel gradient, float32 (H, W)."""
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    return cast("Plane", cv2.magnitude(across, down))
