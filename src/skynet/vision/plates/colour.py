"""The colour of a plate's ground, and the kind of plate that text and colour make together. Pure."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind, PlateText


class PlateColour(StrEnum):
    BLUE = "blue"
    YELLOW = "yellow"
    GREEN = "green"
    WHITE = "white"
    BLACK = "black"


MIN_SATURATION = 60
MIN_SHARE = 0.3
"""A colour is the ground's when it covers so much of the plate; characters and their edges take up to half."""


def plate_colour(plate: NDArray[np.uint8]) -> PlateColour | None:
    """The ground colour of a plate cut out of its picture, uint8 (h, w, 3) BGR; None where it cannot be told (night,
    infrared light)."""
    height, width = plate.shape[:2]
    inner = plate[height // 8 : height - height // 8 or None, width // 20 : width - width // 20 or None]
    if inner.size == 0:
        return None
    hue, saturation, value = cv2.split(cv2.cvtColor(inner, cv2.COLOR_BGR2HSV))
    vivid = (saturation >= MIN_SATURATION) & (value >= 40)
    # The green of new-energy plates fades into white: its saturation is low over much of the plate.
    pale = (saturation >= MIN_SATURATION // 2) & (value >= 40)
    shares = {
        PlateColour.BLUE: float((vivid & (hue >= 95) & (hue <= 132)).mean()),
        PlateColour.YELLOW: float((vivid & (hue >= 13) & (hue <= 34)).mean()),
        PlateColour.GREEN: float((pale & (hue > 36) & (hue < 92)).mean()),
    }
    best = max(shares, key=lambda colour: shares[colour])
    if shares[best] >= MIN_SHARE:
        return best
    if float(saturation.mean()) > MIN_SATURATION // 2 or float(value.std()) < 25:
        return None
    return PlateColour.WHITE if float(np.median(value)) > 150 else None


def plate_kind(text: PlateText, colour: PlateColour | None, *, two_rows: bool) -> PlateKind:
    """The kind of a plate; UNKNOWN when the text fits several and the colour decides for none."""
    if text.kinds[0] is not PlateKind.BLUE:
        return text.kinds[0]
    if two_rows:
        return PlateKind.YELLOW_TWO_ROW
    if colour is PlateColour.BLUE:
        return PlateKind.BLUE
    if colour is PlateColour.YELLOW:
        return PlateKind.YELLOW
    return PlateKind.UNKNOWN
