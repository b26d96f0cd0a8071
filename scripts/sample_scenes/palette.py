"""Body colours of vehicles, linear RGB, by name."""

from __future__ import annotations

from .mesh import Colour

PAINTS: dict[str, Colour] = {
    "white": (0.74, 0.74, 0.73),
    "black": (0.012, 0.012, 0.014),
    "silver": (0.42, 0.43, 0.44),
    "grey": (0.13, 0.135, 0.14),
    "red": (0.34, 0.02, 0.02),
    "blue": (0.03, 0.09, 0.28),
    "teal": (0.12, 0.34, 0.36),
    "brown": (0.12, 0.075, 0.05),
    "yellow": (0.62, 0.42, 0.04),
    "bus_green": (0.05, 0.30, 0.16),
}
