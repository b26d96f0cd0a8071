"""Work that is done by one coordinator at a time, however many serve one database: escalation, retention, deliveries.

    with duty(database, "retention") as mine:
        if mine:
            ...one round...

A duty is held for one round and given up between rounds, so that another coordinator takes over when this one dies.
On PostgreSQL it is an advisory lock of a session of its own: the server lets go when the session ends, however it
ends. Should the session break in the middle of a round, another may begin one before this one is over: what a round
changes it changes in write transactions that look again at what they change, and what it sends bears an id.
On SQLite one process serves a database, and a lock in that process is enough.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from skynet.coordinator.storage import postgresql
from skynet.coordinator.storage.database import Database


@contextmanager
def duty(database: Database, name: str) -> Iterator[bool]:
    """Whether the duty `name` is this coordinator's for now; false when somebody else has it. Never waits for it.

    Raises DBAPIError when the database is away.
    """
    if database.server is None:
        lock = database.duties.setdefault(name, threading.Lock())
        mine = lock.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                lock.release()
        return
    numbers = {"space": postgresql.SPACE, "duty": postgresql.duty_number(name)}
    with database.session() as session:
        mine = bool(session.execute(text("SELECT pg_try_advisory_lock(:space, :duty)"), numbers).scalar_one())
        yield mine
