"""Carries the news of commits between the coordinators that serve one PostgreSQL database.

Each has one thread with a connection of its own that listens: what another one has announced wakes those who wait
here, and what is committed here is announced. News that gets lost (the connection broke, the other coordinator died
between commit and announcement) is found by a look at the heads of the feeds, once every `LOOK_S` at the latest: a
wait is prolonged, never the news missed.
"""

from __future__ import annotations

import logging
import secrets
import selectors
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress

import psycopg
from prometheus_client import Gauge
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.storage import sequence
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import FEED
from skynet.domain.clock import Clock

CHANNEL = "skynet_commits"
LOOK_S = 1.0
RETRY_S = 1.0

log = logging.getLogger(__name__)


class Herald:
    """`signals` by name, the same names at every coordinator. `listening` is 1 while the connection stands."""

    def __init__(self, database: Database, clock: Clock, signals: Mapping[str, CommitSignal], listening: Gauge) -> None:
        self._clock = clock
        self._database = database
        self._signals = signals
        self._listening = listening
        self._me = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._due: set[str] = set()
        self._ended = threading.Event()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)
        self._head = -1

    def start(self) -> None:
        for name, signal in self._signals.items():
            signal.beyond = lambda name=name: self._announce(name)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._ring()
        self._thread.join()
        self._bell.close()
        self._ear.close()

    def _announce(self, name: str) -> None:
        with self._lock:
            self._due.add(name)
        self._ring()

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # the bell is ringing already
            self._bell.send(b"!")

    def _run(self) -> None:
        told = False
        while not self._ended.is_set():
            try:
                with self._database.session() as session:
                    connection = session.connection.driver_connection
                    if not isinstance(connection, psycopg.Connection):
                        raise TypeError(f"{type(connection).__name__} cannot listen")
                    self._database.serve_on(session)
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._listening.set(1)
                    told = False
                    self._serve(connection)
            except (DBAPIError, psycopg.Error) as error:
                self._listening.set(0)
                if not told:
                    reason = " ".join(str(getattr(error, "orig", error)).split())
                    log.error("no word from other coordinators until the database is back: %s", reason)
                told = True
                self._ended.wait(RETRY_S)
                self._hear_all()  # what was missed meanwhile; who waits looks for himself
        self._listening.set(0)

    def _serve(self, connection: psycopg.Connection[object]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._ear, selectors.EVENT_READ)
            look_at = self._clock.monotonic()
            while not self._ended.is_set():
                ready = selector.select(max(0.0, look_at - self._clock.monotonic()))
                if any(key.fileobj is self._ear for key, _ in ready):
                    self._ear.recv(4096)
                    self._tell(connection)
                for notice in connection.notifies(timeout=0):
                    sender, _, name = notice.payload.partition(":")
                    if sender != self._me and name in self._signals:
                        self._signals[name].hear()
                if self._clock.monotonic() >= look_at:
                    self._look()
                    look_at = self._clock.monotonic() + LOOK_S

    def _tell(self, connection: psycopg.Connection[object]) -> None:
        with self._lock:
            due, self._due = self._due, set()
        for name in sorted(due):
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{self._me}:{name}"))

    def _look(self) -> None:
        """Whether the event log has grown, in case the word of it was lost."""
        with suppress(PoolTimeoutError), self._database.reading() as connection:
            head = sequence.head(connection, FEED)
            if head != self._head:
                self._head = head
                self._hear_all()

    def _hear_all(self) -> None:
        for signal in self._signals.values():
            signal.hear()
