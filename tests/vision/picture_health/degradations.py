"""What cameras suffer, rendered into real pictures: uint8 (h, w, 3) BGR in, the same out.

Sizes are shares of the picture, so that one strength means the same for every camera. Sensor noise and compression come
after the degradation (`as_coded`), as they do in a camera. `found_as` says which names are right for each: an opaque
cover in the dark is black, a patterned one over everything may as well be another scene.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.camera_fault import CameraFaultKind as Kind

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Degradation:
    """`render(picture, other, t)`: `other` is a picture of another scene, `t` seconds since it began."""

    name: str
    render: Callable[[Picture, Picture, float], Picture]
    found_as: frozenset[Kind]
    frozen: bool = False
    """The picture to render is the one of the moment when it began."""


def black(picture: Picture) -> Picture:
    return np.full_like(picture, 4)


def over_exposed(picture: Picture, gain: float) -> Picture:
    """Exposure stuck open: highlights gone, shadows washed out."""
    return np.clip(picture.astype(np.float32) * gain + 60, 0, 255).astype(np.uint8)


def defocused(picture: Picture, sigma: float) -> Picture:
    """`sigma` of the blur as a share of the picture's width."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma * picture.shape[1]), np.uint8)


def covered(picture: Picture, share: float, side: str, cloth: Picture | None, level: int = 70) -> Picture:
    """Something close to the lens hides `share` of the picture from one side; its edge is out of focus. `cloth` is its
    pattern, None for a plain one of brightness `level`."""
    high, wide = picture.shape[:2]
    plain = np.full_like(picture, level)
    front = plain if cloth is None else defocused(np.asarray(cv2.resize(cloth, (wide, high)), np.uint8), 0.03)
    hidden = np.zeros((high, wide), np.float32)
    if side == "left":
        hidden[:, : round(wide * share)] = 1
    elif side == "bottom":
        hidden[high - round(high * share) :] = 1
    else:
        hidden[: round(high * share)] = 1
    if share < 1:
        hidden = cv2.GaussianBlur(hidden, (0, 0), 0.015 * wide)
    alpha = hidden[..., None]
    return (picture * (1 - alpha) + front * alpha).astype(np.uint8)


def shifted(picture: Picture, across: float, down: float) -> Picture:
    """The camera was pushed: shares of width and height. What comes into view is mirrored from what was there."""
    high, wide = picture.shape[:2]
    matrix = np.array([[1, 0, across * wide], [0, 1, down * high]], np.float32)
    return np.asarray(cv2.warpAffine(picture, matrix, (wide, high), borderMode=cv2.BORDER_REFLECT), np.uint8)


def rotated(picture: Picture, degrees: float) -> Picture:
    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, matrix, (wide, high), borderMode=cv2.BORDER_REFLECT), np.uint8)


def with_clock(picture: Picture, t: float) -> Picture:
    """The overlay that most cameras draw: name and running time."""
    canvas = picture.copy()
    scale = canvas.shape[1] / 900
    text = f"2026-03-01 {int(t) // 3600 % 24:02d}:{int(t) // 60 % 60:02d}:{int(t) % 60:02d}"
    at = (round(8 * scale), round(26 * scale))
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8 * scale, (0, 0, 0), max(2, round(4 * scale)))
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8 * scale, (255, 255, 255), max(1, round(2 * scale)))
    return canvas


class Sensor:
    """Noise of a sensor and the losses of a codec, the same for the same seed."""

    def __init__(self, seed: int, *, noise: float = 3.0, quality: int = 70) -> None:
        self._chance = np.random.default_rng(seed)
        self.noise = noise
        self._quality = quality
        self._pool = self._chance.normal(0, 1, (1 << 20) + 4096).astype(np.float32)

    def noisy(self, picture: Picture) -> Picture:
        high, wide = picture.shape[:2]
        if high * wide > 1 << 20:
            raise ValueError(f"the pool of noise is too small for {wide} × {high} pixels")
        begin = int(self._chance.integers(0, len(self._pool) - high * wide))
        grain = self._pool[begin : begin + high * wide].reshape(high, wide, 1)
        return np.clip(picture + grain * np.float32(self.noise), 0, 255).astype(np.uint8)

    def coded(self, picture: Picture, quality: int | None = None) -> Picture:
        """Through the coding of a keyframe; rate control moves its quantiser a little where `quality` says so."""
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality or self._quality]
        return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, flags)[1], cv2.IMREAD_COLOR), np.uint8)

    def as_coded(self, picture: Picture) -> Picture:
        return self.coded(self.noisy(picture))


def catalogue() -> tuple[Degradation, ...]:
    """Every degradation that the target is measured over."""
    hidden = frozenset({Kind.COVERED, Kind.BLACK})
    moved = frozenset({Kind.MOVED})
    cases = [
        Degradation("black", lambda p, o, t: black(p), frozenset({Kind.BLACK})),
        Degradation("over-exposed, gain 3", lambda p, o, t: over_exposed(p, 3.0), frozenset({Kind.OVEREXPOSED})),
        Degradation("over-exposed, gain 6", lambda p, o, t: over_exposed(p, 6.0), frozenset({Kind.OVEREXPOSED})),
        Degradation("frozen", lambda p, o, t: p, frozenset({Kind.FROZEN}), frozen=True),
        Degradation("frozen, clock runs", with_clock_on_frozen, frozenset({Kind.FROZEN}), frozen=True),
    ]
    for sigma in (0.003, 0.005, 0.01):
        name = f"defocused, {1920 * sigma:.0f} px of 1080p"
        cases.append(Degradation(name, _defocus(sigma), frozenset({Kind.BLURRED, Kind.COVERED})))
    for share, side in ((1.0, "top"), (0.6, "bottom"), (0.5, "left")):
        for cloth in (False, True):
            name = f"covered {share:.0%}, {'patterned' if cloth else 'plain'}"
            found_as = hidden if not cloth or share < 1 else hidden | moved
            cases.append(Degradation(name, _cover(share, side, cloth), found_as))
    cases.append(Degradation("covered 100%, dark", lambda p, o, t: covered(p, 1, "top", None, 15), hidden))
    cases += [
        Degradation("moved, 6 % across", lambda p, o, t: shifted(p, 0.06, 0.02), moved),
        Degradation("moved, 15 % down", lambda p, o, t: shifted(p, 0.02, 0.15), moved),
        Degradation("turned, 8°", lambda p, o, t: rotated(p, 8), moved),
        Degradation("another scene", lambda p, o, t: np.asarray(cv2.resize(o, p.shape[1::-1]), np.uint8), moved),
    ]
    return tuple(cases)


def with_clock_on_frozen(picture: Picture, other: Picture, t: float) -> Picture:
    return with_clock(picture, 45_000 + t)


def _defocus(sigma: float) -> Callable[[Picture, Picture, float], Picture]:
    return lambda p, o, t: defocused(p, sigma)


def _cover(share: float, side: str, cloth: bool) -> Callable[[Picture, Picture, float], Picture]:
    return lambda p, o, t: covered(p, share, side, o if cloth else None)
