"""What one look at a picture measures. Cheap: the picture is reduced once, all else happens on the small one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame
from skynet.vision.picture_health.block_grid import HEIGHT, WIDTH, Blocks, block_means

_DETAIL_WIDTH = 480
"""Detail is judged in a picture about so wide: coarse enough that sensor noise averages out, fine enough that a lens
out of focus by a few pixels of 1080p shows."""
_SOFT = 8.0
"""Gradients (grey levels a pixel) well above this count the same: lettering and lamps are no more than kerbs."""
_SHADE = (25, 25)
"""What changes evenly over so many pixels is light and no structure: vignettes, the cone of an infrared lamp, sky."""
_COLOUR_SIZE = (64, 36)


@dataclass(frozen=True, slots=True, eq=False)
class PictureMeasures:
    """`gradients` float32 (2, 90, 160), each of length 0–1; the others a value a block."""

    level: Blocks
    """Mean luma."""
    spread: Blocks
    """Standard deviation of luma."""
    gradients: NDArray[np.float32]
    strength: Blocks
    """Root mean square of the gradients."""
    contrast: Blocks
    """Energy of the coarse structure, in grey levels squared."""
    detail: Blocks
    """Energy of the finest structure that is seen here, without that of the noise."""
    fine: NDArray[np.float32]
    """The finest structure itself, at the size that detail is judged in."""
    colour: float
    """Difference of the largest and the smallest colour channel in the most colourful fiftieth of the picture."""

    @classmethod
    def of(
        cls, frame: Frame, before: PictureMeasures | None = None, hidden: NDArray[np.bool_] | None = None
    ) -> PictureMeasures:
        """`before` is the look before this one: what both show is detail, what only one of them does is noise.
        `hidden` pixels of the structure (90, 160) have none: the edge of a mask always stays."""
        small = _reduced(frame).astype(np.float32)
        level = block_means(small)
        spread = np.sqrt(np.maximum(block_means(small * small) - level * level, 0))
        near = cv2.blur(small, (3, 3))
        fine = small - near
        structure = cv2.resize(near, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        structure = cv2.GaussianBlur(structure, (3, 3), 0)
        across = cv2.Sobel(structure, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
        down = cv2.Sobel(structure, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
        if hidden is not None:
            across[hidden] = down[hidden] = 0
        across, down = across - cv2.blur(across, _SHADE), down - cv2.blur(down, _SHADE)
        energy = across * across + down * down
        soft = 1 / np.sqrt(energy + _SOFT * _SOFT)
        gradients = np.stack([across * soft, down * soft]).astype(np.float32)
        colours = frame.bgr(*_COLOUR_SIZE).astype(np.int16)
        return cls(
            level=level,
            spread=np.asarray(spread, np.float32),
            gradients=gradients,
            strength=np.sqrt(block_means((gradients * gradients).sum(axis=0))),
            contrast=block_means(np.asarray(energy, np.float32)),
            detail=_detail(fine, before.fine if before else None),
            fine=fine,
            colour=_share_below(colours.max(axis=2) - colours.min(axis=2), 0.98),
        )


def _detail(fine: NDArray[np.float32], before: NDArray[np.float32] | None) -> Blocks:
    """The product of two looks: noise has nothing in common with that of seconds ago, so its mean is none. Alone,
    a look takes the flattest blocks for noise."""
    if before is not None and before.shape == fine.shape:
        return np.asarray(np.maximum(block_means(fine * before), 0), np.float32)
    energy = block_means(fine * fine)
    return np.asarray(np.maximum(energy - _share_below(energy, 0.1), 0), np.float32)


def _share_below(values: NDArray[Any], share: float) -> float:
    """The value that `share` of `values` lie below."""
    rank = int(share * values.size)
    return float(np.partition(values, rank, axis=None)[rank])


def sparse_sample(frame: Frame) -> NDArray[np.uint8]:
    """Every n-th pixel of every n-th row, about `_DETAIL_WIDTH` wide: unlike a mean it keeps the sensor's noise."""
    step = max(1, round(frame.width / _DETAIL_WIDTH))
    return np.ascontiguousarray(frame.luma()[::step, ::step])


def _reduced(frame: Frame) -> NDArray[np.uint8]:
    """Luma about `_DETAIL_WIDTH` wide, halved as often as that goes and then scaled by a whole number: a mean of two by
    two pixels is by far the cheapest."""
    luma = frame.luma()
    factor = max(1, round(frame.width / _DETAIL_WIDTH))
    while factor % 2 == 0 and min(luma.shape) > 1:
        luma = _scaled(luma, 2)
        factor //= 2
    return luma if factor == 1 else _scaled(luma, factor)


def _scaled(luma: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    high, wide = max(1, luma.shape[0] // factor), max(1, luma.shape[1] // factor)
    whole = luma[: high * factor, : wide * factor]
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
