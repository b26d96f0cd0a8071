"""Areas: the administrative places that records lie in and that people and machines may see.

An area is a path from the city down, `杭州市/西湖区`; the empty path is everywhere. What lies in an area lies in all
areas above it. A record whose place nobody knows lies nowhere in particular: only who may see everywhere sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from skynet.domain.site import Region

EVERYWHERE = ""
SEPARATOR = "/"
MAX_AREA = 500
"""The longest path in characters: four names of 120 and the separators."""


def area_of(region: Region) -> str:
    """The path of a region. A separator inside a name is written as its full-width form."""
    names = (region.city, region.county, region.township, region.village)
    return SEPARATOR.join(name.replace(SEPARATOR, "／") for name in names if name is not None)


def lies_in(area: str, outer: str) -> bool:
    """Whether `area` is `outer` or lies below it."""
    return outer == EVERYWHERE or area == outer or area.startswith(outer + SEPARATOR)


def _path(text: str) -> str:
    names = text.split(SEPARATOR) if text else []
    if len(text) > MAX_AREA or len(names) > 4 or any(not name.strip() or not name.isprintable() for name in names):
        raise ValueError(
            "is no area; write up to four names from the city down, as in 杭州市/西湖区, or '' for everywhere"
        )
    return SEPARATOR.join(name.strip() for name in names)


Area = Annotated[str, AfterValidator(_path)]


def common_area(areas: Sequence[str]) -> str:
    """The smallest area that holds all of `areas`."""
    paths = [area.split(SEPARATOR) if area else [] for area in areas]
    shared = []
    for names in zip(*paths, strict=False):
        if len({*names}) > 1:
            break
        shared.append(names[0])
    return SEPARATOR.join(shared)
