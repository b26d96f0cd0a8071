"""The conditions that scenes are rendered under."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """`sigma`: the sensor's noise in grey levels; `light`: of the sky, 1 is a bright day."""

    name: str
    sigma: float
    light: float = 1.0
    night: bool = False
    rain: bool = False
    foliage: bool = False
    changing: bool = False


CONDITIONS = (
    Condition("day", sigma=1.5),
    Condition("night", sigma=5.0, night=True),
    Condition("rain", sigma=2.0, light=0.72, rain=True),
    Condition("foliage", sigma=1.5, foliage=True),
    Condition("light", sigma=1.5, changing=True),
    Condition("calm", sigma=0.8, light=0.9),
)
