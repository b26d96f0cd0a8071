"""Numbers of the durable sequences: one row of `feed_heads` each, the only thing that hands numbers out.

A number is taken by updating that row inside the transaction that stores what it numbers. In SQLite there is one writer
at a time, so numbers become visible in order and without gaps. In PostgreSQL the updated row stays locked until commit,
which gives the same order to concurrent writers, provided that a reader takes the head before the rows (`head()` first,
then rows up to it) and that nothing else hands out numbers (no SERIAL, no SEQUENCE: those are visible out of order).
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from skynet.coordinator.storage.tables import feed_heads


def head(connection: Connection, feed: str) -> int:
    """The highest number of `feed` given out so far, 0 at first."""
    return int(connection.execute(select(feed_heads.c.seq).where(feed_heads.c.feed == feed)).scalar_one())


def take(connection: Connection, feed: str, count: int) -> range:
    """The next `count` numbers of `feed`."""
    last = connection.execute(
        update(feed_heads)
        .where(feed_heads.c.feed == feed)
        .values(seq=feed_heads.c.seq + count)
        .returning(feed_heads.c.seq)
    ).scalar_one()
    return range(last - count + 1, last + 1)
