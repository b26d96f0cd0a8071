"""Takes what units and gateways report of where units are.

A fix is known by its unit and its time: sent twice it is stored once, and a batch that comes late fills the trail
without moving the unit back. A bad fix is refused by itself, with the field named. Fixes are personal data: they are
in no event and in no ledger; whoever looks at them is (see `unit_book`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.dispatch.arrival import LOOKED_AT, ArrivalRule, Seen, judge
from skynet.coordinator.dispatch.sending import move_assignment, settle_status
from skynet.coordinator.dispatch.unit_book import find_in_service
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignment, UnitAssignmentRows
from skynet.coordinator.storage.unit_position_rows import Fix, UnitPositionRows
from skynet.coordinator.storage.unit_rows import UnitRecord, UnitRows
from skynet.coordinator.timestamp import now_ms, to_ms
from skynet.domain.clock import Clock
from skynet.domain.unit_assignment import STATE_AFTER
from skynet.domain.unit_position import GatewayPosition, PositionBatchResult, RefusedPosition, UnitPosition

MAX_AHEAD_S = 60.0
"""How far a receiver's clock may be ahead of the coordinator's."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    fix: Fix


class PositionDesk:
    """Calls block on the database; every call is one transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        signal: CommitSignal,
        metrics: Metrics,
        keep_h: float,
        arrival: ArrivalRule,
    ) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._metrics = metrics
        self._keep_h = keep_h
        self._arrival = arrival

    def take_own(self, unit_id: str, positions: Sequence[UnitPosition], principal: Principal) -> PositionBatchResult:
        """From the unit itself. Raises ProblemError: not-found, state-conflict (retired)."""
        candidates, refused = self._read([(unit_id, position) for position in positions])
        with self._database.writing() as connection:
            find_in_service(connection, unit_id, principal)
            unit = UnitRows(connection).held([unit_id], principal.areas)[unit_id]
            result, moved = self._store(connection, {unit_id: unit}, candidates, refused, principal)
        return self._done(result, refused, moved)

    def take_many(self, positions: Sequence[GatewayPosition], principal: Principal) -> PositionBatchResult:
        """From a gateway that speaks for many. A unit that is not in service is refused by itself."""
        candidates, refused = self._read([(position.unit_id, position) for position in positions])
        with self._database.writing() as connection:
            units = UnitRows(connection).held((c.fix.unit_id for c in candidates), principal.areas)
            result, moved = self._store(connection, units, candidates, refused, principal)
        return self._done(result, refused, moved)

    def _read(self, positions: Sequence[tuple[str, UnitPosition]]) -> tuple[list[_Candidate], list[RefusedPosition]]:
        now = now_ms(self._clock)
        earliest, latest = now - int(self._keep_h * 3_600_000), now + int(MAX_AHEAD_S * 1000)
        candidates, refused = [], []
        for index, (unit_id, said) in enumerate(positions):
            at_ms = to_ms(said.at)
            if at_ms > latest:
                message = f"lies more than {MAX_AHEAD_S:.0f} s ahead of the coordinator's clock; set the device's clock"
                refused.append(_refusal(index, "at", message))
            elif at_ms < earliest:
                refused.append(_refusal(index, "at", f"is older than the {self._keep_h:g} h that positions are kept"))
            else:
                candidates.append(_Candidate(index, _fix(unit_id, at_ms, said)))
        return candidates, refused

    def _store(
        self,
        connection: Connection,
        units: dict[str, UnitRecord],
        candidates: Sequence[_Candidate],
        refused: list[RefusedPosition],
        principal: Principal,
    ) -> tuple[PositionBatchResult, bool]:
        candidates = _of_people_on_duty(units, candidates, refused)
        rows = UnitPositionRows(connection)
        known = rows.known(candidate.fix for candidate in candidates)
        fresh: dict[tuple[str, int], Fix] = {}
        for candidate in candidates:
            key = (candidate.fix.unit_id, candidate.fix.at_ms)
            if key not in known:
                fresh.setdefault(key, candidate.fix)
        rows.add(list(fresh.values()))
        newest: dict[str, Fix] = {}
        for (unit_id, at_ms), fix in fresh.items():
            if unit_id not in newest or newest[unit_id].at_ms < at_ms:
                newest[unit_id] = fix
        before = rows.latest(newest)
        ahead = {i: fix for i, fix in newest.items() if i not in before or before[i].at_ms < fix.at_ms}
        for unit_id in sorted(ahead):
            rows.put_latest(ahead[unit_id])
        moved = self._follow(connection, units, sorted(ahead), principal)
        stored = len(fresh)
        return PositionBatchResult(stored=stored, known=len(candidates) - stored, refused=[]), moved

    def _follow(
        self, connection: Connection, units: dict[str, UnitRecord], unit_ids: Sequence[str], principal: Principal
    ) -> bool:
        """Move the assignments of units whose fixes show that they have set out or arrived; true when one was."""
        at_ms = now_ms(self._clock)
        seen: list[tuple[UnitAssignment, Seen]] = []
        for _, sent in sorted(UnitAssignmentRows(connection).open_of(unit_ids).items()):
            if sent.target is None:
                continue
            fixes = UnitPositionRows(connection).trail(sent.unit_id, sent.assigned_ms, LOOKED_AT)
            one = judge(self._arrival, sent.state, sent.target, fixes)
            if one is not None:
                seen.append((sent, one))
        settled = [settle_status(connection, units[sent.unit_id], STATE_AFTER[one.step], at_ms) for sent, one in seen]
        for (sent, one), changed in zip(seen, settled, strict=True):
            evidence: dict[str, object] = {"automatic": True, "distance_m": round(one.distance_m)}
            unit, state = units[sent.unit_id], STATE_AFTER[one.step]
            move_assignment(connection, unit, changed, sent, state, None, principal, at_ms, **evidence)
        return bool(seen)

    def _done(self, result: PositionBatchResult, refused: list[RefusedPosition], moved: bool) -> PositionBatchResult:
        result.refused = sorted(refused, key=lambda one: one.index)
        self._metrics.unit_positions.labels("stored").inc(result.stored)
        self._metrics.unit_positions.labels("known").inc(result.known)
        self._metrics.unit_positions.labels("refused").inc(len(refused))
        if moved:
            self._signal.fire()
        return result


def _of_people_on_duty(
    units: dict[str, UnitRecord], candidates: Sequence[_Candidate], refused: list[RefusedPosition]
) -> list[_Candidate]:
    """Where people are off duty is nobody's business: such fixes are not kept."""
    kept = []
    for candidate in candidates:
        unit = units.get(candidate.fix.unit_id)
        if unit is None:
            message = f"no unit in service is registered as '{candidate.fix.unit_id}'"
            refused.append(_refusal(candidate.index, "unit_id", message))
        elif unit.signed_on_ms is None or candidate.fix.at_ms < unit.signed_on_ms - MAX_AHEAD_S * 1000:
            message = "the unit was not on duty then, so it is not kept; sign on with PUT /api/v1/units/{id}/status"
            refused.append(_refusal(candidate.index, "at", message))
        else:
            kept.append(candidate)
    return kept


def _fix(unit_id: str, at_ms: int, said: UnitPosition) -> Fix:
    return Fix(unit_id, at_ms, said.latitude, said.longitude, said.error_m, said.speed_kmh, said.heading_deg)


def _refusal(index: int, field: str, message: str) -> RefusedPosition:
    return RefusedPosition(index=index, field=f"positions.{index}.{field}", message=message)
