"""The repository of where units are and were: the newest fix of each, and a trail that is kept for hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from skynet.coordinator.storage.tables import unit_positions, unit_trail


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was at `at_ms`, by its receiver's clock. WGS-84 degrees."""

    unit_id: str
    at_ms: int
    latitude: float
    longitude: float
    error_m: float | None = None
    speed_kmh: float | None = None
    heading_deg: float | None = None


class UnitPositionRows:
    """Fixes in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, fixes: Iterable[Fix]) -> set[tuple[str, int]]:
        """Unit and time of those of `fixes` that the trail holds."""
        by_unit: dict[str, list[int]] = {}
        for fix in fixes:
            by_unit.setdefault(fix.unit_id, []).append(fix.at_ms)
        found: set[tuple[str, int]] = set()
        for unit_id, times in sorted(by_unit.items()):
            query = select(unit_trail.c.at_ms).where(unit_trail.c.unit_id == unit_id, unit_trail.c.at_ms.in_(times))
            found.update((unit_id, at_ms) for at_ms in self._connection.scalars(query))
        return found

    def add(self, fixes: Sequence[Fix]) -> None:
        """Put new fixes on the trail."""
        if fixes:
            self._connection.execute(insert(unit_trail), [asdict(fix) for fix in fixes])

    def put_latest(self, fix: Fix) -> None:
        """Make `fix` the newest of its unit."""
        values = asdict(fix)
        changed = self._connection.execute(
            update(unit_positions).where(unit_positions.c.unit_id == fix.unit_id).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(unit_positions).values(values))

    def latest(self, unit_ids: Iterable[str]) -> dict[str, Fix]:
        """The newest fix of each of `unit_ids` that has one."""
        query = select(unit_positions).where(unit_positions.c.unit_id.in_(sorted(set(unit_ids))))
        return {row["unit_id"]: Fix(**row) for row in self._connection.execute(query).mappings()}

    def trail(self, unit_id: str, since_ms: int, limit: int) -> list[Fix]:
        """The newest `limit` fixes of a unit from `since_ms` on, oldest first."""
        query = (
            select(unit_trail)
            .where(unit_trail.c.unit_id == unit_id, unit_trail.c.at_ms >= since_ms)
            .order_by(unit_trail.c.at_ms.desc())
            .limit(limit)
        )
        return [Fix(**row) for row in self._connection.execute(query).mappings()][::-1]

    def forget(self, unit_id: str) -> None:
        """All that is known of where a unit was."""
        for table in (unit_positions, unit_trail):
            self._connection.execute(delete(table).where(table.c.unit_id == unit_id))

    def is_due(self, before_ms: int, longest: int) -> bool:
        """Whether there is anything for `forget_before` or `shorten`."""
        for table in (unit_positions, unit_trail):
            if self._connection.execute(select(table.c.unit_id).where(table.c.at_ms < before_ms).limit(1)).first():
                return True
        return self._connection.execute(_too_long(longest).limit(1)).first() is not None

    def forget_before(self, before_ms: int, limit: int) -> int:
        """Delete at most `limit` fixes of the trail older than `before_ms`, and every newest fix that is; how many."""
        old = (
            select(unit_trail.c.unit_id, unit_trail.c.at_ms)
            .where(unit_trail.c.at_ms < before_ms)
            .order_by(unit_trail.c.at_ms)
            .limit(limit)
        )
        last = self._connection.execute(old).all()
        gone = 0
        if last:
            upper = last[-1].at_ms
            gone = self._connection.execute(delete(unit_trail).where(unit_trail.c.at_ms <= upper)).rowcount
        return (
            gone + self._connection.execute(delete(unit_positions).where(unit_positions.c.at_ms < before_ms)).rowcount
        )

    def shorten(self, longest: int) -> int:
        """Delete the oldest fixes of every trail that holds more than `longest`; how many."""
        gone = 0
        for unit_id in self._connection.scalars(_too_long(longest)).all():
            times = select(unit_trail.c.at_ms).where(unit_trail.c.unit_id == unit_id)
            oldest = self._connection.scalars(times.order_by(unit_trail.c.at_ms.desc()).offset(longest).limit(1)).one()
            gone += self._connection.execute(
                delete(unit_trail).where(unit_trail.c.unit_id == unit_id, unit_trail.c.at_ms <= oldest)
            ).rowcount
        return gone


def _too_long(longest: int) -> Select[tuple[str]]:
    """Units whose trail holds more than `longest` fixes."""
    return select(unit_trail.c.unit_id).group_by(unit_trail.c.unit_id).having(func.count() > longest)
