"""What weather, light, lens, sensor and encoder do to a plate: from a clean view to a camera's."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

NOISE_SIDE = 1 << 18
_LUMA = np.array([[0.114, 0.587, 0.299]], np.float32)


class Spoiler:
    """Spoils views uint8 (48, 144, 3) BGR; keeps one store of noise, of which each view gets another piece."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._noise = rng.standard_normal(NOISE_SIDE).astype(np.float32)

    def spoil(self, rng: np.random.Generator, view: Picture) -> Picture:
        """A camera's picture of `view`: every kind of harm with its own chance, in the order in which it happens."""
        harm = rng.choice((0.35, 0.7, 1.0, 1.35), p=(0.25, 0.3, 0.3, 0.15))
        light = view.astype(np.float32)
        self._dirt(rng, light, harm)
        light = _lighting(rng, light, harm)
        light = _lens(rng, light, harm)
        full = (view.shape[1], view.shape[0])
        small = _sensor_size(rng, harm, full)
        light = cv2.resize(light, small, interpolation=cv2.INTER_AREA).astype(np.float32)
        self._sensor(rng, light, harm)
        picture = np.clip(light, 0, 255).astype(np.uint8)
        if rng.random() < 0.25:
            picture = _sharpen(rng, picture)
        if rng.random() < 0.6:
            picture = _encode(rng, picture, harm)
        if picture.shape[1] == full[0] and picture.shape[0] == full[1]:
            return picture
        method = int(rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LINEAR)))
        return np.asarray(cv2.resize(picture, full, interpolation=method), np.uint8)

    def _dirt(self, rng: np.random.Generator, light: NDArray[np.float32], harm: float) -> None:
        """Mud and wear: cloudy patches that hide a part of the plate."""
        if rng.random() > 0.2 * harm:
            return
        cloud = self._piece(rng, (int(rng.integers(4, 14)), int(rng.integers(6, 30))))
        mask = cv2.resize(cloud, (light.shape[1], light.shape[0]), interpolation=cv2.INTER_CUBIC)[..., None]
        cover = np.clip((mask - rng.uniform(0.4, 1.6)) * 2.0, 0.0, rng.uniform(0.3, 0.9))
        mud = rng.uniform((40, 50, 60), (150, 160, 180)).astype(np.float32)
        light += (mud - light) * cover

    def _sensor(self, rng: np.random.Generator, light: NDArray[np.float32], harm: float) -> None:
        """Noise, alike in the three channels (luma) or not (chroma), more where there is little light."""
        if rng.random() > 0.6:
            return
        sigma = rng.exponential(5.0 * harm)
        grain = self._piece(rng, light.shape if rng.random() < 0.5 else (*light.shape[:2], 1))
        light += grain * sigma

    def _piece(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
        count = int(np.prod(shape))
        start = int(rng.integers(NOISE_SIDE - count))
        return self._noise[start : start + count].reshape(shape)


def _lighting(rng: np.random.Generator, light: NDArray[np.float32], harm: float) -> NDArray[np.float32]:
    """Shadow, glare, exposure, colour cast, infrared."""
    height, width = light.shape[:2]
    if rng.random() < 0.25 * harm:
        light *= _shadow(rng, height, width)
    if rng.random() < 0.12 * harm:
        light += _glare(rng, height, width)
    if rng.random() < 0.07:
        weights = np.abs(_LUMA + rng.normal(0.0, 0.12, 3).astype(np.float32))
        light = np.repeat(cv2.transform(light, (weights / weights.sum()).astype(np.float32))[..., None], 3, axis=2)
    elif rng.random() < 0.45:
        light *= rng.lognormal(0.0, 0.22 * harm, 3).astype(np.float32)
    if rng.random() < 0.3:
        haze = rng.uniform(0.0, 0.75) * min(harm, 1.0)
        light += (rng.uniform(40, 200) + rng.normal(0, 15, 3).astype(np.float32) - light) * haze
    exposure = rng.normal(0.0, 0.45 * harm)
    if rng.random() < 0.15 * harm:
        exposure -= rng.uniform(0.5, 1.6)
    light *= np.float32(np.exp(exposure))
    if rng.random() < 0.35:
        np.clip(light, 0, 255, out=light)
        light = 255.0 * np.power(light / 255.0, np.float32(rng.lognormal(0.0, 0.35)))
    return light


def _shadow(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """A shadow's edge across the plate, hard or soft: factors (height, width, 1)."""
    angle, soft = rng.uniform(0, 2 * np.pi), rng.uniform(1.0, 25.0)
    across = (
        np.cos(angle) * (np.arange(width) - rng.uniform(0, width))[None]
        + np.sin(angle) * (np.arange(height) - rng.uniform(0, height))[:, None]
    )
    return (1.0 - rng.uniform(0.2, 0.75) / (1.0 + np.exp(-np.clip(across / soft * 4, -30, 30)))).astype(np.float32)[
        ..., None
    ]


def _glare(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """A bright spot: light to add, (height, width, 1)."""
    far_x = (np.arange(width) - rng.uniform(0, width))[None] / rng.uniform(6, 60)
    far_y = (np.arange(height) - rng.uniform(0, height))[:, None] / rng.uniform(4, 40)
    return (rng.uniform(60, 260) * np.exp(-(far_x**2) - far_y**2)).astype(np.float32)[..., None]


def _lens(rng: np.random.Generator, light: NDArray[np.float32], harm: float) -> NDArray[np.float32]:
    """Out of focus, or moved while the shutter was open. Clipped light blurs as if it had been white only."""
    if rng.random() < 0.4:
        np.clip(light, -20, 255 + rng.uniform(0, 120), out=light)
    if rng.random() < 0.6:
        sigma = min(float(rng.exponential(0.9 * harm)), 3.2)
        if sigma > 0.25:
            light = cv2.GaussianBlur(light, (0, 0), sigma * rng.uniform(0.7, 1.3), sigmaY=sigma)  # type: ignore[assignment]
    if rng.random() < 0.18 * harm:
        light = cv2.filter2D(light, -1, _streak(rng))  # type: ignore[assignment]
    return light


def _streak(rng: np.random.Generator) -> NDArray[np.float32]:
    """The path of a moving plate over the sensor, a line of 3 to 12 px."""
    length = float(rng.uniform(2.0, 11.0))
    side = int(np.ceil(length)) | 1
    angle = rng.normal(0.0, 0.3) if rng.random() < 0.6 else rng.uniform(0, np.pi)
    centre, reach = side // 2, length / 2
    kernel = np.zeros((side, side), np.float32)
    start = (round(centre - np.cos(angle) * reach), round(centre - np.sin(angle) * reach))
    stop = (round(centre + np.cos(angle) * reach), round(centre + np.sin(angle) * reach))
    cv2.line(kernel, start, stop, 1.0, 1, cv2.LINE_AA)
    kernel[centre, centre] += 0.3
    return kernel / kernel.sum()


def _sensor_size(rng: np.random.Generator, harm: float, full: tuple[int, int]) -> tuple[int, int]:
    """How many pixels the camera spends on the view: 40 to 144 across, fewer the greater the harm."""
    if rng.random() < 0.2:
        return full
    least = 100.0 - 44.0 * min(harm, 1.3)
    width = float(np.exp(rng.uniform(np.log(least), np.log(150.0))))
    if width >= full[0]:
        return full
    height = width / 3.0 * rng.uniform(0.72, 1.15)
    return int(width), max(12, int(height))


def _sharpen(rng: np.random.Generator, picture: Picture) -> Picture:
    """The halo that cameras draw around edges."""
    amount = rng.uniform(0.3, 1.8)
    soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.7, 1.6))
    return np.asarray(cv2.addWeighted(picture, 1 + amount, soft, -amount, 0), np.uint8)


def _encode(rng: np.random.Generator, picture: Picture, harm: float) -> Picture:
    """Blocks of a picture or video encoder, on a grid that does not start at the plate's corner."""
    quality = int(np.clip(rng.uniform(12, 96) - 8 * harm, 8, 96))
    down, right = (int(value) for value in rng.integers(0, 8, 2))
    padded = cv2.copyMakeBorder(picture, down, 0, right, 0, cv2.BORDER_REPLICATE)
    _, packed = cv2.imencode(".jpg", padded, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError("the encoder's own JPEG could not be read")
    if quality < 45 and rng.random() < 0.4:
        decoded = cv2.GaussianBlur(decoded, (3, 3), 0.6)  # video decoders smooth the edges of their blocks
    return np.asarray(decoded[down:, right:], np.uint8)
