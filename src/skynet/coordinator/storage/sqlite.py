"""An engine on a SQLite file: WAL, synced at every commit, transactions begun by us and not by the driver."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

POOL_SIZE = 48
"""More than the threads of the server's pool (40): a connection is never waited for."""
READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"


def engine_on(path: Path, busy_timeout_ms: int) -> Engine:
    """`path` must exist: opening never creates a database."""

    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=busy_timeout_ms / 1000, check_same_thread=False)

    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver's own implicit BEGIN is late and deferred; transactions are begun by the Database.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={busy_timeout_ms}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=POOL_SIZE, max_overflow=0)
    event.listen(engine, "connect", configure)
    return engine
