"""How soon someone should look."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """The least urgent first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
