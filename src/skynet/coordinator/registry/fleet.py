"""The fleet: takes boxes' reports and says how boxes and cameras are doing.

A camera belongs to the box that first reported it, until a complete report of that box no longer names it; then
another box may report it. Reports replace each other and are not audited; new boxes and changed cameras are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.uptime_meter import UptimeMeter
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.fleet_rows import BoxRow, CameraRow, FleetRows
from skynet.coordinator.storage.position_rows import PositionRows
from skynet.coordinator.timestamp import from_ms, now_ms, to_ms
from skynet.coordinator.wire import dumps
from skynet.domain.clock import Clock
from skynet.domain.contract import BoxReport

MAX_COUNT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact."""


class RefusedCamera(BaseModel):
    """A camera of a report that was not taken over, and why."""

    model_config = ConfigDict(frozen=True)

    camera_id: str
    detail: str


class BoxReportResult(BaseModel):
    """What became of a report: every camera of it is in exactly one list."""

    model_config = ConfigDict(frozen=True)

    accepted: list[str]
    refused: list[RefusedCamera]


class Fleet:
    """Calls block on the database; every call is one transaction."""

    def __init__(
        self, database: Database, clock: Clock, metrics: Metrics, uptime: UptimeMeter, stale_after_s: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._uptime = uptime
        self._stale_after_ms = int(stale_after_s * 1000)

    def report(self, report: BoxReport, principal: Principal) -> BoxReportResult:
        """Take over a box's report. Raises ProblemError: forbidden (the token speaks for another box),
        invalid (a time or a count out of range)."""
        principal.require_box(report.box_id)
        box, cameras = _rows(report, now_ms(self._clock))
        result = BoxReportResult(accepted=[], refused=[])
        with self._database.writing() as connection:
            rows = FleetRows(connection)
            before = rows.several([camera.id for camera in cameras])
            new_box = rows.put_box(box)
            new_cameras: list[str] = []
            for camera, item in zip(cameras, report.cameras, strict=True):
                known = before.get(camera.id)
                owner = box.id if known is None else known["box_id"]
                listed = known is None or known["listed"]
                refusal = _refusal(camera.id, box.id, owner if listed else box.id, result.accepted)
                if refusal is not None:
                    result.refused.append(refusal)
                    continue
                if rows.put_camera(camera) or owner != box.id:
                    new_cameras.append(camera.id)
                if known is not None:
                    self._uptime.add(connection, known, box.last_report_ms)
                if item.position is not None:
                    PositionRows(connection).put(camera.id, item.position, box.last_report_ms)
                result.accepted.append(camera.id)
            rows.unlist_except(box.id, result.accepted)
            if new_box or new_cameras:
                _record(connection, principal, box, new_box, new_cameras)
        self._metrics.cameras_refused.inc(len(result.refused))
        return result

    def cameras(self, after: str, limit: int, principal: Principal) -> list[dict[str, object]]:
        with self._database.reading() as connection:
            rows = FleetRows(connection).cameras(after, limit, principal.areas)
        now = now_ms(self._clock)
        return [self._camera(row, now) for row in rows]

    def camera(self, camera_id: str, principal: Principal) -> dict[str, object]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            row = FleetRows(connection).camera(camera_id, principal.areas)
        if row is None:
            raise ProblemError(
                ProblemType.NOT_FOUND, f"no box has reported a camera '{camera_id}'; see GET /api/v1/cameras"
            )
        return self._camera(row, now_ms(self._clock))

    def boxes(self, after: str, limit: int, principal: Principal) -> list[dict[str, object]]:
        """Boxes with a camera in the principal's areas. How much such a box has yet to send is not told when it has
        cameras outside them: it would tell of those."""
        with self._database.reading() as connection:
            rows: Sequence[RowMapping] = FleetRows(connection).boxes(after, limit, principal.areas)
        now = now_ms(self._clock)
        return [
            {
                "id": row["id"],
                "version": row["version"],
                "outbox_pending": None if row["partly"] else row["outbox_pending"],
                "sent_at": from_ms(row["sent_ms"]),
                "last_report_at": from_ms(row["last_report_ms"]),
                "stale": self._stale(row, now),
            }
            for row in rows
        ]

    def _camera(self, row: RowMapping, now: int) -> dict[str, object]:
        health = json.loads(row["health"])
        return {
            "id": row["id"],
            "name": health["camera"]["name"],
            "site": health["camera"]["site"],
            "box_id": row["box_id"],
            "last_report_at": from_ms(row["last_report_ms"]),
            "stale": self._stale(row, now),
            "health": health,
        }

    def _stale(self, row: RowMapping, now: int) -> bool:
        return bool(now - row["last_report_ms"] > self._stale_after_ms)


def _rows(report: BoxReport, at_ms: int) -> tuple[BoxRow, list[CameraRow]]:
    try:
        box = BoxRow(report.box_id, report.version, report.outbox_pending, to_ms(report.sent_at), at_ms)
        from_ms(box.sent_ms)
        cameras = [CameraRow(item.camera.id, box.id, True, dumps(item), at_ms) for item in report.cameras]
    except OverflowError:
        raise ProblemError(ProblemType.INVALID, "a time lies outside the years 1 to 9999 in UTC") from None
    if box.outbox_pending > MAX_COUNT:
        raise ProblemError(ProblemType.INVALID, f"outbox_pending is over {MAX_COUNT}")
    return box, cameras


def _refusal(camera_id: str, box_id: str, owner: str, accepted: Sequence[str]) -> RefusedCamera | None:
    if camera_id in accepted:
        return RefusedCamera(camera_id=camera_id, detail="the report names the camera twice; the first one counts")
    if owner != box_id:
        detail = f"the camera belongs to box '{owner}'; give this one another id, or take it out of that box first"
        return RefusedCamera(camera_id=camera_id, detail=detail)
    return None


def _record(connection: Connection, principal: Principal, box: BoxRow, new_box: bool, new_cameras: list[str]) -> None:
    action = "box.registered" if new_box else "box.cameras_added"
    AuditRows(connection).append(principal.note(action, f"box:{box.id}", cameras=new_cameras), box.last_report_ms)
