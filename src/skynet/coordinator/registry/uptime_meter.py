"""Daily uptime: adds up what boxes report and answers how cameras have done.

What has gone by since a camera's last report is not yet in the database: an answer adds it, by the same rule by which
the next report will write it down. A camera that its box has left out of its reports gets no such tail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.uptime import MAX_DAYS, Condition, Spell, condition_of, first_day, spells
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.fleet_rows import FleetRows
from skynet.coordinator.storage.uptime_rows import UptimeRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.camera import CameraHealth
from skynet.domain.clock import Clock

WORST = 20


@dataclass(slots=True)
class Uptime:
    """Milliseconds in each condition."""

    ms: dict[Condition, int] = field(default_factory=lambda: dict.fromkeys(Condition, 0))

    def add(self, condition: Condition, ms: int) -> None:
        self.ms[condition] += ms

    def add_row(self, row: RowMapping) -> None:
        for condition in Condition:
            self.ms[condition] += int(row[f"{condition}_ms"])

    @property
    def share(self) -> float:
        """Healthy part of all the time that has gone by; 0 when none has."""
        total = sum(self.ms.values())
        return self.ms[Condition.HEALTHY] / total if total else 0.0

    def shown(self) -> dict[str, object]:
        seconds: dict[str, object] = {f"{condition}_s": self.ms[condition] / 1000 for condition in Condition}
        return seconds | {"uptime": round(self.share, 6)}


class UptimeMeter:
    """`zone` says when a day begins. Queries block on the database."""

    def __init__(self, database: Database, clock: Clock, stale_after_s: float, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._stale_ms = int(stale_after_s * 1000)
        self._zone = zone

    def add(self, connection: Connection, row: RowMapping, at_ms: int) -> None:
        """Write down the time from the report in `row` (of the table of cameras) to the one that comes now."""
        rows = UptimeRows(connection)
        new_day = False
        for spell in self._since(row, at_ms):
            new_day |= rows.add(row["id"], spell.day, f"{spell.condition}_ms", spell.ms)
        if new_day:
            rows.drop_before(row["id"], first_day(at_ms, MAX_DAYS, self._zone))

    def camera(self, camera_id: str, days: int, principal: Principal) -> dict[str, object]:
        """The camera's last `days` days, of those that it has been known. Raises ProblemError: not-found."""
        at_ms = now_ms(self._clock)
        since = first_day(at_ms, days, self._zone)
        with self._database.reading() as connection:
            row = FleetRows(connection).camera(camera_id, principal.areas)
            if row is None:
                raise ProblemError(
                    ProblemType.NOT_FOUND, f"no box has reported a camera '{camera_id}'; see GET /api/v1/cameras"
                )
            by_day: dict[str, Uptime] = {}
            for day in UptimeRows(connection).of_camera(camera_id, since):
                by_day.setdefault(day["day"], Uptime()).add_row(day)
        for spell in self._tail(row, at_ms, since):
            by_day.setdefault(spell.day, Uptime()).add(spell.condition, spell.ms)
        return {"camera_id": camera_id, "timezone": self._zone.key, **_summed(by_day)}

    def fleet(self, days: int, principal: Principal) -> dict[str, object]:
        """All the principal's cameras' last `days` days together, and those that did worst."""
        at_ms = now_ms(self._clock)
        since = first_day(at_ms, days, self._zone)
        by_day: dict[str, Uptime] = {}
        by_camera: dict[str, Uptime] = {}
        with self._database.reading() as connection:
            for row in UptimeRows(connection).by_day(since, principal.areas):
                by_day.setdefault(row["day"], Uptime()).add_row(row)
            for row in UptimeRows(connection).by_camera(since, principal.areas):
                by_camera.setdefault(row["camera_id"], Uptime()).add_row(row)
            for row in FleetRows(connection).listed(principal.areas):
                for spell in self._tail(row, at_ms, since):
                    by_day.setdefault(spell.day, Uptime()).add(spell.condition, spell.ms)
                    by_camera.setdefault(row["id"], Uptime()).add(spell.condition, spell.ms)
        worst = sorted(by_camera.items(), key=lambda item: (item[1].share, item[0]))[:WORST]
        return {
            "cameras": len(by_camera),
            "timezone": self._zone.key,
            **_summed(by_day),
            "worst": [{"camera_id": camera_id, **uptime.shown()} for camera_id, uptime in worst],
        }

    def _tail(self, row: RowMapping, at_ms: int, since: str) -> Iterator[Spell]:
        if row["listed"]:
            yield from (spell for spell in self._since(row, at_ms) if spell.day >= since)

    def _since(self, row: RowMapping, at_ms: int) -> Iterator[Spell]:
        condition = condition_of(CameraHealth.model_validate(json.loads(row["health"])))
        return spells(row["last_report_ms"], at_ms, condition, self._stale_ms, self._zone)


def _summed(by_day: dict[str, Uptime]) -> dict[str, object]:
    total = Uptime()
    for uptime in by_day.values():
        for condition, ms in uptime.ms.items():
            total.add(condition, ms)
    return {"days": [{"day": day, **by_day[day].shown()} for day in sorted(by_day)], "total": total.shown()}
