"""One scene, picture by picture: the street, who is in it, the weather, the sensor."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.scenes.brush import Patch
from skynet.cli.bench.scenes.casting import FIRST_S, Part, Stage, cast
from skynet.cli.bench.scenes.condition import Condition
from skynet.cli.bench.scenes.daylight import Daylight
from skynet.cli.bench.scenes.foliage import Foliage
from skynet.cli.bench.scenes.lamps import LAMP_SHARE, lamp_light, lit_by_lamps
from skynet.cli.bench.scenes.layout import random_layout
from skynet.cli.bench.scenes.planes import Planes, bgr_to_planes, lay_over
from skynet.cli.bench.scenes.rain import Rain
from skynet.cli.bench.scenes.role import Role
from skynet.cli.bench.scenes.sensor import Sensor
from skynet.cli.bench.scenes.street import paint_street
from skynet.cli.bench.scenes.view import View

_AMBIENT_AT_NIGHT = 0.05
_SOLID = 128


@dataclass(frozen=True)
class Seen:
    """One object in one picture. `box`: x, y, width, height of what shows, as shares of the picture; `height_share`: of
    the whole object; `shown`: how much of it, 0…1; `contrast`: mean difference from what is behind, grey levels."""

    role: Role
    box: tuple[float, float, float, float]
    height_share: float
    shown: float
    contrast: float


class Scene:
    """`seconds` at `fps` pictures a second, decided by `seed` alone. Raises WorkFailedError when `parts` do not fit."""

    def __init__(
        self,
        condition: Condition,
        seed: int,
        parts: tuple[Part, ...],
        seconds: float,
        fps: int,
        width: int,
        height: int,
        first_s: float = FIRST_S,
    ) -> None:
        rng = np.random.default_rng([seed, *condition.name.encode()])
        layout = random_layout(rng)
        self.condition, self.seconds, self.fps = condition, seconds, fps
        self._street = paint_street(View(width, height), layout, rng)
        self._foliage = Foliage(width, height, rng) if condition.foliage else None
        self._rain = Rain(self._street, rng) if condition.rain else None
        self._light = np.full((height, width), condition.light, np.float32)
        lamps = lamp_light(self._street) if condition.night or condition.changing else None
        if lamps is not None and condition.night:
            self._empty = bgr_to_planes(lit_by_lamps(self._street, lamps, _AMBIENT_AT_NIGHT))
            self._light = lamps * LAMP_SHARE + _AMBIENT_AT_NIGHT
        else:
            self._empty = bgr_to_planes(self._street.picture * condition.light)
        self._daylight = None
        if lamps is not None and condition.changing:
            glow = bgr_to_planes(self._street.picture * lamps[..., None] * np.float32(0.35))
            self._daylight = Daylight(seconds, glow.y - np.minimum(glow.y, 16), rng)
        self._sensor = Sensor(self._empty.y, condition.sigma, rng)
        self._cloth = np.clip(rng.normal(0, 7, (211, 223)), -40, 40).astype(np.int8)
        cover = self._foliage.cover if self._foliage else None
        self.roles = cast(Stage(self._street, layout, cover), seconds, parts, rng, first_s)
        self._cover = None if cover is None else cover > 0.5

    @property
    def pictures(self) -> int:
        return round(self.seconds * self.fps)

    def picture(self, index: int) -> tuple[Planes, list[Seen]]:
        """Picture `index` with what is seen in it. Ask in order: rain and noise go on from picture to picture."""
        time_s = index / self.fps
        planes = Planes(self._empty.buffer.copy())
        drawn = [
            (role, found)
            for role in self.roles
            if (found := role.draw(self._street.view, time_s, self.condition.night))
        ]
        seen = []
        for role, (brush, depth) in sorted(drawn, key=lambda item: -item[1][1]):
            patch = brush.patch(self._cloth, 1.0)
            if shown := self._place(planes, role, patch, depth):
                seen.append(shown)
        if self._foliage:
            self._foliage.sway(planes, time_s)
        if self._daylight:
            self._daylight.change(planes, time_s)
        if self._rain:
            self._rain.fall(planes.y, index)
        self._sensor.expose(planes.y, (planes.u, planes.v))
        return planes, seen

    def _place(self, planes: Planes, role: Role, patch: Patch, depth: float) -> Seen | None:
        """Draw one object in the light that falls on it, as far as nothing nearer hides it."""
        whole = _extent(patch.bgra[..., 3])
        if whole is None:
            return None
        left, top = max(0, patch.x), max(0, patch.y)
        right, bottom = (
            min(planes.width, patch.x + patch.bgra.shape[1]),
            min(planes.height, patch.y + patch.bgra.shape[0]),
        )
        if right - left < 2 or bottom - top < 2:
            return None
        where = (slice(top, bottom), slice(left, right))
        bgra = patch.bgra[top - patch.y : bottom - patch.y, left - patch.x : right - patch.x].copy()
        bgra[self._street.depth[where] <= depth] = 0
        foot = (min(planes.height - 1, bottom - 1), min(planes.width - 1, (left + right) // 2))
        bgra[..., :3] = (bgra[..., :3] * min(1.25, self._light_at(where, foot))).astype(np.uint8)
        behind = planes.y[where].copy()
        lay_over(planes, bgra, left, top)
        solid = bgra[..., 3] > _SOLID
        if self._cover is not None:
            solid &= ~self._cover[where]
        return self._seen(role, planes, patch, solid, behind, where, whole)

    def _light_at(self, where: tuple[slice, slice], foot: tuple[int, int]) -> float:
        if not self.condition.night:
            return float(self._light[foot])
        on_ground = np.where(self._street.depth[where] > 1e5, self._light[where], 0)
        return float(max(on_ground[-6:].max(), 0.5 * self._light[foot], 0.05))

    def _seen(
        self,
        role: Role,
        planes: Planes,
        patch: Patch,
        solid: NDArray[np.bool_],
        behind: NDArray[np.uint8],
        where: tuple[slice, slice],
        whole: tuple[int, int, int, int],
    ) -> Seen | None:
        extent = _extent(solid * np.uint8(255))
        if extent is None:
            return None
        x, y, width, height = extent
        change = cv2.absdiff(planes.y[where], behind)[solid]
        return Seen(
            role=role,
            box=(
                (where[1].start + x) / planes.width,
                (where[0].start + y) / planes.height,
                width / planes.width,
                height / planes.height,
            ),
            height_share=whole[3] / planes.height,
            shown=float(solid.sum()) / max(1, int((patch.bgra[..., 3] > _SOLID).sum())),
            contrast=float(change.mean()),
        )


def _extent(alpha: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """The box (x, y, width, height) of what is solid."""
    _, solid = cv2.threshold(alpha, _SOLID, 255, cv2.THRESH_BINARY)
    x, y, width, height = cv2.boundingRect(solid)
    return (x, y, width, height) if width else None
