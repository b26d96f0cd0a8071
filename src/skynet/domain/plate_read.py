"""A plate as one picture showed it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, InstanceOf

from skynet.domain.plate import Plate
from skynet.domain.plate_scores import PlateScores

Share = Annotated[float, Field(ge=0, le=1)]


class PlateRead(Plate):
    """A plate read in one picture. `corners` in pixels of that picture: the text's top left, then clockwise.

    `characters` says how sure the reader is of each character of the text (0–1), empty where it cannot tell. `scores`
    is what the text was decoded from, for a vote over several pictures; it is never written out.
    """

    corners: Annotated[tuple[tuple[float, float], ...], Field(min_length=4, max_length=4)]
    characters: tuple[Share, ...] = ()
    scores: Annotated[InstanceOf[PlateScores] | None, Field(exclude=True, repr=False)] = None
