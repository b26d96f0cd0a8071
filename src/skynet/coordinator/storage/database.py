"""The coordinator's database: one engine, read transactions and serialised write transactions.

Invariants
- A write transaction is durable when `writing()` has returned: SQLite runs in WAL mode with synchronous=FULL.
- At most one write transaction is open at a time. Inside the process a lock says so (a fair queue, where SQLite's own
  busy handler would sleep and guess); against other processes BEGIN IMMEDIATE and the busy timeout do. So the order of
  commits is the order in which the transactions began, and a sequence number taken inside one becomes visible before
  any higher one.
- A read transaction sees one state of the database from its first statement on.
- Calls block: from a coroutine they go through the thread pool.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 48
"""More than the threads of the server's pool (40): a connection is never waited for."""


class WriteQueueError(Exception):
    """Writers before this one took too long."""


class Database:
    """`path` is the SQLite file, which must exist: opening never creates one."""

    def __init__(self, path: Path) -> None:
        self._engine = _sqlite_engine(path)
        self._write_lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a read transaction."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction: committed and durable on leaving, rolled back on an exception.

        Raises WriteQueueError when the turn does not come within the busy timeout.
        """
        if not self._write_lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise WriteQueueError(f"no turn to write for {BUSY_TIMEOUT_MS} ms")
        try:
            with self._engine.connect() as connection:
                connection.execution_options(skynet_begin="BEGIN IMMEDIATE")
                with connection.begin():
                    yield connection
        finally:
            self._write_lock.release()

    def close(self) -> None:
        self._engine.dispose()


def _sqlite_engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=POOL_SIZE, max_overflow=0)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own implicit BEGIN is late and deferred; transactions are begun by `_begin`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("skynet_begin", "BEGIN"))
