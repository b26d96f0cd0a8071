"""A hit as a box sends it in an alert."""

from __future__ import annotations

from typing import Any

from tests.domain.hot_list_entries import values

PLATE = {"text": "皖A12345", "kind": "blue", "confidence": 0.97}


def hit(**changes: Any) -> dict[str, Any]:
    """A possible hit, as JSON."""
    return {
        "certainty": "possible",
        "reason": "confused_character",
        "explanation": "read 皖A12345, listed 皖A1Z345",
        "score": 0.2,
        "confirmation_required": True,
        "list_version": 3,
        "entry": values(valid_from="2026-11-24T04:00:00.000Z", valid_to="2026-12-04T04:00:00.000Z"),
    } | changes
