"""Bicycles and motor scooters, with the places where a rider sits, holds and treads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mesh import Colour, Mesh, lathe, merged, rod, rotation, superellipsoid, translation, tube
from .skeleton import Skeleton, riding

STEEL: Colour = (0.35, 0.36, 0.38)
RUBBER: Colour = (0.02, 0.02, 0.02)
DARK: Colour = (0.03, 0.03, 0.034)


@dataclass(frozen=True)
class TwoWheeler:
    """`frame` without wheels; `wheel` about the y axis; wheel centres; whether it is pedalled."""

    frame: Mesh
    wheel: Mesh
    wheel_radius: float
    wheel_places: tuple[tuple[float, float, float], ...]
    pedalled: bool
    length: float

    def rider(self, height: float, travelled: float) -> Skeleton:
        """The rider's joints after a way of `travelled` metres."""
        if self.pedalled:
            angle = -travelled / self.wheel_radius / 2.4
            pedals = tuple(
                np.array([0.02 + 0.165 * np.cos(angle + half), side * 0.13, 0.29 + 0.165 * np.sin(angle + half)])
                for side, half in ((1.0, 0.0), (-1.0, np.pi))
            )
            grips = (np.array([0.40, 0.27, 1.04]), np.array([0.40, -0.27, 1.04]))
            return riding(height, np.array([-0.22, 0, 0.93]), grips, (pedals[0], pedals[1]))
        rests = (np.array([0.24, 0.14, 0.33]), np.array([0.24, -0.14, 0.33]))
        grips = (np.array([0.43, 0.33, 1.06]), np.array([0.43, -0.33, 1.06]))
        return riding(height, np.array([-0.28, 0, 0.76]), grips, rests)


def _spoked_wheel(radius: float) -> Mesh:
    """A bicycle wheel: tyre, rim, spokes."""
    turn = np.linspace(0, 2 * np.pi, 9)
    tyre = np.stack([0.02 * np.sin(-turn), radius - 0.02 + 0.02 * np.cos(turn)], axis=1)
    parts = [lathe(tyre, RUBBER, 28)]
    for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False):
        end = (float(np.cos(angle)) * (radius - 0.03), 0.0, float(np.sin(angle)) * (radius - 0.03))
        parts.append(rod((0, 0, 0), end, 0.004, STEEL))
    parts.append(superellipsoid((0, 0, 0), (0.03, 0.05, 0.03), STEEL, rings=5, sides=8))
    return merged(parts)


def bicycle(colour: Colour) -> TwoWheeler:
    """A city bicycle with mudguards, basket and carrier."""
    rear, front, crank = (-0.52, 0.0, 0.33), (0.55, 0.0, 0.33), (0.02, 0.0, 0.29)
    saddle, head = (-0.2, 0.0, 0.86), (0.38, 0.0, 0.82)
    parts = [rod(crank, saddle, 0.017, colour, 0.7), rod(crank, head, 0.02, colour, 0.7)]
    parts += [rod((-0.16, 0, 0.74), head, 0.017, colour, 0.7)]
    for side in (0.05, -0.05):
        parts += [rod((rear[0], side, rear[2]), (-0.16, side * 0.3, 0.74), 0.009, colour)]
        parts += [rod((rear[0], side, rear[2]), crank, 0.011, colour)]
        parts += [rod((front[0], side, front[2]), (head[0], side * 0.5, head[2] - 0.08), 0.013, colour)]
    parts += [rod(head, (0.34, 0, 1.02), 0.014, STEEL), rod((0.34, 0.28, 1.03), (0.34, -0.28, 1.03), 0.013, STEEL)]
    parts += [rod((0.34, s * 0.2, 1.03), (0.42, s * 0.3, 1.04), 0.017, DARK) for s in (1, -1)]
    parts += [superellipsoid((-0.22, 0, 0.92), (0.13, 0.075, 0.035), DARK, 0.8, 0.2)]
    parts += [superellipsoid((0.58, 0, 0.83), (0.14, 0.16, 0.11), (0.12, 0.12, 0.12), 0.4)]
    parts += [superellipsoid((-0.52, 0, 0.70), (0.2, 0.07, 0.012), DARK, 0.5)]
    places = (rear, front)
    return TwoWheeler(merged(parts), _spoked_wheel(0.33), 0.33, places, True, 1.75)


def scooter(colour: Colour) -> TwoWheeler:
    """A step-through motor scooter with fairing, seat, top case."""
    rear, front = (-0.62, 0.0, 0.24), (0.64, 0.0, 0.24)
    parts = [superellipsoid((-0.42, 0, 0.52), (0.44, 0.17, 0.18), colour, 0.7, 0.9)]
    parts += [superellipsoid((-0.28, 0, 0.74), (0.42, 0.15, 0.07), DARK, 0.7, 0.3)]
    parts += [superellipsoid((0.12, 0, 0.30), (0.34, 0.16, 0.06), DARK, 0.6, 0.2)]
    shield = np.array([[0.40, 0, 0.28], [0.46, 0, 0.55], [0.42, 0, 0.85], [0.36, 0, 0.98]])
    parts += [
        tube(
            shield,
            np.array([[0.14, 0.05], [0.2, 0.07], [0.17, 0.07], [0.1, 0.05]]),
            colour,
            14,
            np.array([0.0, 1.0, 0.0]),
            0.9,
        )
    ]
    parts += [superellipsoid((0.42, 0, 1.02), (0.1, 0.16, 0.08), colour, 0.8, 0.9)]
    lamp = superellipsoid((0.52, 0, 1.0), (0.03, 0.07, 0.05), (0.8, 0.82, 0.85), gloss=0.9)
    parts += [lamp, rod((0.40, 0.35, 1.05), (0.40, -0.35, 1.05), 0.017, DARK)]
    parts += [superellipsoid((0.66, 0, 0.46), (0.24, 0.07, 0.035), colour, 0.8, 0.8)]
    parts += [rod((front[0], s, 0.24), (0.46, s, 0.7), 0.02, STEEL) for s in (0.06, -0.06)]
    parts += [rod((0.38, s * 0.3, 1.06), (0.34, s * 0.36, 1.24), 0.008, DARK) for s in (1, -1)]
    parts += [superellipsoid((0.34, s * 0.37, 1.26), (0.015, 0.06, 0.04), DARK, gloss=0.8) for s in (1, -1)]
    parts += [superellipsoid((-0.78, 0, 0.9), (0.17, 0.19, 0.15), DARK, 0.5, 0.5)]
    parts += [superellipsoid((-0.87, 0, 0.58), (0.03, 0.1, 0.04), (0.4, 0.01, 0.01), gloss=0.8)]
    parts += [rod((-0.3, -0.2, 0.3), (-0.85, -0.2, 0.36), 0.045, STEEL, 0.6)]
    tyre = np.array([(-0.055, 0.13), (-0.055, 0.2), (-0.03, 0.24), (0.03, 0.24), (0.055, 0.2), (0.055, 0.13)])
    disc = np.array([(-0.03, 0.001), (-0.03, 0.15), (0.03, 0.15), (0.03, 0.001)])
    wheel = merged([lathe(tyre[::-1], RUBBER, 24), lathe(disc[::-1], STEEL, 16, 0.6)])
    return TwoWheeler(merged(parts), wheel, 0.24, (rear, front), False, 1.85)


def spun(wheel: Mesh, place: tuple[float, float, float], angle: float) -> Mesh:
    """A wheel at its place, turned."""
    return wheel.moved(translation(*place) @ rotation("y", angle))
