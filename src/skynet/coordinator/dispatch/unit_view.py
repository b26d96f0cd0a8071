"""Units as answers show them: with where they are, how old that is, and what they are sent to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from skynet.coordinator.storage.unit_assignment_rows import UnitAssignment, UnitAssignmentRows
from skynet.coordinator.storage.unit_position_rows import Fix, UnitPositionRows
from skynet.coordinator.storage.unit_rows import UnitRecord
from skynet.coordinator.timestamp import from_ms


class UnitView:
    """A position older than `stale_after_s` is shown, and marked."""

    def __init__(self, stale_after_s: float) -> None:
        self._stale_after_s = stale_after_s

    def several(self, connection: Connection, records: Sequence[UnitRecord], at_ms: int) -> list[dict[str, object]]:
        """The units without their members, in the order given."""
        ids = [record.unit.id for record in records]
        fixes = UnitPositionRows(connection).latest(ids)
        sent = UnitAssignmentRows(connection).open_of(ids)
        return [self.one(r, fixes.get(r.unit.id), sent.get(r.unit.id), at_ms) for r in records]

    def one(self, record: UnitRecord, fix: Fix | None, sent: UnitAssignment | None, at_ms: int) -> dict[str, object]:
        unit = record.unit
        return {
            "id": unit.id,
            "call_sign": unit.call_sign,
            "kind": unit.kind,
            "area": unit.area,
            "capabilities": sorted(unit.capabilities),
            "shift": unit.shift,
            "status": record.status,
            "status_at": from_ms(record.status_ms),
            "signed_on_at": None if record.signed_on_ms is None else from_ms(record.signed_on_ms),
            "retired_at": None if record.retired_ms is None else from_ms(record.retired_ms),
            "position": None if fix is None else self.position(fix, at_ms),
            "assignment": None if sent is None else {"alert_id": sent.alert_id, "state": sent.state},
            "version": record.version,
            "changed_at": from_ms(record.changed_ms),
        }

    def position(self, fix: Fix, at_ms: int) -> dict[str, object]:
        """A fix with its age by the coordinator's clock."""
        return {
            "latitude": fix.latitude,
            "longitude": fix.longitude,
            "error_m": fix.error_m,
            "speed_kmh": fix.speed_kmh,
            "heading_deg": fix.heading_deg,
            "at": from_ms(fix.at_ms),
            "age_s": max(0.0, (at_ms - fix.at_ms) / 1000),
            "stale": self.is_stale(fix, at_ms),
        }

    def is_stale(self, fix: Fix, at_ms: int) -> bool:
        return at_ms - fix.at_ms > self._stale_after_s * 1000
