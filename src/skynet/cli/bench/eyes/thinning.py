"""Fewer of many, evenly spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def thinned(items: Sequence[Item], count: int) -> Sequence[Item]:
    """Every n-th of `items`, from the first: `count` of them or a few more."""
    return items[:: max(1, len(items) // count)]
