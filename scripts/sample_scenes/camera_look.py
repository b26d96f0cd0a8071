"""What a real camera adds: soft optics, sensor noise that grows in the dark, and the burnt-in clock and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .plate_art import FONT

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
NOISE_TILES = 12
CLOCK_TEXT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class SensorLook:
    """Blur of the lens (sigma, pixels), noise (standard deviation in 8-bit steps) and how coarse the noise is."""

    blur: float = 0.55
    noise: float = 1.6
    chroma_noise: float = 0.8
    grain: float = 0.6


class Sensor:
    """Adds blur and noise to developed frames."""

    def __init__(self, size: tuple[int, int], look: SensorLook, rng: np.random.Generator) -> None:
        self._look, self._rng = look, rng
        width, height = size
        self._size = size
        self._tiles = []
        for _ in range(NOISE_TILES):
            grey = rng.normal(0, 1, (height + 64, width + 64)).astype(np.float32)
            grey = cv2.GaussianBlur(grey, (0, 0), look.grain)
            grey *= look.noise / grey.std()
            colour = rng.normal(0, 1, (height // 2 + 32, width // 2 + 32, 3)).astype(np.float32)
            colour = cv2.resize(cv2.GaussianBlur(colour, (0, 0), 0.8), (width + 64, height + 64))
            colour *= look.chroma_noise / colour.std()
            self._tiles.append(np.clip(grey[..., None] + colour, -60, 60).astype(np.int16))

    def expose(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The frame as the sensor gives it, uint8 (h, w, 3) RGB."""
        soft = cv2.GaussianBlur(picture, (0, 0), self._look.blur) if self._look.blur else picture
        tile = self._tiles[int(self._rng.integers(len(self._tiles)))]
        x, y = (int(v) for v in self._rng.integers(0, 64, 2))
        grain = tile[y : y + self._size[1], x : x + self._size[0]]
        noisy = cv2.add(soft, grain, dtype=cv2.CV_8U)
        return np.asarray(noisy, dtype=np.uint8)


class Overlay:
    """The clock above left and the camera's name below (or above) right, as recorders burn them in."""

    def __init__(self, name: str, start: datetime, size: tuple[int, int], name_above: bool, lettering: float) -> None:
        self._start, self._size, self._name_above = start, size, name_above
        self._font = ImageFont.truetype(str(FONT), round(size[1] * lettering), index=2)
        self._name = self._lettering(name)
        self._clock: tuple[str, npt.NDArray[np.uint8]] | None = None

    def _lettering(self, text: str) -> npt.NDArray[np.uint8]:
        """White letters with a dark edge, uint8 (h, w, 4)."""
        left, top, right, bottom = self._font.getbbox(text)
        picture = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8), (0, 0, 0, 0))
        ImageDraw.Draw(picture).text(
            (4 - left, 4 - top),
            text,
            font=self._font,
            fill=(245, 245, 245, 255),
            stroke_width=2,
            stroke_fill=(20, 20, 20, 255),
        )
        return np.asarray(picture)

    def clock_text(self, t: float) -> str:
        """The burnt-in words at `t` seconds."""
        moment = self._start + timedelta(seconds=t)
        date, clock = moment.strftime(CLOCK_TEXT).split(" ")
        return f"{date} 星期{WEEKDAYS[moment.weekday()]} {clock}"

    def burn(self, picture: npt.NDArray[np.uint8], t: float) -> None:
        """Write into a frame."""
        text = self.clock_text(t)
        if self._clock is None or self._clock[0] != text:
            self._clock = (text, self._lettering(text))
        margin = round(self._size[1] * 0.03)
        self._blit(picture, self._clock[1], margin, margin)
        height, width = self._name.shape[:2]
        top = margin if self._name_above else self._size[1] - height - margin
        self._blit(picture, self._name, self._size[0] - width - margin, top)

    @staticmethod
    def _blit(picture: npt.NDArray[np.uint8], stamp: npt.NDArray[np.uint8], x: int, y: int) -> None:
        target = picture[y : y + stamp.shape[0], x : x + stamp.shape[1]]
        cover = stamp[..., 3:].astype(np.float32) / 255
        target[:] = (target * (1 - cover) + stamp[..., :3] * cover).astype(np.uint8)
