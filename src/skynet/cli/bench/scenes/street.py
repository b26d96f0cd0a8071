"""The empty street, painted once: a road that crosses in front, one that leads away between houses, things that stand.

Painted at twice the size and averaged. Beside the picture stands a map of how far each pixel's surface is, so that
whoever walks is hidden by what is nearer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.scenes.facade import facade
from skynet.cli.bench.scenes.layout import Block, Layout
from skynet.cli.bench.scenes.texture import FloatImage, fractal_tile, sample
from skynet.cli.bench.scenes.view import View

_OVERSAMPLING = 2
_FAR = np.float32(1e6)
_Window = tuple[slice, slice]


@dataclass(frozen=True)
class Street:
    """`picture`: BGR reflectance under full light, float32 (h, w, 3), 0…255. `depth`: metres along the optical axis of
    what can hide a figure, 1e6 where nothing can (ground, sky). `ground`: z of the ground under each pixel or 0."""

    view: View
    picture: FloatImage
    depth: FloatImage
    ground: FloatImage


def paint_street(view: View, layout: Layout, rng: np.random.Generator) -> Street:
    """The street of `layout` seen by `view`."""
    painter = _Painter(view.scaled(_OVERSAMPLING), rng)
    painter.ground(layout)
    for block in sorted(layout.blocks, key=lambda block: -block.far):
        painter.block(block, layout)
    size = (view.width, view.height)
    picture = cv2.resize(painter.picture, size, interpolation=cv2.INTER_AREA)
    depth = cv2.resize(painter.depth, size, interpolation=cv2.INTER_NEAREST)
    ground = cv2.resize(painter.ground_z, size, interpolation=cv2.INTER_NEAREST)
    return Street(view, np.asarray(picture, np.float32), np.asarray(depth, np.float32), np.asarray(ground, np.float32))


@dataclass
class _Painter:
    view: View
    rng: np.random.Generator
    picture: FloatImage = field(init=False)
    depth: FloatImage = field(init=False)
    ground_z: FloatImage = field(init=False)

    def __post_init__(self) -> None:
        self._rays = self.view.rays()
        shape = (self.view.height, self.view.width)
        self.picture = np.zeros((*shape, 3), np.float32)
        self.depth = np.full(shape, _FAR, np.float32)
        self.ground_z = np.zeros(shape, np.float32)
        self._fine = fractal_tile(self.rng, 0.85)
        self._soft = fractal_tile(self.rng, 0.5)

    def ground(self, layout: Layout) -> None:
        ray_x, ray_y, ray_z = self._rays
        with np.errstate(divide="ignore"):
            distance = np.where(ray_y < -1e-4, -self.view.camera_height / ray_y, 0).astype(np.float32)
        x, z = ray_x * distance, ray_z * distance
        below = distance > 0
        self.ground_z = np.where(below, z, 0).astype(np.float32)
        self._sky(~below)
        near = np.clip(30 / np.maximum(z, 1), 0.15, 1).astype(np.float32)
        grain = sample(self._fine, x, z, 3.0) * near * 5 + sample(self._soft, x, z, 17.0) * 5
        road = (np.abs(x) < layout.road_half) | (z < layout.crossing_far)
        shade = np.where(road, 92 + grain, 138 + grain)
        joint = ~road & ((np.mod(x, 0.9) < 0.03) | (np.mod(z, 0.9) < 0.04)) & (z < 60)
        shade = np.where(joint, shade - 22, shade)
        kerb = (np.abs(np.abs(x) - layout.road_half) < 0.12) & (z > layout.crossing_far)
        kerb |= (np.abs(z - layout.crossing_far) < 0.14) & (np.abs(x) > layout.road_half)
        shade = np.where(kerb, 168 + grain, shade)
        worn = sample(self._fine, x, z, 2.0) > -1.1
        middle = (np.abs(x) < 0.08) & (np.mod(z, 6) < 3) & (z > layout.crossing_far + 4)
        middle |= (np.abs(z - layout.crossing_far + 3.4) < 0.08) & (np.mod(x, 6) < 3)
        zebra = (np.abs(x) < layout.road_half - 0.4) & (np.mod(x, 1.0) < 0.5)
        zebra &= (z > layout.crossing_far + 0.8) & (z < layout.crossing_far + 3.4)
        shade = np.where((middle | zebra) & worn, 205 + grain, shade)
        stains = sample(self._soft, x, z, 6.0)
        shade = np.where(stains > 1.5, shade - 14 * (stains - 1.5), shade)
        self._fill(below, shade, (1.02, 1.0, 0.98))

    def block(self, block: Block, layout: Layout) -> None:
        """A box on the ground: its front (towards the camera), the side that shows, and its top where one sees it."""
        tops = (0.0, block.height)
        if block.near > layout.crossing_near:
            self._wall_z(block, self._window([(x, y, block.near) for x in (block.left, block.right) for y in tops]))
        for x in (block.left, block.right):
            if (x > 0 and x == block.left) or (x < 0 and x == block.right):
                ends = (block.near, block.far)
                self._wall_x(block, x, self._window([(x, y, z) for z in ends for y in tops]))
        if block.height < self.view.camera_height:
            corners = [(x, block.height, z) for x in (block.left, block.right) for z in (block.near, block.far)]
            self._roof(block, self._window(corners))

    def _window(self, corners: list[tuple[float, float, float]]) -> _Window:
        """The part of the picture that holds these points of the world, all in front of the camera."""
        pixels = [self.view.project(*corner) for corner in corners]
        left, right = min(u for u, _ in pixels), max(u for u, _ in pixels)
        top, bottom = min(v for _, v in pixels), max(v for _, v in pixels)
        rows = slice(max(0, int(top) - 1), max(0, min(self.view.height, int(bottom) + 2)))
        return rows, slice(max(0, int(left) - 1), max(0, min(self.view.width, int(right) + 2)))

    def _wall_z(self, block: Block, window: _Window) -> None:
        ray_x, ray_y, ray_z = (part[window] for part in self._rays)
        distance = np.asarray(block.near / ray_z, np.float32)
        x, y = ray_x * distance, self.view.camera_height + ray_y * distance
        inside = (x > block.left) & (x < block.right) & (y > 0) & (y < block.height)
        self._surface(window, inside, x, y, distance, block, light=0.92)

    def _wall_x(self, block: Block, at: float, window: _Window) -> None:
        ray_x, ray_y, ray_z = (part[window] for part in self._rays)
        with np.errstate(divide="ignore"):
            distance = np.where(ray_x * at > 1e-6, at / ray_x, 0).astype(np.float32)
        y, z = self.view.camera_height + ray_y * distance, ray_z * distance
        inside = (distance > 0) & (z > block.near) & (z < block.far) & (y > 0) & (y < block.height)
        self._surface(window, inside, z, y, distance, block, light=0.74 if at > 0 else 1.05)

    def _roof(self, block: Block, window: _Window) -> None:
        ray_x, ray_y, ray_z = (part[window] for part in self._rays)
        drop = np.float32(block.height - self.view.camera_height)
        with np.errstate(divide="ignore"):
            distance = np.where(ray_y < -1e-4, drop / ray_y, 0).astype(np.float32)
        x, z = ray_x * distance, ray_z * distance
        inside = (x > block.left) & (x < block.right) & (z > block.near) & (z < block.far)
        shade = 1.12 * (np.float32(1) + 0.04 * sample(self._soft, x, z, 3.0))
        self._paint(window, inside, shade[..., None] * np.asarray(block.colour, np.float32), distance)

    def _surface(
        self,
        window: _Window,
        inside: NDArray[np.bool_],
        along: FloatImage,
        up: FloatImage,
        distance: FloatImage,
        block: Block,
        light: float,
    ) -> None:
        if not inside.any():
            return
        rough = 1 + 0.05 * sample(self._fine, along, up, 2.5) + 0.05 * sample(self._soft, along, up, 9.0)
        rough *= np.clip(0.8 + up * 0.25, 0.8, 1)
        colour = rough[..., None] * np.asarray(block.colour, np.float32)
        if block.kind == "house":
            colour = facade(along, up, colour, block.salt)
        elif block.kind == "van":
            colour = _van(along, up, colour, block)
        elif block.kind == "kiosk":
            glass = (up > 1.0) & (up < 2.0) & (np.mod(along, 1.0) > 0.12)
            colour = np.where(glass[..., None], np.float32(55) + 25 * rough[..., None], colour)
        elif block.kind == "hedge":
            leaf = 1 + 0.32 * sample(self._fine, along, up, 1.2)
            colour = leaf[..., None] * np.asarray(block.colour, np.float32)
        self._paint(window, inside, colour * np.float32(light), distance)

    def _sky(self, inside: NDArray[np.bool_]) -> None:
        ray_x, ray_y, _ = self._rays
        cloud = sample(self._soft, ray_x + 3, ray_y * 2.5 + 3, 1.6)
        shade = 205 + 10 * cloud
        self._fill(inside, shade, (1.06, 1.0, 0.96))

    def _fill(self, inside: NDArray[np.bool_], shade: FloatImage, tint: tuple[float, float, float]) -> None:
        self.picture[inside] = (shade[..., None] * np.asarray(tint, np.float32))[inside]

    def _paint(self, window: _Window, inside: NDArray[np.bool_], colour: FloatImage, distance: FloatImage) -> None:
        haze = np.clip(distance / 420, 0, 0.35)[..., None]
        self.picture[window][inside] = (colour * (1 - haze) + np.float32(205) * haze)[inside]
        self.depth[window][inside] = distance[inside]


def _van(along: FloatImage, up: FloatImage, colour: FloatImage, block: Block) -> FloatImage:
    wheel = up < 0.34
    glass = (up > 1.25) & (up < block.height - 0.25) & (np.mod(along, 1.7) > 0.2)
    colour = np.where(glass[..., None], np.float32(48), colour)
    return np.asarray(np.where(wheel[..., None], np.float32(30), colour), np.float32)
