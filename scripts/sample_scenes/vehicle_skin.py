"""What is painted on a vehicle's body: windows, doors, lamps, grille, as one atlas of four views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .vehicle_shape import VehicleShape

Point = tuple[float, float]
PAD_M = 0.08
OVERSAMPLE = 2
RIM_M = 0.9


@dataclass(frozen=True)
class Ink:
    """sRGB albedo 0-255 and what the shader makes of it: body paint, gloss, head-lamp and tail-lamp glow, 0-255."""

    albedo: tuple[int, int, int]
    mask: tuple[int, int, int, int]


PAINT = Ink((255, 255, 255), (255, 190, 0, 0))
SEAM = Ink((120, 120, 120), (255, 60, 0, 0))
GLASS = Ink((16, 19, 21), (0, 255, 0, 0))
GLASS_DIM = Ink((34, 36, 38), (0, 255, 0, 0))
PLASTIC = Ink((26, 27, 28), (0, 40, 0, 0))
BLACK = Ink((10, 10, 10), (0, 10, 0, 0))
CHROME = Ink((178, 182, 186), (0, 240, 0, 0))
HEAD = Ink((205, 210, 214), (0, 255, 255, 0))
LAMP_SHELL = Ink((70, 74, 78), (0, 255, 40, 0))
TAIL = Ink((140, 8, 10), (0, 230, 0, 255))
AMBER = Ink((200, 104, 20), (0, 230, 0, 40))


class View:
    """One projected view of the body; coordinates in metres, v upwards."""

    def __init__(self, scale: float, u: tuple[float, float], v: tuple[float, float]) -> None:
        self.u, self.v = (u[0] - PAD_M, u[1] + PAD_M), (v[0] - PAD_M, v[1] + PAD_M)
        self.scale = scale * OVERSAMPLE
        shape = (round((self.v[1] - self.v[0]) * self.scale), round((self.u[1] - self.u[0]) * self.scale))
        self.albedo = np.full((*shape, 3), PAINT.albedo, dtype=np.uint8)
        self.mask = np.full((*shape, 4), PAINT.mask, dtype=np.uint8)

    def _pixels(self, points: Sequence[Point]) -> npt.NDArray[np.int32]:
        array = np.array(points, dtype=float)
        columns = (array[:, 0] - self.u[0]) * self.scale
        rows = (self.v[1] - array[:, 1]) * self.scale
        return np.round(np.stack([columns, rows], axis=1)).astype(np.int32)

    def polygon(self, points: Sequence[Point], ink: Ink) -> None:
        """Fill a polygon."""
        cv2.fillPoly(self.albedo, [self._pixels(points)], ink.albedo)
        cv2.fillPoly(self.mask, [self._pixels(points)], ink.mask)

    def rounded(self, points: Sequence[Point], ink: Ink, radius: float = 0.04) -> None:
        """Fill a polygon with its corners rounded off."""
        shape = np.zeros(self.albedo.shape[:2], dtype=np.uint8)
        cv2.fillPoly(shape, [self._pixels(points)], 255)
        size = max(3, round(radius * self.scale) * 2 + 1)
        inside = cv2.blur(shape, (size, size)) > 150
        self.albedo[inside] = ink.albedo
        self.mask[inside] = ink.mask

    def line(self, points: Sequence[Point], ink: Ink, width: float = 0.012) -> None:
        """Draw a line `width` metres wide."""
        thickness = max(1, round(width * self.scale))
        cv2.polylines(self.albedo, [self._pixels(points)], False, ink.albedo, thickness)
        cv2.polylines(self.mask, [self._pixels(points)], False, ink.mask, thickness)

    def disc(self, centre: Point, radius: float, ink: Ink) -> None:
        """Fill a circle."""
        middle = self._pixels([centre])[0]
        for layer, value in ((self.albedo, ink.albedo), (self.mask, ink.mask)):
            cv2.circle(layer, (int(middle[0]), int(middle[1])), round(radius * self.scale), value, -1)

    def mirrored(self, draw: str, points: Sequence[Point], ink: Ink, amount: float = 0.03) -> None:
        """Draw a shape and its mirror image about u = 0."""
        for sign in (1, -1):
            flipped = [(sign * u, v) for u, v in points]
            if draw == "line":
                self.line(flipped, ink, amount)
            else:
                self.rounded(flipped, ink, amount)


class Skin:
    """The views of one body, and their places in the atlas."""

    def __init__(self, shape: VehicleShape, scale: float) -> None:
        half_length, half_width = shape.length / 2, shape.width / 2
        self.shape = shape
        self.views = {
            "side": View(scale, (-half_length, half_length), (0, shape.height)),
            "top": View(scale, (-half_length, half_length), (-half_width, half_width)),
            "front": View(scale, (-half_width, half_width), (0, shape.height)),
            "rear": View(scale, (-half_width, half_width), (0, shape.height)),
            "rim": View(scale, (-RIM_M / 2, RIM_M / 2), (-RIM_M / 2, RIM_M / 2)),
            "plain": View(scale, (0, 0.1), (0, 0.1)),
        }
        self._places: dict[str, tuple[int, int]] = {}
        row = 0
        for name, view in self.views.items():
            self._places[name] = (row, 0)
            row += view.albedo.shape[0]
        self.size = (row, max(view.albedo.shape[1] for view in self.views.values()))

    def uv(self, name: str, u: npt.NDArray[np.floating], v: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Atlas coordinates (n, 2) of points (u, v) in metres of a view."""
        view, (row, column) = self.views[name], self._places[name]
        x = column + (np.clip(u, *view.u) - view.u[0]) * view.scale
        y = row + (view.v[1] - np.clip(v, *view.v)) * view.scale
        return np.stack([x / self.size[1], y / self.size[0]], axis=-1)

    def atlas(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Albedo (h, w, 3) and mask (h, w, 4), uint8."""
        albedo = np.zeros((*self.size, 3), dtype=np.uint8)
        mask = np.zeros((*self.size, 4), dtype=np.uint8)
        for name, view in self.views.items():
            row, column = self._places[name]
            height, width = view.albedo.shape[:2]
            albedo[row : row + height, column : column + width] = view.albedo
            mask[row : row + height, column : column + width] = view.mask
        target = (self.size[1] // OVERSAMPLE, self.size[0] // OVERSAMPLE)
        return (
            cv2.resize(albedo, target, interpolation=cv2.INTER_AREA),
            cv2.resize(mask, target, interpolation=cv2.INTER_AREA),
        )


def paint_rim(view: View, spokes: int) -> None:
    """A wheel's face: dark dish, bright spokes, hub."""
    view.disc((0, 0), RIM_M, Ink((18, 18, 19), (0, 20, 0, 0)))
    metal = Ink((150, 153, 157), (0, 200, 0, 0))
    for index in range(spokes):
        angle = 2 * np.pi * index / spokes
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        corners = [along * 0.05 + across * 0.045, along * 0.43 + across * 0.06]
        corners += [along * 0.43 - across * 0.06, along * 0.05 - across * 0.045]
        view.polygon([(float(p[0]), float(p[1])) for p in corners], metal)
    ring = np.linspace(0, 2 * np.pi, 60)
    view.line([(float(np.cos(a)) * 0.43, float(np.sin(a)) * 0.43) for a in ring], metal, 0.035)
    view.disc((0, 0), 0.09, metal)


def paint_wheel_arches(view: View, shape: VehicleShape, axles: Sequence[float]) -> None:
    """Dark arches and sill on the side view."""
    half = shape.length / 2
    view.polygon([(-half, 0), (half, 0), (half, shape.bottom + 0.09), (-half, shape.bottom + 0.09)], PLASTIC)
    for x in axles:
        view.disc((x, shape.wheel_radius), shape.wheel_radius * 1.24, PLASTIC)
        view.disc((x, shape.wheel_radius), shape.wheel_radius * 1.15, BLACK)
