"""The ground truth of a clip: boxes and plates of every frame, and the events that follow from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .camera_view import CameraView
from .renderer import Present
from .scene import Rule, Scene

MIN_HEIGHT_PX = 14.0
MIN_VISIBLE = 0.05
MIN_PLATE_PX = 16.0
LOITER_SECONDS = 10.0
STOP_SECONDS = 8.0
WRONG_WAY_SHARE = 0.10
Points = npt.NDArray[np.float64]


def clipped_polygon(points: Sequence[tuple[float, float]], width: float, height: float) -> list[tuple[float, float]]:
    """A polygon cut to the picture (Sutherland-Hodgman), pixels."""
    result = [(float(x), float(y)) for x, y in points]
    for axis, limit, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        source, result = result, []
        for index, current in enumerate(source):
            previous = source[index - 1]
            inside, before = ((p[axis] - limit) * sign >= 0 for p in (current, previous))
            if inside != before:
                part = (limit - previous[axis]) / (current[axis] - previous[axis])
                result.append(
                    (previous[0] + part * (current[0] - previous[0]), previous[1] + part * (current[1] - previous[1]))
                )
            if inside:
                result.append(current)
    return result


def clipped_segment(a: Points, b: Points, width: float, height: float) -> tuple[Points, Points]:
    """The part of a segment that lies in the picture (Liang-Barsky); it must cross it."""
    along = b - a
    first, last = 0.0, 1.0
    for axis, limit in ((0, width), (1, height)):
        if along[axis]:
            near, far = sorted(((0.0 - a[axis]) / along[axis], (limit - a[axis]) / along[axis]))
            first, last = max(first, near), min(last, far)
    return a + along * first, a + along * last


def inside(polygon: Points, point: npt.NDArray[np.float64]) -> bool:
    """Whether a point lies in a polygon (even-odd rule)."""
    x, y = polygon.T
    after_x, after_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (after_y > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (after_x - x) * (point[1] - y) / (after_y - y) + x
    return bool(np.count_nonzero(crosses & (point[0] < at)) % 2)


def crosses(a: Points, b: Points, c: Points, d: Points) -> bool:
    """Whether segment ab meets segment cd."""

    def side(p: Points, q: Points, r: Points) -> float:
        return float((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) < 0


class TruthRecorder:
    """Collects a clip's objects frame by frame; `document` is what the JSON file holds."""

    def __init__(self, scene: Scene, frames: int, seed: int) -> None:
        self.scene, self.frames, self.seed = scene, frames, seed
        self._records: dict[int, list[dict[str, Any]]] = {actor.identity: [] for actor in scene.actors}

    @property
    def camera(self) -> CameraView:
        """The scene's camera."""
        return self.scene.camera

    def record(self, index: int, t: float, present: list[Present], visible: dict[int, float]) -> None:
        """Note one frame's objects."""
        for one in present:
            actor = one.actor
            projected = self.camera.project(actor.outline(t, one.pose))
            in_front = projected[:, 2] > 1.0
            if np.count_nonzero(in_front) < len(projected) * 0.5:
                continue
            x, y = projected[in_front, 0], projected[in_front, 1]
            full = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
            x0, y0 = max(full[0], 0.0), max(full[1], 0.0)
            x1, y1 = min(full[2], self.camera.width), min(full[3], self.camera.height)
            if x1 - x0 < 4 or y1 - y0 < MIN_HEIGHT_PX:
                continue
            share = (x1 - x0) * (y1 - y0) / ((full[2] - full[0]) * (full[3] - full[1]))
            seen = round(min(1.0, visible.get(actor.identity, 0.0)) * share, 2)
            if seen < MIN_VISIBLE:
                continue
            places = 0 if one.pose.speed < 0.01 and actor.label != "person" else 1
            plate = self._plate(one, seen, places)
            box = [tidy(value, places) for value in (x0, y0, x1 - x0, y1 - y0)]
            self._records[actor.identity].append({"i": index, "box": box, "visible": tidy(seen, 2), "plate": plate})

    def _plate(self, one: Present, seen: float, places: int) -> list[list[float]] | None:
        """Corners of the plate that faces the camera, wholly in the picture."""
        if one.actor.plate is None or seen < 0.3:
            return None
        for corners in one.actor.plate_corners(one.pose):
            outward = np.cross(corners[3] - corners[0], corners[1] - corners[0])
            if float(outward @ (np.array(self.camera.position) - corners[0])) <= 0:
                continue
            points = self.camera.project(corners)
            if not np.all(points[:, 2] > 0):
                continue
            x, y = points[:, 0], points[:, 1]
            whole = x.min() >= 0 and y.min() >= 0 and x.max() <= self.camera.width and y.max() <= self.camera.height
            if whole and abs(points[1, 0] - points[0, 0]) >= MIN_PLATE_PX:
                return [[tidy(a, places), tidy(b, places)] for a, b in points[:, :2]]
        return None

    def _picture_polygon(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """A ground polygon in pixels, cut to the picture."""
        around = np.array(points, dtype=float)
        after = np.roll(around, -1, axis=0)
        ground = np.concatenate([np.linspace(a, b, 40, endpoint=False) for a, b in zip(around, after, strict=True)])
        projected = self.camera.project(np.column_stack([ground, np.zeros(len(ground))]))
        kept = [(float(p[0]), float(p[1])) for p in projected if p[2] > 1.0]
        return _simplified(clipped_polygon(kept, self.camera.width, self.camera.height))

    def _normal(self, point: Sequence[float]) -> list[float]:
        return [round(point[0] / self.camera.width, 4), round(point[1] / self.camera.height, 4)]

    def places(self) -> dict[str, Any]:
        """Zones, lines and lanes in normalised picture coordinates."""
        zones = {
            name: [self._normal(p) for p in self._picture_polygon(zone)] for name, zone in self.scene.zones.items()
        }
        lines = {}
        for name, line in self.scene.lines.items():
            ends = self.camera.project(np.array([(*line.start, 0.0), (*line.end, 0.0)]))
            begin, end = clipped_segment(ends[0, :2], ends[1, :2], self.camera.width, self.camera.height)
            lines[name] = {"from": self._normal(begin), "to": self._normal(end)}
        lanes = {}
        for name, lane in self.scene.lanes.items():
            polygon = self._picture_polygon(lane.zone)
            middle = np.mean(np.array(lane.zone), axis=0)
            step = np.array([(*middle, 0.0), (*(middle + np.array(lane.direction)), 0.0)])
            ends = self.camera.project(step)
            direction = ends[1, :2] - ends[0, :2]
            direction /= np.linalg.norm(direction)
            lanes[name] = {
                "zone": [self._normal(p) for p in polygon],
                "direction": [round(float(v), 3) for v in direction],
            }
        return {"zones": zones, "lines": lines, "lanes": lanes}

    def events(self, places: dict[str, Any]) -> list[dict[str, Any]]:
        """Every event of the scene's rules, in order of time."""
        found = []
        for rule in self.scene.rules:
            for actor in self.scene.actors:
                if actor.label not in rule.labels or not self._records[actor.identity]:
                    continue
                track = _Track(self._records[actor.identity], self.scene.fps)
                size = (self.camera.width, self.camera.height)
                found += [
                    {"kind": rule.kind, "object_id": actor.identity, "t_s": round(t, 2), "place": rule.place}
                    for t in track.times(rule, places, size)
                ]
        return sorted(found, key=lambda event: (event["t_s"], event["object_id"]))

    def document(self) -> dict[str, Any]:
        """The whole truth."""
        places = self.places()
        objects = []
        for actor in self.scene.actors:
            if not self._records[actor.identity]:
                continue
            plate = {"text": actor.plate.text, "kind": actor.plate.kind} if actor.plate else None
            objects.append(
                {
                    "id": actor.identity,
                    "label": actor.label,
                    "plate": plate,
                    "colour": actor.colour_name,
                    "frames": self._records[actor.identity],
                }
            )
        clock = {"start": self.scene.start.isoformat()}
        if self.scene.clock_from:
            clock["closed_from"] = self.scene.clock_from.isoformat()
        return {
            "clip": f"{self.scene.name}.mp4",
            "width": self.camera.width,
            "height": self.camera.height,
            "fps": self.scene.fps,
            "frames": self.frames,
            "seed": self.seed,
            "clock": clock,
            **places,
            "objects": objects,
            "events": self.events(places),
        }

    def write(self, path: Path) -> None:
        """Save the truth as compact JSON."""
        path.write_text(json.dumps(self.document(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


class _Track:
    """One object's anchors (bottom centre of its box) over time, pixels."""

    def __init__(self, records: list[dict[str, Any]], fps: int) -> None:
        boxes = np.array([record["box"] for record in records], dtype=float)
        self.anchors = np.stack([boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3]], axis=1)
        self.sizes = boxes[:, 2:]
        self.seconds = np.array([record["i"] for record in records]) / fps

    def times(self, rule: Rule, places: dict[str, Any], size: tuple[int, int]) -> list[float]:
        """When the rule's event happens to this object (at most once for all but line crossings)."""
        scale = np.array(size, dtype=float)
        if rule.kind == "line_crossing":
            line = places["lines"][rule.place]
            a, b = np.array(line["from"]) * scale, np.array(line["to"]) * scale
            pairs = zip(self.anchors[:-1], self.anchors[1:], self.seconds[1:], strict=True)
            return [float(t) for p, q, t in pairs if crosses(a, b, p, q)][:1]
        zone = places["lanes"][rule.place]["zone"] if rule.kind == "wrong_way" else places["zones"][rule.place]
        polygon = np.array(zone) * scale
        within = np.array([inside(polygon, anchor) for anchor in self.anchors])
        if rule.kind == "zone_entry":
            return [float(self.seconds[np.argmax(within)])] if within.any() else []
        if rule.kind == "wrong_way":
            return self._wrong_way(within, np.array(places["lanes"][rule.place]["direction"]), size[1])
        return self._dwell(within, rule.kind)

    def _wrong_way(self, within: npt.NDArray[np.bool_], direction: Points, height: int) -> list[float]:
        """When the way against a lane's direction inside its zone reaches a tenth of the picture's height."""
        against = -(self.anchors @ direction)
        start = None
        for index, here in enumerate(within):
            start = (start if start is not None else against[index]) if here else None
            if start is not None and against[index] - start >= WRONG_WAY_SHARE * height:
                return [float(self.seconds[index])]
        return []

    def _dwell(self, within: npt.NDArray[np.bool_], kind: str) -> list[float]:
        """When the stay in the zone has lasted long enough, and for a stopped vehicle without moving."""
        first = None
        for index, here in enumerate(within):
            if not here:
                first = None
                continue
            first = index if first is None else first
            if kind == "loitering":
                if self.seconds[index] - self.seconds[first] >= LOITER_SECONDS:
                    return [float(self.seconds[index])]
                continue
            while np.linalg.norm(self.anchors[index] - self.anchors[first]) > 0.5 * self.sizes[index].min():
                first += 1
            if self.seconds[index] - self.seconds[first] >= STOP_SECONDS:
                return [float(self.seconds[index])]
        return []


def tidy(value: float, places: int) -> float:
    """Rounded, and whole numbers without a fraction, to keep the file small."""
    rounded = round(float(value), places)
    return int(rounded) if rounded == int(rounded) else rounded


def _simplified(polygon: list[tuple[float, float]], tolerance: float = 1.0) -> list[tuple[float, float]]:
    """Drop points that lie on the line between their neighbours."""
    points = list(polygon)
    index = 0
    while len(points) > 3 and index < len(points):
        before, here, after = (np.array(points[(index + k) % len(points)]) for k in (-1, 0, 1))
        along = after - before
        length = max(float(np.linalg.norm(along)), 1e-9)
        distance = abs(float(along[0] * (here - before)[1] - along[1] * (here - before)[0])) / length
        if distance < tolerance:
            points.pop(index)
            index = max(index - 1, 0)
        else:
            index += 1
    return points
