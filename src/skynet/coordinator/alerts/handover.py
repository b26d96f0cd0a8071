"""The hand-over between shifts: what one operator has in hand goes to another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_search import find_alert
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.step_rows import StepRows, TakenStep
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType

HANDED_OVER = "handed_over"
MAX_HANDED_OVER = 1000


class Handover:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def hand_over(
        self, giver: str, taker: str, alert_ids: Sequence[UUID] | None, note: str | None, principal: Principal
    ) -> tuple[list[str], bool]:
        """Give the open alerts of `giver`, `MAX_HANDED_OVER` at once, or only `alert_ids`, to `taker`; the ids of those
        given, and whether the giver had more.

        Raises ProblemError: not-found, state-conflict (one of `alert_ids` is not in the giver's hand).
        """
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            rows = AlertRows(connection)
            held = rows.open_of(giver, principal.areas, MAX_HANDED_OVER + 1)
            given, has_more = held[:MAX_HANDED_OVER], len(held) > MAX_HANDED_OVER
            if alert_ids is not None:
                for wanted_id in alert_ids:
                    find_alert(connection, wanted_id, principal)
                wanted = [str(wanted_id) for wanted_id in dict.fromkeys(alert_ids)]
                if strange := sorted(set(wanted) - set(given)):
                    raise ProblemError(
                        ProblemType.STATE_CONFLICT, f"alert {strange[0]} is not in the hand of '{giver}'"
                    )
                given, has_more = wanted, False
            events = []
            for alert_id in given:
                rows.change(alert_id, acknowledged_by=taker)
                found = find_alert(connection, UUID(alert_id), principal)
                taken = TakenStep(HANDED_OVER, found.row["state"], at_ms, principal.actor, taker, None, note)
                StepRows(connection).append(alert_id, taken)
                data: dict[str, object] = {"state": found.row["state"], "version": found.version, "step": HANDED_OVER}
                events.append(Event(EventType.ALERT_CHANGED, f"alert:{alert_id}", found.row["area"], data))
            if events:
                EventRows(connection).append(events, at_ms)
            said = principal.note("alerts.handed_over", "alerts", giver=giver, taker=taker, alerts=given, note=note)
            AuditRows(connection).append(said, at_ms)
        self._signal.fire()
        return given, has_more
