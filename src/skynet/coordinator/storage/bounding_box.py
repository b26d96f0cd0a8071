"""A stretch of the map, as a condition on two columns."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, and_


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """WGS-84 degrees, edges included; `west` ≤ `east`."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: Column[float], longitude: Column[float]) -> ColumnElement[bool]:
        """The condition that a row lies inside."""
        return and_(latitude >= self.south, latitude <= self.north, longitude >= self.west, longitude <= self.east)
