"""Delivers clips after their alerts, on a thread of its own and behind alerts in everything.

A clip goes out when its alert has left the outbox, the most severe first; before each clip, and between its pieces,
it makes way for alerts that wait, though only for a moment, so that an alert that cannot be delivered holds up none.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from skynet.domain import Clock
from skynet.domain.clock import utc
from skynet.edge.backoff import Backoff
from skynet.edge.clip_store import ClipNote, ClipStore, ClipStoreError
from skynet.edge.coordinator_client import (
    ConflictError,
    CoordinatorClient,
    DeliveryError,
    RejectedError,
    TooLargeError,
    UnacceptableError,
    UnauthorisedError,
    UnknownError,
    UnreachableError,
)
from skynet.edge.issues import Issues
from skynet.edge.outbox import REFUSED, WAITING, Outbox, OutboxError

log = logging.getLogger(__name__)

FIRST_RETRY_S, LAST_RETRY_S = 1.0, 120.0
UNAUTHORISED_RETRY_S = 60.0
LOOK_AGAIN_S = 2.0
"""How often it is asked whether an alert has left the outbox."""
PATIENCE_S = 7 * 24 * 3600.0
"""An alert that the coordinator does not know after so long has been lost there."""
MAKE_WAY_S = 0.25
_ISSUE, _REFUSED_ISSUE = "clip-uplink", "clip-refused"


@dataclass(slots=True)
class ClipUplinkFigures:
    """Counted since the start."""

    delivered: int = 0
    bytes: int = 0
    failures: int = 0
    given_up: dict[str, int] = field(default_factory=dict)
    """By reason; never changed but replaced, so that others may read it meanwhile."""


class _StoppingError(DeliveryError):
    """The box stops in the middle of a clip."""


class ClipUplink:
    """`start` it once; `wake` it from any thread when a clip was stored; `stop` ends it within a moment."""

    def __init__(
        self,
        store: ClipStore,
        outbox: Outbox,
        client: CoordinatorClient,
        issues: Issues,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._client = client
        self._issues = issues
        self._clock = clock
        self._chance = chance
        self._backoff = Backoff(FIRST_RETRY_S, LAST_RETRY_S, chance=chance)
        self._set_back: dict[UUID, tuple[Backoff, float]] = {}  # and not before which monotonic second
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="clip-uplink", daemon=True)
        self.figures = ClipUplinkFigures()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self, within_s: float) -> None:
        """What has not gone out stays on disk for the next start."""
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                wait_s = self._deliver()
            except Exception:  # top of the worker loop: clips must still get out later
                log.exception("the clip uplink failed; it goes on")
                self.figures.failures += 1
                wait_s = LAST_RETRY_S
            if wait_s is None:
                self._woken.wait()
            elif wait_s > 0:
                self._stopped.wait(wait_s)

    def _deliver(self) -> float | None:
        """Send one clip. Seconds to wait before the next, None until there is another."""
        try:
            note = self._next()
            if note is None:
                return LOOK_AGAIN_S if self._store.pending() else None
            self._make_way()
            self._send(note)
        except _StoppingError:
            return 0.0
        except UnauthorisedError as error:
            return self._failed(error, UNAUTHORISED_RETRY_S * self._chance.uniform(0.5, 1.0))
        except UnreachableError as error:
            wait_s = self._backoff.next()
            return self._failed(error, wait_s if error.retry_after_s is None else max(wait_s, error.retry_after_s))
        except (DeliveryError, OutboxError, ClipStoreError, OSError) as error:
            return self._failed(error, self._backoff.next())
        self._backoff.reset()
        self._issues.close(_ISSUE)
        return 0.0

    def _next(self) -> ClipNote | None:
        """The next clip whose alert has been delivered; those of refused alerts are given up on the way."""
        now = self._clock.monotonic()
        early = [alert_id for alert_id, (_, not_before) in self._set_back.items() if now < not_before]
        for note in self._store.pending(without=early):
            state = self._outbox.state_of(note.alert_id)
            if state == REFUSED:
                self._give_up(note, "alert_refused")
            elif state != WAITING:
                return note
        return None

    def _send(self, note: ClipNote) -> None:
        try:
            self._client.put_clip(note.alert_id, note.clip, self._pieces(note))
        except UnknownError as error:
            if self._clock.wall() - note.stored_at > PATIENCE_S:
                self._give_up(note, "alert_unknown")
            else:
                self._later(note, error)
        except ConflictError:
            self._give_up(note, "conflict")
        except (TooLargeError, UnacceptableError) as error:
            self._issues.open(_REFUSED_ISSUE, f"the coordinator never takes some clips: {error}")
            self._give_up(note, "unacceptable")
        except UnreachableError:
            raise
        except RejectedError as error:  # perhaps this clip only: let the others go on
            self._later(note, error)
        except FileNotFoundError:
            self._set_back.pop(note.alert_id, None)  # given up meanwhile to make room, and counted there
            self._store.forget(note.alert_id)
        else:
            self._store.forget(note.alert_id)
            self._set_back.pop(note.alert_id, None)
            self.figures.delivered += 1
            self.figures.bytes += note.clip.bytes

    def _pieces(self, note: ClipNote) -> Iterator[bytes]:
        for piece in self._store.chunks(note.clip.sha256):
            yield piece
            self._make_way()

    def _make_way(self) -> None:
        """Raises _StoppingError when the box stops."""
        if self._stopped.is_set() or (self._outbox.count() and self._stopped.wait(MAKE_WAY_S)):
            raise _StoppingError("the box stops")

    def _later(self, note: ClipNote, error: DeliveryError) -> None:
        backoff = self._set_back.get(note.alert_id, (Backoff(5.0, 3600.0, least_share=0.5, chance=self._chance), 0.0))[
            0
        ]
        self._set_back[note.alert_id] = backoff, self._clock.monotonic() + backoff.next()
        self.figures.failures += 1
        log.info("the clip of alert %s is sent again later: %s", note.alert_id, error)

    def _give_up(self, note: ClipNote, reason: str) -> None:
        since = utc(note.stored_at).isoformat()
        log.error("the clip of alert %s, stored %s, is given up (%s)", note.alert_id, since, reason)
        self._set_back.pop(note.alert_id, None)
        self._store.forget(note.alert_id)
        before = self.figures.given_up
        self.figures.given_up = before | {reason: before.get(reason, 0) + 1}

    def _failed(self, error: Exception, wait_s: float) -> float:
        self.figures.failures += 1
        self._issues.open(_ISSUE, str(error))
        return wait_s
