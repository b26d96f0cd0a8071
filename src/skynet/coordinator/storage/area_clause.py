"""The condition that keeps rows to the areas that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, false, func, or_, true

from skynet.domain.area import EVERYWHERE, SEPARATOR


def within(column: Column[str], areas: Sequence[str]) -> ColumnElement[bool]:
    """Rows whose area is one of `areas` or below one; none for no areas at all.

    Compared character by character, not with LIKE, which SQLite takes without regard to case.
    """
    if EVERYWHERE in areas:
        return true()
    clauses = [or_(column == area, func.substr(column, 1, len(area) + 1) == area + SEPARATOR) for area in areas]
    return or_(*clauses) if clauses else false()
