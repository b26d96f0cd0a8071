"""Who comes when: ways through the street are drawn at random until one is seen as long as its part asks for."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skynet.cli.bench.scenes.layout import Layout
from skynet.cli.bench.scenes.role import Kind, Manner, Role, SizeClass, Step, size_class
from skynet.cli.bench.scenes.street import Street
from skynet.cli.bench.scenes.vehicle import Paint
from skynet.cli.bench.scenes.walker import Look
from skynet.domain.errors import WorkFailedError

Part = tuple[SizeClass, Kind, Manner]
PARTS: tuple[Part, ...] = (
    ("tiny", "person", "pass"),
    ("tiny", "person", "pass"),
    ("tiny", "bicycle", "pass"),
    ("tiny", "person", "loiter"),
    ("small", "person", "pass"),
    ("small", "person", "loiter"),
    ("small", "bicycle", "fast"),
    ("medium", "person", "pass"),
    ("medium", "bicycle", "pass"),
    ("medium", "person", "fast"),
    ("large", "person", "pass"),
    ("large", "person", "loiter"),
    ("large", "car", "fast"),
)
"""One scene's events."""
_SEEN_S: dict[Manner, tuple[float, float]] = {"pass": (3.0, 7.5), "fast": (0.7, 1.9), "loiter": (8.0, 13.0)}
_DISTANCES: dict[SizeClass, tuple[float, float]] = {
    "tiny": (70.0, 114.0),
    "small": (36.0, 70.0),
    "medium": (17.0, 36.0),
    "large": (8.6, 14.0),
}
_SPEEDS: dict[Kind, tuple[float, float]] = {"person": (1.1, 1.9), "bicycle": (3.5, 6.5), "car": (8.0, 13.0)}
_TRIES = 4000
_STEP_S = 0.1
FIRST_S, LEAST_GAP_S, MOST_GAP_S = 8.0, 2.5, 15.0


@dataclass(frozen=True)
class Stage:
    """What can be seen from where: the street and how much of each pixel is covered by leaves in front (0…1)."""

    street: Street
    layout: Layout
    cover: np.ndarray[tuple[int, int], np.dtype[np.float32]] | None = None

    def seen(self, role: Role, time_s: float) -> float:
        """The share of the object that shows."""
        found = role.at(time_s)
        if found is None:
            return 0.0
        _, x, z = found
        view, depth = self.street.view, self.street.view.depth(0, z)
        left, bottom = view.project(x - role.half_width, 0, z)
        right, _ = view.project(x + role.half_width, 0, z)
        top = bottom - view.focal_px * role.height / depth
        us = np.linspace(left, right, 7)[1:-1].astype(int)
        vs = np.linspace(top, bottom, 11)[1:-1].astype(int)
        us, vs = us[(us >= 0) & (us < view.width)], vs[(vs >= 0) & (vs < view.height)]
        if not len(us) or not len(vs):
            return 0.0
        spots = np.ix_(vs, us)
        free = (self.street.depth[spots] > depth).astype(np.float32)
        if self.cover is not None:
            free *= 1 - self.cover[spots]
        return float(free.sum()) / 45


def cast(
    stage: Stage, seconds: float, parts: Sequence[Part], rng: np.random.Generator, first_s: float = FIRST_S
) -> list[Role]:
    """Roles for `parts` in a random order, one after another with idle gaps, from `first_s` until `seconds`.

    Raises WorkFailedError when the scene is too short for them.
    """
    order = [parts[index] for index in rng.permutation(len(parts))]
    found = [_find(stage, part, rng) for part in order]
    busy = sum(until - since for _, since, until in found)
    spare = seconds - first_s - busy - LEAST_GAP_S * len(found)
    if spare < 0:
        raise WorkFailedError(f"{seconds:g} s are too short for {len(parts)} events; they are seen for {busy:.0f} s")
    shares = rng.dirichlet(np.full(len(found), 4.0)) * spare
    time_s, roles = first_s, []
    for (role, since, until), share in zip(found, shares, strict=True):
        roles.append(dataclasses.replace(role, start_s=time_s - since))
        time_s += until - since + min(LEAST_GAP_S + share, MOST_GAP_S)
    return roles


def _find(stage: Stage, part: Part, rng: np.random.Generator) -> tuple[Role, float, float]:
    """A role with the seconds from its start when it is first and last seen."""
    size, kind, manner = part
    least, most = _SEEN_S[manner]
    for _ in range(_TRIES):
        role = Role(kind, manner, _way(stage.layout, size, kind, manner, rng), Look.random(rng), Paint.random(rng))
        times = np.arange(0, role.seconds, _STEP_S)
        seen = np.array([stage.seen(role, float(time)) for time in times])
        if seen[0] > 0 or seen[-1] > 0 or seen.max() < 0.8:
            continue
        visible = np.flatnonzero(seen > 0.25)
        since, until = float(times[visible[0]]), float(times[visible[-1]]) + _STEP_S
        middle = role.at(float(times[visible[len(visible) // 2]]))
        if middle is None or len(visible) * _STEP_S < 0.8 * (until - since):
            continue
        share = stage.street.view.focal * role.height / stage.street.view.depth(0, middle[2])
        if least <= until - since <= most and size_class(share) == size and share > 0.015:
            return role, since, until
    raise WorkFailedError(f"no way through this street for a {size} {kind} that should {manner}; use another seed")


def _way(layout: Layout, size: SizeClass, kind: Kind, manner: Manner, rng: np.random.Generator) -> tuple[Step, ...]:
    z = float(rng.uniform(*_DISTANCES[size]))
    speed = float(rng.uniform(*_SPEEDS[kind]))
    if kind == "person" and manner == "fast":
        speed = float(rng.uniform(3.2, 5.0))
    side = -1.0 if rng.random() < 0.5 else 1.0
    outside = layout.wall + 2.2 if size != "large" else 0.8 * z + 3.5
    if kind == "car":
        outside += 4
    if manner == "loiter":
        return _in_and_out(side, outside, z, float(rng.uniform(1.5, 4.0)), float(rng.uniform(5, 9)), 1.3)
    if kind == "person" and size != "large":
        turn = rng.random()
        if turn < 0.45:
            return _in_and_out(side, outside, z, float(rng.uniform(1.2, 4.0)), float(rng.uniform(0.0, 1.2)), speed)
        if turn < 0.8:
            return _along(side, outside, z, rng, speed)
    drift = float(rng.uniform(-2.5, 2.5)) if size != "large" else float(rng.uniform(-4.0, 1.0))
    to_x = -side * outside if rng.random() < 0.7 else side * float(rng.uniform(-3, 6))
    start, end = (side * outside, z), (to_x, max(5.0, z + drift if size != "large" else z + 1.6 * drift))
    return (_walk(start, end, speed),)


def _in_and_out(side: float, outside: float, z: float, inwards: float, wait_s: float, speed: float) -> tuple[Step, ...]:
    """Out of a door or from beyond the picture's rim, a while there, and back."""
    start, turn = (side * outside, z), (side * (outside - 2.2 - inwards), z)
    back = (side * outside, z + 0.8)
    waits = (Step(*turn, *turn, wait_s),) if wait_s > 0.3 else ()
    return (_walk(start, turn, speed), *waits, _walk(turn, back, speed))


def _along(side: float, outside: float, z: float, rng: np.random.Generator, speed: float) -> tuple[Step, ...]:
    """Out of one door, along the houses, into another."""
    lane = side * float(rng.uniform(5.0, 7.5))
    far = z + float(rng.uniform(1.5, 6.0)) * (-1 if rng.random() < 0.5 else 1)
    corners = [(side * outside, z), (lane, z), (lane, far), (side * outside, far)]
    return tuple(_walk(one, other, speed) for one, other in itertools.pairwise(corners))


def _walk(start: tuple[float, float], end: tuple[float, float], speed: float) -> Step:
    metres = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    return Step(*start, *end, max(0.1, metres / speed))
