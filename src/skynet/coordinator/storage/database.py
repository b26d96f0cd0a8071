"""The coordinator's database: one engine, read transactions and serialised write transactions.

Invariants, on SQLite and PostgreSQL alike
- A write transaction is durable when `writing()` has returned: SQLite runs in WAL mode with synchronous=FULL, a
  PostgreSQL server with fsync or synchronous_commit off is refused at the start.
- At most one write transaction is open at a time. Inside the process a lock says so (a fair queue); against other
  processes BEGIN IMMEDIATE and the busy timeout do on SQLite, and an advisory lock held to the end of the transaction
  on PostgreSQL. So the order of commits is the order in which the transactions began, a sequence number taken inside
  one becomes visible before any higher one, what is read inside one is still so when it writes, and two writers never
  deadlock.
- A read transaction sees one state of the database from its first statement on.
- Calls block: from a coroutine they go through the thread pool.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from skynet.coordinator.storage import postgresql, sqlite
from skynet.coordinator.storage.fault import Fault, fault_of
from skynet.coordinator.storage.server_address import ServerAddress
from skynet.domain.errors import BadInputError, WorkFailedError

BUSY_TIMEOUT_MS = 10_000
_BEGIN = "skynet_begin"


class WriteQueueError(Exception):
    """Writers before this one took too long."""


class Database:
    """`where` is a SQLite file, which must exist (opening never creates one), or a database on a PostgreSQL server."""

    def __init__(self, where: Path | ServerAddress) -> None:
        self.server = where if isinstance(where, ServerAddress) else None
        if isinstance(where, ServerAddress):
            self._engine = postgresql.engine_on(where, BUSY_TIMEOUT_MS)
            self._read, self._write = postgresql.READ, postgresql.WRITE
        else:
            self._engine = sqlite.engine_on(where, BUSY_TIMEOUT_MS)
            self._read, self._write = sqlite.READ, sqlite.WRITE
        event.listen(self._engine, "begin", _begin)
        self._write_lock = threading.Lock()
        self.duties: dict[str, threading.Lock] = {}
        """For `skynet.coordinator.storage.duty` on SQLite."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a read transaction."""
        connection = self._begun(self._read)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction: committed and durable on leaving, rolled back on an exception.

        Raises WriteQueueError when the turn does not come within the busy timeout.
        """
        if not self._write_lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise WriteQueueError(f"no turn to write for {BUSY_TIMEOUT_MS} ms")
        try:
            connection = self._begun(self._write)
            try:
                yield connection
                connection.commit()
            finally:
                connection.close()  # rolls back what is not committed
        finally:
            self._write_lock.release()

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection to the server outside the pool and outside any transaction, which ends with it. PostgreSQL."""
        if self.server is None:
            raise TypeError("SQLite has no sessions")
        engine = postgresql.engine_for_sessions(self.server, BUSY_TIMEOUT_MS)
        with engine.connect() as connection:
            yield connection

    def serve_on(self, session: Connection) -> None:
        """Say on the server that a coordinator serves, for as long as `session` lasts. Raises DBAPIError while a
        migration runs."""
        session.execute(text(f"SELECT pg_advisory_lock_shared({postgresql.SPACE}, {postgresql.SERVING})"))

    def require_alone(self, connection: Connection) -> None:
        """Keep coordinators from serving during this transaction. Raises WorkFailedError when one does already."""
        if self.server is None:
            return  # the data directory's lock has seen to it
        lock = text(f"SELECT pg_try_advisory_xact_lock({postgresql.SPACE}, {postgresql.SERVING})")
        if not connection.execute(lock).scalar_one():
            raise WorkFailedError(f"--database {self.server}: a coordinator is at work there; stop it first")

    def require_sound(self) -> None:
        """Raises BadInputError when a PostgreSQL server is set up so that promises would be broken."""
        if self.server is None:
            return
        with self.reading() as connection:
            found = postgresql.flaws(connection)
        if found:
            raise BadInputError(f"--database {self.server}: {'; '.join(found)}")

    def unhurried(self, connection: Connection) -> None:
        """Lift the limits on time for this transaction: a migration or a restore may take as long as it does."""
        if self.server is not None:
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {name} = 0"))

    def close(self) -> None:
        self._engine.dispose()

    def _begun(self, statement: str) -> Connection:
        """A connection whose transaction has begun. A pooled one may have died with its server; the failure empties
        the pool, so the second try is with a fresh connection and tells whether the server is back."""
        try:
            return self._try_to_begin(statement)
        except DBAPIError as error:
            if self.server is None or not error.connection_invalidated or fault_of(error) is not Fault.AWAY:
                raise
        return self._try_to_begin(statement)

    def _try_to_begin(self, statement: str) -> Connection:
        connection = self._engine.connect()
        try:
            connection.execution_options(**{_BEGIN: statement})
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection


def _begin(connection: Connection) -> None:
    # Without parameters PostgreSQL takes several statements in one round trip.
    options = {"no_parameters": True}
    connection.exec_driver_sql(connection.get_execution_options()[_BEGIN], execution_options=options)
