"""Distances on the Earth as a sphere."""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of WGS-84 (IUGG)."""


def great_circle_m(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Metres between two points in degrees: the haversine formula, true to 0.5 % of the ellipsoid's distance."""
    phi_a, phi_b = math.radians(latitude_a), math.radians(latitude_b)
    half_up = math.sin((phi_b - phi_a) / 2)
    half_across = math.sin(math.radians(longitude_b - longitude_a) / 2)
    root = half_up * half_up + math.cos(phi_a) * math.cos(phi_b) * half_across * half_across
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, root)))
