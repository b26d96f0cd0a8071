"""An engine on a PostgreSQL database, and the numbers of the advisory locks that coordinators share there.

Transactions are begun by us with one round trip that also takes the writers' lock; the driver stays in autocommit.
A session that stalls inside a transaction would hold up every other coordinator, so the server ends it.
"""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine

from skynet.coordinator.storage.server_address import ServerAddress

POOL_SIZE = 20
"""Reads are short and writes take turns before they take a connection. Two coordinators stay far below the hundred
connections that a server allows unless told otherwise."""
IDLE_IN_TRANSACTION_MS = 20_000
STATEMENT_MS = 30_000
CONNECT_TIMEOUT_S = 5
SPACE = 0x736B_7900
"""High half of every advisory lock of ours, so that another program in the same database is not in the way."""
WRITER = 1
"""Low half: held by the one write transaction that is open. Names of duties are hashed into the other numbers."""
SERVING = 2
"""Held shared by every coordinator that serves, exclusively by a migration."""
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# READ COMMITTED: each statement after the lock sees all that earlier holders have committed. A snapshot for the whole
# transaction would have been taken by the statement that waits for the lock, before the one ahead had committed.
WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({SPACE}, {WRITER})"


def engine_on(address: ServerAddress, lock_timeout_ms: int) -> Engine:
    """Nothing is connected until the first transaction."""
    return create_engine(
        address.url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=lock_timeout_ms / 1000,
        pool_use_lifo=True,
        connect_args=connect_options(lock_timeout_ms),
        use_native_hstore=False,
    )


def engine_for_sessions(address: ServerAddress, lock_timeout_ms: int) -> Engine:
    """Every connection is new and ends when it is closed; statements stand for themselves."""
    return create_engine(
        address.url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        connect_args=connect_options(lock_timeout_ms),
        use_native_hstore=False,
    )


def connect_options(lock_timeout_ms: int) -> dict[str, Any]:
    """What libpq is told for every connection of ours."""
    settings = {
        "lock_timeout": lock_timeout_ms,
        "statement_timeout": STATEMENT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
        "tcp_keepalives_idle": 10,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
    }
    return {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "skynet coordinator",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }


def duty_number(name: str) -> int:
    """Low half of the advisory lock of a duty: its name's CRC-32 as a signed number, away from the two above."""
    number = zlib.crc32(name.encode())
    return number - (1 << 32) if number >> 31 else max(number, 16)


def flaws(connection: Connection) -> list[str]:
    """What about the server keeps a coordinator from its promises, empty when nothing does."""
    found = [
        f"{name} is off: {danger}; set {name} = on"
        for name, danger in _NEEDED_ON.items()
        if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off"
    ]
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        found.append(f"its encoding is {encoding}: make it anew with 'createdb --template template0 --encoding UTF8'")
    return found


_NEEDED_ON = {
    "fsync": "alerts would be lost with the power",
    "full_page_writes": "a power cut would tear pages",
    "synchronous_commit": "commits would be lost with the power",
}
