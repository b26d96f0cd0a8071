"""What an error of the database driver means for who asked: the codes of SQLite and PostgreSQL in four words."""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Fault(Enum):
    BUSY = "busy"
    """Others were faster or are slow; the same request may well succeed soon."""
    FULL = "full"
    """No room on the disk."""
    AWAY = "away"
    """The server cannot be reached, is starting, ending, or has become a read-only standby."""
    FAILED = "failed"
    """Anything else."""


_SQLITE = {sqlite3.SQLITE_FULL: Fault.FULL, sqlite3.SQLITE_BUSY: Fault.BUSY}
_SQLSTATES = {
    "40001": Fault.BUSY,  # serialization_failure
    "40P01": Fault.BUSY,  # deadlock_detected
    "55P03": Fault.BUSY,  # lock_not_available
    "57014": Fault.BUSY,  # query_canceled: the statement's time is over
    "53300": Fault.BUSY,  # too_many_connections
    "53100": Fault.FULL,  # disk_full
    "25006": Fault.AWAY,  # read_only_sql_transaction: a standby
    "25P03": Fault.AWAY,  # idle_in_transaction_session_timeout
}
_AWAY_CLASSES = ("08", "57P")
"""connection_exception; admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped."""


def fault_of(error: DBAPIError | PoolTimeoutError) -> Fault:
    if isinstance(error, PoolTimeoutError):
        return Fault.BUSY
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code, Fault.FAILED)
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        if state.startswith(_AWAY_CLASSES):
            return Fault.AWAY
        return _SQLSTATES.get(state, Fault.FAILED)
    # libpq tells no state for a connection that it could not make or that broke.
    if error.connection_invalidated or type(error.orig).__module__.startswith("psycopg"):
        return Fault.AWAY if type(error.orig).__name__ == "OperationalError" else Fault.FAILED
    return Fault.FAILED
