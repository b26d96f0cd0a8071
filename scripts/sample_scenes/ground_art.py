"""Ground painted from noise and paint: asphalt with wear, stains and cracks, paving, grass, lane markings."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .mesh import Mesh, quad
from .plate_art import FONT

Field = npt.NDArray[np.float32]
Point = tuple[float, float]
WHITE = (0.80, 0.80, 0.77)
YELLOW = (0.83, 0.60, 0.13)


def noise(shape: tuple[int, int], cell: float, rng: np.random.Generator) -> Field:
    """Smooth noise of unit variance with features about `cell` pixels wide."""
    small = (max(2, int(shape[0] / cell) + 2), max(2, int(shape[1] / cell) + 2))
    grid = rng.normal(size=small).astype(np.float32)
    return cv2.resize(grid, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def detail_tile(rng: np.random.Generator, size: int = 512) -> npt.NDArray[np.uint8]:
    """Fine grain that repeats, uint8 (size, size, 1): the roughness of asphalt and concrete up close."""
    total = np.zeros((size, size), dtype=np.float32)
    for blur, weight in ((0.8, 0.9), (2.0, 0.7), (6.0, 0.5), (24.0, 0.45)):
        layer = rng.normal(size=(size, size)).astype(np.float32)
        padded = np.pad(layer, 96, mode="wrap")
        smooth = cv2.GaussianBlur(padded, (0, 0), blur)[96:-96, 96:-96]
        total += weight * smooth / smooth.std()
    total = total / total.std() * 0.16 + 0.5
    return (total.clip(0, 1) * 255).astype(np.uint8)[..., None]


class Ground:
    """A rectangle of ground under paint; coordinates in metres, north (y) up."""

    def __init__(self, low: Point, high: Point, pixels_per_m: float, rng: np.random.Generator) -> None:
        self.low, self.high, self.scale, self.rng = low, high, pixels_per_m, rng
        self.shape = (round((high[1] - low[1]) * pixels_per_m), round((high[0] - low[0]) * pixels_per_m))
        self.colour: Field = np.full((*self.shape, 3), 0.3, dtype=np.float32)
        rough = noise(self.shape, 0.05 * pixels_per_m + 1, rng)
        self._rough = rough + 0.9 * noise(self.shape, 0.5 * pixels_per_m, rng)

    def pixels(self, points: Sequence[Point]) -> npt.NDArray[np.int32]:
        """Points in metres to (column, row)."""
        array = np.array(points, dtype=float)
        columns = (array[:, 0] - self.low[0]) * self.scale
        rows = (self.high[1] - array[:, 1]) * self.scale
        return np.round(np.stack([columns, rows], axis=1)).astype(np.int32)

    def shape_mask(self, points: Sequence[Point], soft: float = 0.0) -> Field:
        """Coverage 0..1 of a polygon, its edge softened over `soft` metres."""
        mask = np.zeros(self.shape, dtype=np.uint8)
        cv2.fillPoly(mask, [self.pixels(points)], 255, lineType=cv2.LINE_AA)
        cover = mask.astype(np.float32) / 255
        return cv2.GaussianBlur(cover, (0, 0), soft * self.scale) if soft else cover

    def blend(self, cover: Field, colour: Sequence[float] | Field) -> None:
        """Paint a colour where covered."""
        rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
        if not len(rows):
            return
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        paint = np.asarray(colour, dtype=np.float32)
        paint = paint[part] if paint.ndim == 3 else paint
        self.colour[part] += cover[part][..., None] * (paint - self.colour[part])

    def asphalt(self, points: Sequence[Point], tone: float = 0.34) -> None:
        """Worn asphalt, sRGB tone around `tone`."""
        s = self.scale
        grey = np.full(self.shape, tone, dtype=np.float32)
        for cell, weight in ((0.04, 0.020), (0.10, 0.012), (0.6, 0.006), (3.5, 0.010), (14.0, 0.016)):
            grey += weight * noise(self.shape, max(1.0, cell * s), self.rng)
        colour = np.stack([grey * 1.01, grey, grey * 0.985], axis=-1)
        self.blend(self.shape_mask(points), colour)

    def paving(self, points: Sequence[Point], tone: tuple[float, float, float], tile: tuple[float, float]) -> None:
        """Paving stones with joints, each stone its own shade."""
        rows, columns = np.ogrid[: self.shape[0], : self.shape[1]]
        x, y = columns / self.scale + self.low[0], self.high[1] - rows / self.scale
        row = np.floor(y / tile[1]).astype(int)
        shifted = x / tile[0] + 0.5 * (row % 2)
        column = np.floor(shifted).astype(int)
        shade = self.rng.normal(0, 0.028, (256, 256)).astype(np.float32)[row % 256, column % 256]
        fx, fy = shifted - column, y / tile[1] - row
        joint = (np.minimum(fx, 1 - fx) * tile[0] < 0.012) | (np.minimum(fy, 1 - fy) * tile[1] < 0.012)
        value = (
            1
            + shade
            + 0.035 * noise(self.shape, 0.5 * self.scale, self.rng)
            + 0.03 * noise(self.shape, 4 * self.scale, self.rng)
        )
        value = np.where(joint, value * 0.78, value)
        self.blend(self.shape_mask(points), value[..., None] * np.array(tone, dtype=np.float32))

    def grass(self, points: Sequence[Point]) -> None:
        """Rough lawn."""
        tone = (
            1
            + 0.2 * noise(self.shape, 0.06 * self.scale + 1, self.rng)
            + 0.12 * noise(self.shape, 0.8 * self.scale, self.rng)
        )
        self.blend(self.shape_mask(points), tone[..., None] * np.array((0.27, 0.34, 0.16), dtype=np.float32))

    def wear_tracks(self, line: Sequence[Point], width: float, strength: float) -> None:
        """Darkened tyre tracks or an oily middle along a line."""
        mask = np.zeros(self.shape, dtype=np.uint8)
        cv2.polylines(mask, [self.pixels(line)], False, 255, max(1, round(width * self.scale)))
        cover = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), width * 0.45 * self.scale)
        cover *= 0.85 + 0.12 * noise(self.shape, 3.5 * self.scale, self.rng)
        self.colour *= 1 - strength * cover.clip(0, 1)[..., None]

    def stains(self, count: int, region: tuple[Point, Point]) -> None:
        """Oil spots and repaired patches."""
        for _ in range(count):
            x, y = self.rng.uniform(region[0], region[1])
            size = self.rng.uniform(0.08, 0.45)
            centre = self.pixels([(float(x), float(y))])[0]
            axes = (max(1, round(size * self.scale)), max(1, round(size * self.scale * self.rng.uniform(0.4, 1.6))))
            reach = 3 * max(axes)
            cover = np.zeros((2 * reach, 2 * reach), dtype=np.uint8)
            cv2.ellipse(cover, (reach, reach), axes, float(self.rng.uniform(0, 180)), 0, 360, 255, -1)
            soft = cv2.GaussianBlur(cover, (0, 0), max(1.0, size * 0.35 * self.scale)).astype(np.float32) / 255
            left, top = int(centre[0]) - reach, int(centre[1]) - reach
            x0, y0 = max(left, 0), max(top, 0)
            target = self.colour[y0 : max(top + 2 * reach, 0), x0 : max(left + 2 * reach, 0)]
            patch = soft[y0 - top :, x0 - left :][: target.shape[0], : target.shape[1]]
            target *= 1 - patch[..., None] * float(self.rng.uniform(0.05, 0.2))

    def patches(self, rectangles: Sequence[tuple[float, float, float, float]]) -> None:
        """Newer asphalt squares with sealed edges: x0, y0, x1, y1."""
        for x0, y0, x1, y1 in rectangles:
            outline = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
            cover = self.shape_mask(outline)
            self.colour *= 1 - 0.16 * cover[..., None]
            self.line([*outline, outline[0]], 0.04, (0.16, 0.16, 0.165), 0.15)

    def cracks(self, count: int, region: tuple[Point, Point]) -> None:
        """Thin wandering cracks, some sealed with bitumen."""
        for _ in range(count):
            at = np.array(self.rng.uniform(region[0], region[1]))
            angle = self.rng.uniform(0, 2 * np.pi)
            points = [at.copy()]
            for _ in range(int(self.rng.integers(12, 40))):
                angle += self.rng.normal(0, 0.4)
                at = at + 0.15 * np.array([np.cos(angle), np.sin(angle)])
                points.append(at.copy())
            width = float(self.rng.choice([0.012, 0.015, 0.03]))
            self.line([(float(p[0]), float(p[1])) for p in points], width, (0.15, 0.15, 0.155), 0.35)

    def _worn(self, cover: Field, wear: float) -> Field:
        """Paint with bits rubbed off."""
        if wear <= 0:
            return cover
        painted = cover > 0
        result = np.zeros_like(cover)
        result[painted] = cover[painted] / (1 + np.exp((self._rough[painted] - 2.6 + 3.2 * wear) * 3.0))
        return result

    def line(self, points: Sequence[Point], width: float, colour: Sequence[float] = WHITE, wear: float = 0.3) -> None:
        """A painted line."""
        cover = np.zeros(self.shape, dtype=np.uint8)
        cv2.polylines(cover, [self.pixels(points)], False, 255, max(1, round(width * self.scale)), cv2.LINE_AA)
        self.blend(self._worn(cover.astype(np.float32) / 255, wear), colour)

    def dashes(
        self, x: float, y_from: float, y_to: float, mark: float, gap: float, width: float = 0.15, wear: float = 0.3
    ) -> None:
        """A broken lane line along y."""
        cover = np.zeros(self.shape, dtype=np.uint8)
        y = y_from
        while y < y_to:
            corners = [(x - width / 2, y), (x + width / 2, y), (x + width / 2, y + mark), (x - width / 2, y + mark)]
            cv2.fillPoly(cover, [self.pixels(corners)], 255)
            y += mark + gap
        self.blend(self._worn(cover.astype(np.float32) / 255, wear), WHITE)

    def shapes(self, polygons: Sequence[Sequence[Point]], colour: Sequence[float] = WHITE, wear: float = 0.3) -> None:
        """Painted polygons (zebra stripes, arrows, boxes)."""
        cover = np.zeros(self.shape, dtype=np.uint8)
        for polygon in polygons:
            cv2.fillPoly(cover, [self.pixels(polygon)], 255, cv2.LINE_AA)
        self.blend(self._worn(cover.astype(np.float32) / 255, wear), colour)

    def text(
        self,
        words: str,
        centre: Point,
        size: tuple[float, float],
        colour: Sequence[float] = WHITE,
        wear: float = 0.3,
        flip: bool = False,
    ) -> None:
        """Painted characters spread over `size` metres (width, length); `flip` turns them to be read from the north."""
        font = ImageFont.truetype(str(FONT), 120, index=2)
        left, top, right, bottom = font.getbbox(words)
        picture = Image.new("L", (int(right - left), int(bottom - top)), 0)
        ImageDraw.Draw(picture).text((-left, -top), words, font=font, fill=255)
        target = picture.resize((max(1, round(size[0] * self.scale)), max(1, round(size[1] * self.scale))))
        stamp = np.asarray(target.rotate(180) if flip else target)
        cover = np.zeros(self.shape, dtype=np.uint8)
        column, row = self.pixels([(centre[0] - size[0] / 2, centre[1] + size[1] / 2)])[0]
        cover[row : row + stamp.shape[0], column : column + stamp.shape[1]] = stamp
        self.blend(self._worn(cover.astype(np.float32) / 255, wear), colour)

    def arrow(self, x: float, y: float, length: float, towards: int = 1, wear: float = 0.3) -> None:
        """A straight-on lane arrow; `towards` +1 points north."""
        half = length / 2
        stem = [(x - 0.08, y - towards * half), (x + 0.08, y - towards * half), (x + 0.08, y + towards * half * 0.3)]
        stem.append((x - 0.08, y + towards * half * 0.3))
        head = [(x - 0.3, y + towards * half * 0.25), (x + 0.3, y + towards * half * 0.25), (x, y + towards * half)]
        self.shapes([stem, head], WHITE, wear)

    def finished(self) -> tuple[Mesh, npt.NDArray[np.uint8]]:
        """The ground's mesh at z = 0 and its texture, uint8 (h, w, 3)."""
        (x0, y0), (x1, y1) = self.low, self.high
        mesh = quad([(x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)])
        return mesh, (self.colour.clip(0.02, 0.95) * 255).astype(np.uint8)
