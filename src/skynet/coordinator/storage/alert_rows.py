"""The repository of alerts, ordered by the durable sequence `alerts` (see `skynet.coordinator.storage.sequence`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update

from skynet.coordinator.storage import sequence
from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.tables import alert_clips, alerts, clips
from skynet.domain.alert_cycle import OPEN, AlertState
from skynet.domain.area import EVERYWHERE

FEED = "alerts"
MAX_KIN = 1000
"""Open alerts looked at when a batch is searched for those of the same object; the newest count."""
_CLIP_COLUMNS = [
    clips.c.bytes.label("clip_bytes"),
    clips.c.erased_ms.label("clip_erased_ms"),
    *(
        alert_clips.c[name].label(f"clip_{name}")
        for name in ("sha256", "codec", "width", "height", "starts_ms", "ends_ms")
    ),
]
_WITH_CLIP = select(alerts, *_CLIP_COLUMNS).select_from(alerts.outerjoin(alert_clips).outerjoin(clips))
"""Alerts, each with its clip in columns `clip_…`, which are all null while none has arrived."""


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert about to be stored; `body` and `content_sha256` as `skynet.coordinator.alerts.intake` makes them."""

    id: UUID
    camera_id: str
    kind: str
    severity: str
    occurred_ms: int
    snapshot_sha256: str | None
    content_sha256: str
    body: str
    area: str = EVERYWHERE
    """Where its camera's site lies, '' when the register does not know the camera."""
    plate: str | None = None
    track_key: str | None = None
    """The same for all alerts of one object in one camera."""
    answer_due_ms: int | None = None
    close_due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Empty tuples and None let everything through; `since_ms` is included, `until_ms` is not (time of occurrence)."""

    camera_ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since_ms: int | None = None
    until_ms: int | None = None
    operators: tuple[str, ...] = ()
    overdue: bool = False
    """Only those that are open and have passed a deadline."""
    areas: tuple[str, ...] = (EVERYWHERE,)
    """What the reader may see, not what they ask for."""

    def clauses(self) -> list[ColumnElement[bool]]:
        lists = (
            (alerts.c.camera_id, self.camera_ids),
            (alerts.c.kind, self.kinds),
            (alerts.c.severity, self.severities),
            (alerts.c.state, self.states),
            (alerts.c.acknowledged_by, self.operators),
        )
        found: list[ColumnElement[bool]] = [column.in_(values) for column, values in lists if values]
        if self.since_ms is not None:
            found.append(alerts.c.occurred_ms >= self.since_ms)
        if self.until_ms is not None:
            found.append(alerts.c.occurred_ms < self.until_ms)
        if self.overdue:
            found += [alerts.c.escalation > 0, alerts.c.state.in_(OPEN)]
        if EVERYWHERE not in self.areas:
            found.append(within(alerts.c.area, self.areas))
        return found


class AlertRows:
    """Alerts in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> int:
        """The highest sequence number given out so far, 0 at first."""
        return sequence.head(self._connection, FEED)

    def contents(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Content hashes of those of `ids` that are stored."""
        rows = self._connection.execute(
            select(alerts.c.id, alerts.c.content_sha256).where(alerts.c.id.in_([str(i) for i in ids]))
        )
        return {UUID(row.id): row.content_sha256 for row in rows}

    def add(self, new: Sequence[NewAlert], received_ms: int) -> range:
        """Store alerts behind all others, in the order given; their sequence numbers."""
        numbers = sequence.take(self._connection, FEED, len(new))
        self._connection.execute(
            insert(alerts),
            [
                {
                    "seq": seq,
                    "id": str(alert.id),
                    "camera_id": alert.camera_id,
                    "kind": alert.kind,
                    "severity": alert.severity,
                    "occurred_ms": alert.occurred_ms,
                    "received_ms": received_ms,
                    "state": AlertState.NEW,
                    "version": 1,
                    "snapshot_sha256": alert.snapshot_sha256,
                    "content_sha256": alert.content_sha256,
                    "body": alert.body,
                    "area": alert.area,
                    "plate": alert.plate,
                    "track_key": alert.track_key,
                    "answer_due_ms": alert.answer_due_ms,
                    "close_due_ms": alert.close_due_ms,
                }
                for seq, alert in zip(numbers, new, strict=True)
            ],
        )
        return numbers

    def page(self, after: int, up_to: int, wanted: AlertFilter, limit: int) -> Sequence[RowMapping]:
        """At most `limit` rows with `after` < seq ≤ `up_to` that `wanted` lets through, in order."""
        query = (
            _WITH_CLIP.where(alerts.c.seq > after, alerts.c.seq <= up_to, *wanted.clauses())
            .order_by(alerts.c.seq)
            .limit(limit)
        )
        return self._connection.execute(query).mappings().all()

    def get(self, alert_id: UUID) -> RowMapping | None:
        return self._connection.execute(_WITH_CLIP.where(alerts.c.id == str(alert_id))).mappings().one_or_none()

    def box_of(self, alert_id: UUID) -> str | None:
        """The box that raised the alert; None when there is no such alert."""
        body = self._connection.execute(select(alerts.c.body).where(alerts.c.id == str(alert_id))).scalar_one_or_none()
        return None if body is None else str(json.loads(body)["box_id"])

    def change(self, alert_id: str, **values: object) -> None:
        """Set columns, and move the alert's version up by one."""
        query = update(alerts).where(alerts.c.id == alert_id).values(version=alerts.c.version + 1, **values)
        self._connection.execute(query)

    def open_of(self, operator: str, areas: Sequence[str], limit: int) -> list[str]:
        """Ids of the alerts that `operator` has in hand, the oldest first."""
        mine = (alerts.c.acknowledged_by == operator, alerts.c.state.in_(OPEN), within(alerts.c.area, areas))
        query = select(alerts.c.id).where(*mine).order_by(alerts.c.seq).limit(limit)
        return list(self._connection.execute(query).scalars())

    def kin(self, track_keys: Sequence[str], plates: Sequence[str], since_ms: int, before_seq: int) -> list[RowMapping]:
        """Open alerts before the number `before_seq` that share a track, or since `since_ms` a plate; newest first."""
        if not track_keys and not plates:
            return []
        same = or_(
            alerts.c.track_key.in_(track_keys),
            and_(alerts.c.plate.in_(plates), alerts.c.occurred_ms >= since_ms),
        )
        query = select(alerts).where(same, alerts.c.state.in_(OPEN), alerts.c.seq < before_seq)
        return list(self._connection.execute(query.order_by(alerts.c.seq.desc()).limit(MAX_KIN)).mappings())

    def overdue(self, now_ms: int, limit: int) -> list[RowMapping]:
        """Alerts of which a deadline has passed, the longest overdue first."""
        unanswered = and_(alerts.c.answer_due_ms <= now_ms, alerts.c.state == AlertState.NEW)
        unclosed = and_(alerts.c.close_due_ms <= now_ms, alerts.c.state.in_(OPEN))
        query = select(alerts).where(or_(unanswered, unclosed)).order_by(alerts.c.seq).limit(limit)
        return list(self._connection.execute(query).mappings())

    def escalate(self, alert_id: str, level: int, answer_due_ms: int | None, close_due_ms: int | None) -> None:
        """Say that a deadline has passed and when the next one does. The version stays: nobody decided anything."""
        values = {"escalation": level, "answer_due_ms": answer_due_ms, "close_due_ms": close_due_ms}
        self._connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))
