"""Whether the coordinator can do its work: its database takes a durable write."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import DBAPIError

from skynet.coordinator.storage.database import Database, WriteQueueError
from skynet.coordinator.storage.heartbeat_row import HeartbeatRow
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock

REUSE_S = 2.0
"""An answer is given again for this long: the check is open to all, and each real one costs a write to disk."""

log = logging.getLogger(__name__)


class Pulse:
    """Calls block on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._checked_at: float | None = None
        self._well = False

    def well(self) -> bool:
        """True when the last check, at most `REUSE_S` old, could write."""
        if not self._lock.acquire(timeout=REUSE_S):
            return False  # a check is stuck; those who ask must not fill the thread pool behind it
        try:
            now = self._clock.monotonic()
            if self._checked_at is None or now - self._checked_at > REUSE_S:
                self._well = self._beat()
                self._checked_at = now
            return self._well
        finally:
            self._lock.release()

    def _beat(self) -> bool:
        try:
            with self._database.writing() as connection:
                HeartbeatRow(connection).beat(now_ms(self._clock))
        except DBAPIError as error:
            log.error("the health check could not write to the database: %s", error.orig)
            return False
        except WriteQueueError as error:
            log.error("the health check could not write to the database: %s", error)
            return False
        return True
