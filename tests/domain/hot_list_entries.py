"""Entries of hot lists as an authority writes them, with invented plates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from skynet.domain.hot_list import HotListEntry

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
AT = NOW.timestamp()


def values(**changes: Any) -> dict[str, Any]:
    """The fields of a good entry that holds at `NOW`."""
    return {
        "plate": "皖A12345",
        "kind": "blue",
        "purpose": "stolen_vehicle",
        "authority": "公(刑)立字[2026]12号",
        "issuing_unit": "滨江分局刑侦大队",
        "case_number": "A3401002026010001",
        "valid_from": NOW - timedelta(days=1),
        "valid_to": NOW + timedelta(days=9),
        "priority": "high",
        "area": ("everywhere",),
        "created_by": "王警官",
        "approved_by": "李队长",
    } | changes


def entry(plate: str = "皖A12345", kind: str = "unknown", **changes: Any) -> HotListEntry:
    return HotListEntry.model_validate(values(plate=plate, kind=kind, **changes))
