"""What a detected object can be. The list is closed on purpose: things and road users, never kinds of people."""

from __future__ import annotations

from enum import StrEnum


class ObjectLabel(StrEnum):
    """Classes an object may carry. `MOTION` is what background subtraction sees: something moves, its class unknown."""

    PERSON = "person"
    BICYCLE = "bicycle"
    CAR = "car"
    MOTORCYCLE = "motorcycle"
    BUS = "bus"
    TRUCK = "truck"
    MOTION = "motion"


VEHICLES = frozenset({ObjectLabel.CAR, ObjectLabel.MOTORCYCLE, ObjectLabel.BUS, ObjectLabel.TRUCK})
"""Labels that carry a number plate."""
