"""The condition that keeps rows to the areas that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, false, func, or_, select, true

from skynet.coordinator.storage.tables import registered_cameras, sites
from skynet.domain.area import EVERYWHERE, SEPARATOR


def within(column: Column[str], areas: Sequence[str]) -> ColumnElement[bool]:
    """Rows whose area is one of `areas` or below one; none for no areas at all.

    Compared character by character, not with LIKE, which SQLite takes without regard to case.
    """
    if EVERYWHERE in areas:
        return true()
    clauses = [or_(column == area, func.substr(column, 1, len(area) + 1) == area + SEPARATOR) for area in areas]
    return or_(*clauses) if clauses else false()


def camera_within(column: Column[str], areas: Sequence[str]) -> ColumnElement[bool]:
    """Rows that name a camera (`column` holds its id) whose site lies in `areas`.

    A camera that is not registered lies nowhere: only who may see everywhere sees it.
    """
    if EVERYWHERE in areas:
        return true()
    query = select(registered_cameras.c.id).join(sites).where(within(sites.c.area, areas))
    return column.in_(query)
