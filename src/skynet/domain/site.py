"""A site: the place where cameras stand, whose it is and in which region it lies."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.place_class import PlaceClass, place_class_of

ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
]
"""One line of text without control characters."""


def _place_class(value: object) -> object:
    return place_class_of(value) if isinstance(value, str) else value


class UnitKind(StrEnum):
    """Whose a site is. A social unit's cameras may be used only as it has shared them."""

    POLICE = "police"
    SOCIAL = "social"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class OwningUnit(_Value):
    """The unit that a site and its cameras belong to."""

    kind: UnitKind
    name: ShortText


class Region(_Value):
    """Codes (GB/T 2260, GB/T 10114) or names, from the city down; what is not known is left out."""

    city: ShortText
    county: ShortText | None = None
    township: ShortText | None = None
    village: ShortText | None = None


class Site(_Value):
    """A place with its cameras."""

    id: Slug
    name: ShortText
    owner: OwningUnit
    region: Region
    place_class: Annotated[PlaceClass | None, BeforeValidator(_place_class)] = None
    """None while nobody has said: its cameras cannot be activated until then."""
    position: GeoPosition | None = None
    required_class: Annotated[Literal[1, 2, 3] | None, Field(description="1 first-class point … 3 third-class")] = None
    """The class of surveillance point that the city's plan demands here (一类, 二类, 三类点)."""
