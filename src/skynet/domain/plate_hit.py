"""A plate that was read and fits an entry of the hot list: how well, and why it is said to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skynet.domain.hot_list import HotListEntry


class Certainty(StrEnum):
    """Exact: the listed plate was read, surely. Possible: it may be another vehicle, and a person has to look."""

    EXACT = "exact"
    POSSIBLE = "possible"


class HitReason(StrEnum):
    """Why a read fits an entry. All but the first make no more than a possible hit."""

    SAME_TEXT = "same_text"
    CONFUSED_CHARACTER = "confused_character"
    """One character stands where the listed one is easily taken for it, such as 8 for B."""
    DOUBTFUL_CHARACTER = "doubtful_character"
    """The reader was unsure of one character, and the listed one fits there."""
    MISSING_CHARACTER = "missing_character"
    """One character of the listed plate was not seen."""
    DOUBTFUL_READING = "doubtful_reading"
    """The listed plate was read, and the reader was unsure of the reading."""
    DOUBTFUL_KIND = "doubtful_kind"
    """The listed text was read on another kind of plate, of which the reader was unsure."""


class PlateHit(BaseModel):
    """`score` is the reader's own probability that the plate was the listed one, 0 to 1.

    Whoever sends somebody after the vehicle must ask `may_dispatch` first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    certainty: Certainty
    reason: HitReason
    explanation: Annotated[str, Field(min_length=1, max_length=300)]
    """The reason in words for people, with the characters and their places."""
    score: Annotated[float, Field(ge=0, le=1)]
    confirmation_required: bool
    """True for every possible hit: nobody is dispatched before a person has confirmed it."""
    list_version: Annotated[int, Field(ge=0)]
    entry: HotListEntry

    @model_validator(mode="after")
    def _only_the_sure_go_unconfirmed(self) -> Self:
        if (self.certainty is Certainty.EXACT) != (self.reason is HitReason.SAME_TEXT):
            raise ValueError("an exact hit is one of the same text, and every other is a possible hit")
        if self.confirmation_required != (self.certainty is Certainty.POSSIBLE):
            raise ValueError("a possible hit requires confirmation, and an exact one does not")
        return self

    def may_dispatch(self, *, confirmed: bool) -> bool:
        """Whether somebody may be sent; `confirmed` says that a person's confirmation of this hit is on record."""
        return confirmed or not self.confirmation_required
