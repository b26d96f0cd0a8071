"""What stands around a plate or may be taken for one: pieces of street pictures, and writing that is no plate."""

from __future__ import annotations

import string
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .typeface import Typeface, shared_typeface

Picture = NDArray[np.uint8]

PATCH_HEIGHT, PATCH_WIDTH = 96, 288
_PICTURES = 400
_PATCHES_A_PICTURE = 4
_SIGN_CHARACTERS = (
    string.digits + string.ascii_uppercase + "停车场出口入口限速公里小心禁止通行单行道酒店银行超市中国移动电信"
)
_PLAIN_PATCHES = 64
_SIGN_CELL = (28, 56)


class Backdrops:
    """Patches uint8 (96, 288, 3) BGR, cut once from the JPEGs of `street`, or plain without one."""

    def __init__(self, rng: np.random.Generator, street: Path | None, typeface: Typeface | None = None) -> None:
        files = sorted(street.glob("*.jpg")) if street is not None else []
        chosen = rng.permutation(len(files))[:_PICTURES]
        patches = [patch for index in chosen for patch in _cut(rng, files[index])]
        self.patches: list[Picture] = patches or [_plain(rng) for _ in range(_PLAIN_PATCHES)]
        self._typeface = typeface or shared_typeface()

    def patch(self, rng: np.random.Generator, width: int, height: int) -> Picture:
        """A random patch of that size, mirrored at times; bumpers and walls are as often plain as not."""
        if rng.random() < 0.4:
            return cv2.resize(_plain(rng), (width, height), interpolation=cv2.INTER_NEAREST)  # type: ignore[return-value]
        patch = self.patches[rng.integers(len(self.patches))]
        share = rng.uniform(0.3, 1.0)
        tall, wide = max(8, int(PATCH_HEIGHT * share)), max(8, int(PATCH_WIDTH * share))
        top, left = rng.integers(PATCH_HEIGHT - tall + 1), rng.integers(PATCH_WIDTH - wide + 1)
        cut = patch[top : top + tall, left : left + wide]
        if rng.random() < 0.5:
            cut = cut[:, ::-1]
        return np.asarray(cv2.resize(cut, (width, height)), np.uint8)

    def writing(self, rng: np.random.Generator, width: int, height: int) -> Picture:
        """A sign with characters that make no Chinese plate: too few, too many, or in another order."""
        ground, ink = rng.integers(0, 256, (2, 3))
        if np.abs(ground.astype(int) - ink).sum() < 120:
            ink = 255 - ground
        image = np.full((height, width, 3), ground, np.uint8)
        count = int(rng.choice((2, 3, 4, 5, 6, 9, 10, 11, 12)))
        step, tall = width / (count + 0.5), int(height * rng.uniform(0.4, 0.85))
        wide, top = max(3, int(step * rng.uniform(0.7, 0.95))), int(rng.integers(0, height - tall + 1))
        family = int(rng.integers(self._typeface.families))
        for place in range(count):
            symbol = _SIGN_CHARACTERS[rng.integers(len(_SIGN_CHARACTERS))]
            chosen = _family_with(symbol, family, self._typeface)
            glyph = self._typeface.glyph(symbol, "140", *_SIGN_CELL, family=chosen)
            left = int(step * (place + 0.25))
            spot = image[top : top + tall, left : left + wide]
            share = cv2.resize(glyph, (spot.shape[1], tall))[..., None] / 255.0
            spot[:] = (spot + (ink - spot.astype(np.float32)) * share).astype(np.uint8)
        return image


def _family_with(symbol: str, family: int, typeface: Typeface) -> int:
    """The plates' typeface has no signs' characters; a font draws those."""
    return family if symbol in string.digits or symbol in string.ascii_uppercase or family else typeface.families - 1


def _cut(rng: np.random.Generator, path: Path) -> list[Picture]:
    image = cv2.imread(str(path))
    if image is None or image.shape[0] <= PATCH_HEIGHT or image.shape[1] <= PATCH_WIDTH:
        return []
    corners = (
        (int(rng.integers(image.shape[0] - PATCH_HEIGHT)), int(rng.integers(image.shape[1] - PATCH_WIDTH)))
        for _ in range(_PATCHES_A_PICTURE)
    )
    return [image[top : top + PATCH_HEIGHT, left : left + PATCH_WIDTH].astype(np.uint8) for top, left in corners]


def _plain(rng: np.random.Generator) -> Picture:
    """A bumper or a wall: one colour, a slope of light down it, now and then a line of chrome or shade."""
    colour = rng.integers(0, 256) + rng.normal(0, 12, 3) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    light = np.linspace(rng.uniform(0.5, 1.2), rng.uniform(0.5, 1.2), PATCH_HEIGHT)[:, None, None]
    image = np.clip(np.broadcast_to(colour * light, (PATCH_HEIGHT, PATCH_WIDTH, 3)), 0, 255).astype(np.uint8)
    for _ in range(rng.integers(4)):
        row = int(rng.integers(PATCH_HEIGHT))
        image[row : row + int(rng.integers(1, 8))] = rng.integers(0, 256)
    return image
