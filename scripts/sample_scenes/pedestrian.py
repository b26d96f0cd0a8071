"""People: clothes, skin and hair grown around a skeleton, as one mesh a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .mesh import Colour, Mesh, merged, rotation, superellipsoid, translation, tube
from .skeleton import Skeleton, Vector

LEFT = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Look:
    """How a person is built and dressed; colours are linear RGB. `girth` widens the body."""

    height: float = 1.70
    girth: float = 1.0
    top: Colour = (0.10, 0.13, 0.20)
    trousers: Colour = (0.04, 0.045, 0.06)
    skin: Colour = (0.44, 0.27, 0.19)
    hair: Colour = (0.012, 0.010, 0.009)
    shoes: Colour = (0.05, 0.05, 0.05)
    sleeves_long: bool = True
    backpack: Colour | None = None
    bag: Colour | None = None
    long_hair: bool = False
    skirt: bool = False
    helmet: Colour | None = None
    cap: Colour | None = None


def _curve(points: list[Vector], samples: int) -> npt.NDArray[np.float64]:
    """A path through joints with the corners rounded (quadratic B-spline through mid-points)."""
    control = np.array([points[0], *points, points[-1]])
    at = np.linspace(0, len(control) - 2 - 1e-6, samples)
    index = at.astype(int)
    u = (at - index)[:, None]
    a, b, c = control[index], control[index + 1], control[index + 2]
    return 0.5 * (1 - u) ** 2 * a + (0.5 + u * (1 - u)) * b + 0.5 * u**2 * c


def _limb(points: list[Vector], widths: list[float], colour: Colour, samples: int = 12, sides: int = 10) -> Mesh:
    """A sleeve or trouser leg: widths are radii spread along the path."""
    path = _curve(points, samples)
    radii = np.interp(np.linspace(0, 1, samples), np.linspace(0, 1, len(widths)), widths)
    return tube(path, np.stack([radii * 0.95, radii * 1.05], axis=1), colour, sides, LEFT)


def _torso(body: Skeleton, look: Look) -> list[Mesh]:
    """Jacket or shirt from hips to collar, and the neck."""
    h, g = look.height, look.girth
    hem = body.pelvis + np.array([0.0, 0.0, -0.055 * h])
    path = _curve(
        [hem, body.pelvis, (body.pelvis + body.chest) / 2, body.chest, body.neck + np.array([0, 0, -0.012 * h])], 14
    )
    share = np.linspace(0, 1, 7)
    half_width = np.array([0.102, 0.100, 0.091, 0.102, 0.112, 0.094, 0.040]) * h * g
    half_depth = np.array([0.070, 0.073, 0.066, 0.070, 0.071, 0.056, 0.036]) * h * g
    at = np.linspace(0, 1, 14)
    radii = np.stack([np.interp(at, share, half_width), np.interp(at, share, half_depth)], axis=1)
    parts = [tube(path, radii, look.top, 16, LEFT, squareness=0.85)]
    neck = np.array([body.neck - np.array([0, 0, 0.02 * h]), body.neck + (body.head - body.neck) * 0.6])
    parts.append(tube(neck, np.array([0.034, 0.031]) * h, look.skin, 8, LEFT))
    return parts


def _head(body: Skeleton, look: Look) -> list[Mesh]:
    """Head, face, hair or helmet."""
    size = 0.132 + 0.018 * (1.75 - look.height)
    centre = body.head
    parts = [superellipsoid(centre, (size * 0.60, size * 0.47, size * 0.74), look.skin, rings=10, sides=12)]
    nose = centre + np.array([size * 0.60, 0, -size * 0.08])
    parts.append(superellipsoid(nose, (size * 0.10, size * 0.09, size * 0.14), look.skin, rings=5, sides=6))
    if look.helmet:
        cover = centre + np.array([-size * 0.05, 0, size * 0.18])
        parts.append(superellipsoid(cover, (size * 0.80, size * 0.68, size * 0.72), look.helmet, gloss=0.8))
        return parts
    crown = centre + np.array([-size * 0.14, 0, size * 0.16])
    parts.append(
        superellipsoid(crown, (size * 0.58, size * 0.53, size * 0.66), look.hair, rings=9, sides=12, gloss=0.12)
    )
    if look.long_hair:
        back = centre + np.array([-size * 0.34, 0, -size * 0.35])
        parts.append(
            superellipsoid(back, (size * 0.30, size * 0.46, size * 0.85), look.hair, gloss=0.12, rings=8, sides=10)
        )
    if look.cap:
        top = centre + np.array([-size * 0.02, 0, size * 0.30])
        parts.append(superellipsoid(top, (size * 0.66, size * 0.55, size * 0.50), look.cap, rings=8, sides=12))
        peak = centre + np.array([size * 0.62, 0, size * 0.28])
        parts.append(superellipsoid(peak, (size * 0.36, size * 0.40, size * 0.05), look.cap, rings=5, sides=10))
    return parts


def _arms(body: Skeleton, look: Look) -> list[Mesh]:
    """Sleeves, forearms, hands."""
    h, g = look.height, look.girth
    parts = []
    for index, side in enumerate((1.0, -1.0)):
        shoulder, elbow, wrist = body.shoulders[index], body.elbows[index], body.wrists[index]
        root = shoulder + np.array([0, -side * 0.035 * h, 0.004 * h])
        widths = [0.040 * h * g, 0.038 * h * g, 0.032 * h, 0.029 * h, 0.024 * h]
        if look.sleeves_long:
            parts.append(_limb([root, shoulder, elbow, wrist], widths, look.top))
        else:
            middle = shoulder + (elbow - shoulder) * 0.72
            parts.append(_limb([root, shoulder, middle], [0.040 * h * g, 0.039 * h * g, 0.037 * h], look.top, 8))
            parts.append(_limb([shoulder, elbow, wrist], [0.027 * h, 0.026 * h, 0.024 * h, 0.017 * h], look.skin))
        direction = (wrist - elbow) / max(float(np.linalg.norm(wrist - elbow)), 1e-6)
        hand = np.array([wrist, wrist + direction * 0.045 * h, wrist + direction * 0.09 * h])
        parts.append(tube(hand, np.array([[0.013, 0.016], [0.014, 0.026], [0.006, 0.012]]) * h, look.skin, 8, LEFT))
    return parts


def _shoe(ankle: Vector, pitch: float, look: Look) -> Mesh:
    """A shoe about its ankle, toe forward."""
    h = look.height
    length = 0.078 * h
    sole = superellipsoid((length * 0.42, 0, -0.018 * h), (length, 0.027 * h, 0.024 * h), look.shoes, 0.75, 0.1, 8, 10)
    return sole.moved(translation(*(float(v) for v in ankle)) @ rotation("y", pitch))


def _legs(body: Skeleton, look: Look) -> list[Mesh]:
    """Trousers or skirt and bare legs, and shoes."""
    h, g = look.height, look.girth
    parts = []
    cloth = look.skin if look.skirt else look.trousers
    thin = 0.78 if look.skirt else 1.0
    for index in range(2):
        hip, knee, ankle = body.hips[index], body.knees[index], body.ankles[index]
        widths = [0.052 * h * g, 0.056 * h * g * thin, 0.042 * h * thin, 0.038 * h * thin, 0.031 * h * thin]
        parts.append(_limb([hip, hip + (knee - hip) * 0.15, knee, ankle + (knee - ankle) * 0.02], widths, cloth, 14))
        parts.append(_shoe(ankle, body.foot_pitch[index], look))
    if look.skirt:
        knees = (body.knees[0] + body.knees[1]) / 2
        low = np.array([knees[0], 0.0, body.pelvis[2] - 0.20 * h])
        path = np.array([body.pelvis + np.array([0, 0, 0.01 * h]), (body.pelvis + low) / 2, low])
        spread = abs(float(body.knees[0][0] - body.knees[1][0])) * 0.35
        radii = np.array(
            [[0.095 * h, 0.07 * h], [0.115 * h, 0.085 * h + spread * 0.5], [0.125 * h, 0.095 * h + spread]]
        )
        parts.append(tube(path, radii, look.trousers, 14, LEFT))
    else:
        seat = body.pelvis + np.array([0, 0, -0.035 * h])
        parts.append(
            superellipsoid(seat, (0.074 * h * g, 0.098 * h * g, 0.075 * h), look.trousers, 0.85, rings=8, sides=12)
        )
    return parts


def _carried(body: Skeleton, look: Look) -> list[Mesh]:
    """A backpack or a hand bag."""
    h = look.height
    parts = []
    if look.backpack:
        middle = body.chest + np.array([-0.115 * h * look.girth, 0, -0.02 * h])
        parts.append(superellipsoid(middle, (0.062 * h, 0.088 * h, 0.135 * h), look.backpack, 0.55, 0.05, 9, 14))
        pocket = middle + np.array([-0.05 * h, 0, -0.05 * h])
        parts.append(superellipsoid(pocket, (0.03 * h, 0.065 * h, 0.05 * h), look.backpack, 0.55, 0.05, 7, 10))
    if look.bag:
        wrist = body.wrists[1]
        parts.append(superellipsoid(wrist + np.array([0, 0, -0.20]), (0.14, 0.05, 0.12), look.bag, 0.5, 0.2, 8, 12))
    return parts


def person_mesh(body: Skeleton, look: Look) -> Mesh:
    """The whole person in body axes."""
    return merged(
        [*_torso(body, look), *_head(body, look), *_arms(body, look), *_legs(body, look), *_carried(body, look)]
    )
