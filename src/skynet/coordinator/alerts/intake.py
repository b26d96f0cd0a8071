"""Takes batches of alerts from boxes: each alert stored once, however often it is sent.

When `take` returns, every alert that it calls stored or known is durable, the audit ledger has grown with it, and
pollers have been woken. One bad alert never harms the others of its batch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.incident_merge import merge
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.alert_rows import AlertRows, NewAlert
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.snapshot_rows import SnapshotRows
from skynet.coordinator.timestamp import now_ms, to_ms
from skynet.coordinator.wire import canonical, dumps
from skynet.domain.alert import Alert
from skynet.domain.alert_cycle import DEADLINES
from skynet.domain.area import EVERYWHERE
from skynet.domain.clock import Clock
from skynet.domain.contract import AlertBatchResult, RefusalType, RefusedAlert
from skynet.domain.event_type import EventType
from skynet.domain.severity import Severity

MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    new: NewAlert


class AlertIntake:
    """Calls block on the database: never from a coroutine."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._metrics = metrics

    def take(self, box_id: str, items: list[object], principal: Principal) -> AlertBatchResult:
        """Store what can be stored of `items` (JSON values) from the box `box_id`.

        Raises ProblemError: forbidden (the token speaks for another box).
        """
        principal.require_box(box_id)
        result = AlertBatchResult(stored=[], known=[], refused=[])
        candidates = _read(box_id, items, result)
        if candidates:
            with self._database.writing() as connection:
                self._store(connection, box_id, candidates, result, principal)
        result.refused.sort(key=lambda refused: refused.index)
        if result.stored:
            self._signal.fire()
        for outcome in ("stored", "known", "refused"):
            self._metrics.alerts.labels(outcome).inc(len(getattr(result, outcome)))
        return result

    def _store(
        self,
        connection: Connection,
        box_id: str,
        candidates: list[_Candidate],
        result: AlertBatchResult,
        principal: Principal,
    ) -> None:
        rows = AlertRows(connection)
        contents = rows.contents([c.new.id for c in candidates])
        pictures = SnapshotRows(connection).present(
            c.new.snapshot_sha256 for c in candidates if c.new.snapshot_sha256 is not None
        )
        accepted: list[NewAlert] = []
        for candidate in candidates:
            new = candidate.new
            refusal = _judge(candidate, contents, pictures)
            if refusal is not None:
                result.refused.append(refusal)
            elif new.id in contents:
                result.known.append(new.id)
            else:
                contents[new.id] = new.content_sha256
                accepted.append(new)
                result.stored.append(new.id)
        if accepted:
            at_ms = now_ms(self._clock)
            areas = RegisteredCameraRows(connection).areas(alert.camera_id for alert in accepted)
            accepted = [
                replace(with_deadlines(alert, at_ms), area=areas.get(alert.camera_id, EVERYWHERE)) for alert in accepted
            ]
            numbers = rows.add(accepted, at_ms)
            EventRows(connection).append([_created(alert) for alert in accepted], at_ms)
            if not merge(connection, accepted, numbers, at_ms):
                self._metrics.merges_cut.inc()
            note = principal.note(
                "alerts.stored",
                f"box:{box_id}",
                first_seq=numbers[0],
                last_seq=numbers[-1],
                ids=[str(alert.id) for alert in accepted],
            )
            AuditRows(connection).append(note, at_ms)


def _judge(candidate: _Candidate, contents: dict[UUID, str], pictures: set[str]) -> RefusedAlert | None:
    new = candidate.new
    if new.id in contents:
        if contents[new.id] == new.content_sha256:
            return None
        detail = f"alert {new.id} is known with other content; what was sent first is kept"
        return RefusedAlert(index=candidate.index, id=new.id, type=RefusalType.CONFLICT, detail=detail)
    if new.snapshot_sha256 is not None and new.snapshot_sha256 not in pictures:
        detail = f"put the picture to /api/v1/edge/snapshots/{new.snapshot_sha256} first, then send the alert again"
        return RefusedAlert(index=candidate.index, id=new.id, type=RefusalType.SNAPSHOT_MISSING, detail=detail)
    return None


def _read(box_id: str, items: list[object], result: AlertBatchResult) -> list[_Candidate]:
    candidates = []
    for index, item in enumerate(items):
        try:
            alert = Alert.model_validate(item)
            if alert.box_id != box_id:
                raise ValueError(f"box_id: the alert says '{alert.box_id}', the batch says '{box_id}'")
            candidates.append(_Candidate(index, _new(alert)))
        except ValidationError as error:
            result.refused.append(_malformed(index, item, _first(error)))
        except OverflowError:
            result.refused.append(_malformed(index, item, "a time lies outside the years 1 to 9999 in UTC"))
        except ValueError as error:
            result.refused.append(_malformed(index, item, str(error)))
    return candidates


def _new(alert: Alert) -> NewAlert:
    return NewAlert(
        id=alert.id,
        camera_id=alert.camera_id,
        kind=alert.kind,
        severity=alert.severity,
        occurred_ms=to_ms(alert.occurred_at),
        snapshot_sha256=alert.snapshot.sha256 if alert.snapshot is not None else None,
        content_sha256=hashlib.sha256(canonical(alert).encode()).hexdigest(),
        body=dumps(alert),
        plate=None if alert.plate is None else alert.plate.text,
        track_key=track_key(alert),
    )


def track_key(alert: Alert) -> str | None:
    """What all alerts of one object in one camera share: trackers count anew after a restart, so the time is in it."""
    track = alert.track
    return None if track is None else f"{alert.camera_id}:{track.track_id}:{to_ms(track.started_at)}"


def with_deadlines(alert: NewAlert, at_ms: int) -> NewAlert:
    """The alert with the times by which it must be answered and closed."""
    deadlines = DEADLINES.get(Severity(alert.severity))
    if deadlines is None:
        return alert
    answer, close = (at_ms + int(seconds * 1000) for seconds in (deadlines.answer_s, deadlines.close_s))
    return replace(alert, answer_due_ms=answer, close_due_ms=close)


def _created(alert: NewAlert) -> Event:
    data: dict[str, object] = {
        "camera_id": alert.camera_id,
        "kind": alert.kind,
        "severity": alert.severity,
        "version": 1,
    }
    return Event(EventType.ALERT_CREATED, f"alert:{alert.id}", alert.area, data)


def _first(error: ValidationError) -> str:
    """The first mistake as one line, and how many more there are."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the alert"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{where}: {first['msg']}{more}"


def _malformed(index: int, item: object, detail: str) -> RefusedAlert:
    try:
        alert_id = UUID(item["id"]) if isinstance(item, dict) and isinstance(item.get("id"), str) else None
    except ValueError:
        alert_id = None
    return RefusedAlert(index=index, id=alert_id, type=RefusalType.MALFORMED, detail=detail[:MAX_DETAIL])
