"""The event log: every change of an alert, camera, list or grant, in the one order in which they became durable.

An event is appended in the transaction of the change that it tells of, so that neither can exist without the other.
Numbers are of `skynet.coordinator.storage.sequence`, whose order a reader may trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, insert, select

from skynet.coordinator.storage import sequence
from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.tables import events
from skynet.coordinator.wire import dumps
from skynet.domain.area import EVERYWHERE
from skynet.domain.event_type import EventType

FEED = "events"


@dataclass(frozen=True, slots=True)
class Event:
    """A change about to be told. `subject` is `word:id`, `area` where it lies ('' where nobody knows: only who may see
    everywhere sees it), `data` what readers need to know of the change, without personal data and secrets."""

    type: EventType
    subject: str
    area: str = EVERYWHERE
    data: dict[str, object] = field(default_factory=dict)


class EventRows:
    """The log in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> int:
        """The highest number given out so far, 0 at first."""
        return sequence.head(self._connection, FEED)

    def append(self, new: Sequence[Event], at_ms: int) -> range:
        """Store events behind all others, in the order given; their numbers."""
        numbers = sequence.take(self._connection, FEED, len(new))
        rows = [
            {
                "seq": seq,
                "type": event.type,
                "subject": event.subject,
                "area": event.area,
                "at_ms": at_ms,
                "data": dumps(event.data),
            }
            for seq, event in zip(numbers, new, strict=True)
        ]
        self._connection.execute(insert(events), rows)
        return numbers

    def page(self, after: int, up_to: int, areas: Sequence[str], limit: int) -> Sequence[RowMapping]:
        """At most `limit` events with `after` < seq ≤ `up_to` in `areas`, in order."""
        query = (
            select(events)
            .where(events.c.seq > after, events.c.seq <= up_to, within(events.c.area, areas))
            .order_by(events.c.seq)
            .limit(limit)
        )
        return self._connection.execute(query).mappings().all()
