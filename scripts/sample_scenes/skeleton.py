"""Joints of a person who walks, stands or rides, solved so that feet do not slide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
STANCE = 0.62


@dataclass(frozen=True)
class Skeleton:
    """Joint places in body axes (x forward, y left, z up from the ground), metres; pairs are (left, right)."""

    pelvis: Vector
    chest: Vector
    neck: Vector
    head: Vector
    shoulders: tuple[Vector, Vector]
    elbows: tuple[Vector, Vector]
    wrists: tuple[Vector, Vector]
    hips: tuple[Vector, Vector]
    knees: tuple[Vector, Vector]
    ankles: tuple[Vector, Vector]
    foot_pitch: tuple[float, float]


def bend(start: Vector, end: Vector, first: float, second: float, towards: Vector) -> Vector:
    """The middle joint of two bones between `start` and `end`, bent towards a direction."""
    reach = end - start
    distance = min(float(np.linalg.norm(reach)), (first + second) * 0.999)
    axis = reach / max(float(np.linalg.norm(reach)), 1e-9)
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    aside = np.sqrt(max(first**2 - along**2, 0.0))
    direction = towards - axis * float(towards @ axis)
    direction /= max(float(np.linalg.norm(direction)), 1e-9)
    return start + axis * along + direction * aside


def stride_length(height: float, speed: float) -> float:
    """Metres covered by two steps at a walking speed (longer when faster)."""
    return height * (0.52 + 0.22 * min(speed, 2.2))


def _foot(phase: float, stride: float, amount: float, height: float) -> tuple[float, float, float]:
    """Ankle x, lift and foot pitch at a phase 0..1 of the gait."""
    phase %= 1.0
    reach = stride * STANCE
    if phase < STANCE:
        part = phase / STANCE
        pitch = -0.25 * max(0.0, 1 - part * 6) + 0.55 * max(0.0, (part - 0.72) / 0.28)
        lift = 0.05 * height * max(0.0, (part - 0.72) / 0.28)
        return amount * reach * (0.5 - part), amount * lift, amount * pitch
    part = (phase - STANCE) / (1 - STANCE)
    ease = part * part * (3 - 2 * part)
    lift = height * (0.05 * (1 - part) + 0.045 * np.sin(np.pi * part))
    pitch = 0.55 * (1 - ease) - 0.25 * ease
    return amount * reach * (ease - 0.5), amount * float(lift), amount * float(pitch)


def walking(height: float, phase: float, speed: float, sway: float = 0.0) -> Skeleton:
    """A walker at `phase` strides; `speed` near 0 stands still, `sway` shifts the weight of a standing person."""
    amount = float(np.clip(speed / 0.5, 0, 1))
    stride = stride_length(height, speed)
    feet = [_foot(phase + offset, stride, amount, height) for offset in (0.0, 0.5)]
    bob = 0.012 * height * np.cos(4 * np.pi * phase + 0.6) * amount
    lean = 0.035 * min(speed, 2.0)
    pelvis = np.array([0.0, sway, 0.515 * height + bob - 0.008 * height * amount])
    swing = 2 * np.pi * (phase - 0.06)
    chest = pelvis + np.array([lean * 0.9, -sway * 0.4, 0.225 * height])
    neck = pelvis + np.array([lean * 1.4 + 0.01, -sway * 0.3, 0.325 * height])
    head = neck + np.array([0.022 * height, 0, 0.088 * height])
    twist = 0.035 * height * np.cos(swing) * amount
    hips, knees, ankles, shoulders, elbows, wrists = ([] for _ in range(6))
    for index, side in enumerate((1.0, -1.0)):
        hip = pelvis + np.array([side * twist * 0.5, side * 0.052 * height, -0.01 * height])
        ankle = np.array([feet[index][0], side * 0.05 * height, 0.042 * height + feet[index][1]])
        hips.append(hip)
        ankles.append(ankle)
        knees.append(bend(hip, ankle, 0.245 * height, 0.235 * height, np.array([1.0, side * 0.08, 0.1])))
        shoulder = pelvis + np.array([lean * 1.3 - side * twist * 0.7, side * 0.105 * height, 0.298 * height])
        angle = (-side * 0.42 * np.cos(swing) * amount) - 0.04
        upper = np.array([np.sin(angle), side * 0.13, -np.cos(angle)]) * 0.172 * height
        fore_angle = angle + 0.22 + 0.22 * amount + 0.2 * max(0.0, angle)
        fore = np.array([np.sin(fore_angle), side * 0.02, -np.cos(fore_angle)]) * 0.15 * height
        shoulders.append(shoulder)
        elbows.append(shoulder + upper)
        wrists.append(shoulder + upper + fore)
    pitch = (feet[0][2], feet[1][2])
    return Skeleton(
        pelvis,
        chest,
        neck,
        head,
        tuple(shoulders),
        tuple(elbows),
        tuple(wrists),
        tuple(hips),
        tuple(knees),
        tuple(ankles),
        pitch,
    )


def riding(height: float, saddle: Vector, grips: tuple[Vector, Vector], pedals: tuple[Vector, Vector]) -> Skeleton:
    """A rider sitting on `saddle` with hands on the grips and feet on the pedals or foot rests."""
    pelvis = saddle + np.array([0.0, 0.0, 0.075 * height])
    reach = (grips[0] + grips[1]) / 2 - pelvis
    lean = np.array([0.30 * np.sign(reach[0]), 0.0, 1.0])
    lean /= np.linalg.norm(lean)
    neck = pelvis + lean * 0.325 * height
    head = neck + np.array([0.045 * height, 0, 0.08 * height])
    hips, knees, ankles, shoulders, elbows, wrists = ([] for _ in range(6))
    for index, side in enumerate((1.0, -1.0)):
        hip = pelvis + np.array([0.0, side * 0.055 * height, -0.01 * height])
        ankle = pedals[index] + np.array([-0.06, 0, 0.075])
        hips.append(hip)
        ankles.append(ankle)
        knees.append(bend(hip, ankle, 0.245 * height, 0.235 * height, np.array([1.0, side * 0.15, 0.4])))
        shoulder = pelvis + lean * 0.295 * height + np.array([0, side * 0.11 * height, 0])
        wrist = grips[index] + np.array([-0.03, 0, 0.03])
        shoulders.append(shoulder)
        wrists.append(wrist)
        elbows.append(bend(shoulder, wrist, 0.172 * height, 0.16 * height, np.array([-0.3, side * 0.5, -0.8])))
    chest = pelvis + lean * 0.22 * height
    return Skeleton(
        pelvis,
        chest,
        neck,
        head,
        tuple(shoulders),
        tuple(elbows),
        tuple(wrists),
        tuple(hips),
        tuple(knees),
        tuple(ankles),
        (0.0, 0.0),
    )
