"""Delivers the outbox to the coordinator: pictures first, then the alerts that name them, until it has them.

One thread, which alone confirms and refuses. An alert leaves the outbox only when the coordinator said that it is
stored or known; one that it will never take is set apart in the outbox; everything else is sent again, with backoff.
A new alert is on its way at once unless the last try failed.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from skynet.domain import Clock
from skynet.domain.contract import (
    MAX_ALERTS_PER_BATCH,
    MAX_BATCH_BYTES,
    MAX_SNAPSHOT_BYTES,
    AlertBatchResult,
    RefusalType,
    RefusedAlert,
)
from skynet.edge.backoff import Backoff
from skynet.edge.coordinator_client import (
    CoordinatorClient,
    DeliveryError,
    RejectedError,
    TooLargeError,
    UnacceptableError,
    UnauthorisedError,
    UnreachableError,
)
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox, OutboxError, OutboxItem

log = logging.getLogger(__name__)

FIRST_RETRY_S, LAST_RETRY_S = 0.5, 60.0
UNAUTHORISED_RETRY_S = 30.0
"""A wrong token is mended by a person; knocking faster only fills the coordinator's log."""
_ENVELOPE_BYTES = 256
_ISSUE = "uplink"


@dataclass(slots=True)
class UplinkFigures:
    """Counted since the start."""

    delivered: int = 0
    known: int = 0
    refused: int = 0
    failures: int = 0
    snapshots: int = 0


class Uplink:
    """`start` it once; `wake` it from any thread; `stop` gives it some time to deliver what is left."""

    def __init__(
        self, outbox: Outbox, client: CoordinatorClient, issues: Issues, clock: Clock, chance: random.Random
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._issues = issues
        self._clock = clock
        self._backoff = Backoff(FIRST_RETRY_S, LAST_RETRY_S, chance=chance)
        self._chance = chance
        self._limit = MAX_ALERTS_PER_BATCH
        self._sent_snapshots: set[str] = set()
        self._set_back: set[UUID] = set()
        self._changed = threading.Condition()
        self._woken = True
        self._stop_at: float | None = None
        self._last_try = False
        self._thread = threading.Thread(target=self._work, name="uplink", daemon=True)
        self.figures = UplinkFigures()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to send."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def stop(self, flush_s: float) -> bool:
        """Deliver what can be delivered within `flush_s` seconds, then end. True when the outbox is empty."""
        with self._changed:
            self._stop_at = self._clock.monotonic() + flush_s
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(flush_s + 0.5)
        try:
            return self._outbox.count() == 0
        except OutboxError:
            return False

    def _work(self) -> None:
        while True:
            try:
                wait_s = self._deliver()
            except Exception:  # top of the worker loop: whatever went wrong, alerts must still get out later
                log.exception("the uplink failed; it goes on")
                self.figures.failures += 1
                wait_s = LAST_RETRY_S
            if not self._rest(wait_s):
                return

    def _rest(self, wait_s: float | None) -> bool:
        """Sleep `wait_s`, or until woken if None. False when it is time to end.

        A stop cuts the sleep short; from then on it goes on while that works, and after one failure no more.
        """
        with self._changed:
            if self._stop_at is None:
                self._changed.wait_for(
                    lambda: self._stop_at is not None or (wait_s is None and self._woken), timeout=wait_s
                )
                self._woken = False
                return True
            if wait_s is None or self._clock.monotonic() >= self._stop_at:
                return False
            goes_on = wait_s == 0 or not self._last_try
            self._last_try = wait_s > 0
            return goes_on

    def _deliver(self) -> float | None:
        """Send one batch. Seconds to wait before the next, None when nothing is left."""
        try:
            items = self._next_items()
            if not items:
                return None
            self._send(items)
        except UnauthorisedError as error:
            return self._failed(error, UNAUTHORISED_RETRY_S * self._chance.uniform(0.5, 1.0))
        except UnreachableError as error:
            return self._failed(error, max(self._backoff.next(), error.retry_after_s or 0.0))
        except TooLargeError as error:
            return self._too_large(items, error)
        except RejectedError as error:
            self._isolate(items)
            return self._failed(error, self._backoff.next())
        except OutboxError as error:
            return self._failed(error, self._backoff.next())
        self._backoff.reset()
        self._issues.close(_ISSUE)
        return 0.0

    def _next_items(self) -> list[OutboxItem]:
        max_bytes = MAX_BATCH_BYTES - _ENVELOPE_BYTES
        items = self._outbox.pending(self._limit, max_bytes, self._set_back)
        if not items and self._set_back:
            self._set_back.clear()
            items = self._outbox.pending(self._limit, max_bytes)
        return items

    def _send(self, items: Sequence[OutboxItem]) -> None:
        for item in items:
            if item.snapshot and item.snapshot not in self._sent_snapshots:
                self._send_snapshot(item.snapshot)
        items = [item for item in items if not item.snapshot or item.snapshot in self._sent_snapshots]
        if not items:  # their pictures had to be given up, so their texts have changed: read them anew
            return
        result = self._client.post_alerts(items[0].box_id, [item.body for item in items])
        self._settle(items, result)
        self._limit = min(MAX_ALERTS_PER_BATCH, self._limit * 2)

    def _send_snapshot(self, sha256: str) -> None:
        content = self._outbox.snapshot(sha256)
        if content is None:
            return  # given up meanwhile to make room
        try:
            if len(content) > MAX_SNAPSHOT_BYTES:
                raise TooLargeError(f"it has {len(content)} bytes, the coordinator takes {MAX_SNAPSHOT_BYTES}")
            self._client.put_snapshot(sha256, content)
        except (TooLargeError, UnacceptableError) as error:
            # The alert matters more than its picture; the outbox counts what it gives up.
            log.error("picture %s is not taken, its alerts go without it: %s", sha256, error)
            self._outbox.give_up_snapshot(sha256)
            return
        self._sent_snapshots.add(sha256)
        self.figures.snapshots += 1

    def _settle(self, items: Sequence[OutboxItem], result: AlertBatchResult) -> None:
        """Do with each alert what the answer asks for. Raises RejectedError when that brings none of them further."""
        sent = {item.id: item for item in items}
        done = {alert_id for alert_id in (*result.stored, *result.known) if alert_id in sent}
        refused = 0
        for refusal in result.refused:
            item = items[refusal.index] if refusal.index < len(items) else None
            if item is None or item.id in done:
                continue
            self._sent_snapshots.discard(item.snapshot or "")
            if refusal.type is RefusalType.SNAPSHOT_MISSING and item.snapshot:
                continue  # sent again with the next batch
            if refusal.type is RefusalType.CONFLICT and item.snapshot_given_up:
                done.add(item.id)  # it arrived earlier with its picture, and only that answer was lost
                continue
            self._refuse(item, refusal)
            refused += 1
        self._outbox.confirm(list(done))
        self.figures.delivered += len(done)
        self.figures.known += len(result.known)
        self._set_back -= done
        self._sent_snapshots.difference_update(sent[alert_id].snapshot or "" for alert_id in done)
        if not done and not refused:
            said = result.refused[0].detail if result.refused else "it names none of the alerts that were sent"
            raise RejectedError(f"the coordinator's answer brings no alert further: {said}")

    def _refuse(self, item: OutboxItem, refusal: RefusedAlert) -> None:
        log.error("alert %s is refused for good (%s): %s", item.id, refusal.type, refusal.detail)
        self._outbox.refuse(item.id, f"{refusal.type}: {refusal.detail}")
        self.figures.refused += 1

    def _too_large(self, items: Sequence[OutboxItem], error: TooLargeError) -> float:
        if len(items) == 1:
            log.error("alert %s is too large for the coordinator: %s", items[0].id, error)
            self._outbox.refuse(items[0].id, f"too large: {error}")
            self.figures.refused += 1
        else:
            self._limit = max(1, len(items) // 2)
        return self._failed(error, 0.0)

    def _isolate(self, items: Sequence[OutboxItem]) -> None:
        """Something in this batch may be what the coordinator fails at: let no alert hold up the others."""
        if len(items) == 1:
            self._set_back.add(items[0].id)
        self._limit = max(1, len(items) // 2)

    def _failed(self, error: DeliveryError | OutboxError, wait_s: float) -> float:
        self.figures.failures += 1
        self._issues.open(_ISSUE, str(error))
        return wait_s
