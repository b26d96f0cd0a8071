"""What a box is told of its cameras: the control channel.

A box's cameras are those assigned to it that are active and may be used now. They are worked out anew at each look; the
digest of what came out is kept with a version, which grows whenever the digest is another, whatever the cause: a
declaration, a state, a box, a share, its revocation or its hours. A waiting box holds no thread and no database
connection; it looks again when something was committed and when a share's hours begin or end.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.storage.assignment_rows import AssignmentRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.registered_camera_rows import CameraFilter, RegisteredCameraRows
from skynet.coordinator.storage.share_rows import ShareRows
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.coordinator.timestamp import now_ms
from skynet.coordinator.wire import canonical
from skynet.domain.camera_assignment import MAX_ASSIGNED, AssignedCameras, CameraAssignment
from skynet.domain.camera_share import leave_to_use
from skynet.domain.clock import Clock
from skynet.domain.registered_camera import RegistryState
from skynet.domain.site import Site

LOOK_S = 1.0
"""How often a waiting box is looked after: has it hung up, have a share's hours begun or ended?"""
MAX_FOLLOWED = 2**52
"""A version that a box names above what is stored (a backup was restored) is counted on from, up to here."""


@dataclass(frozen=True, slots=True)
class _Look:
    """`cameras` as they are now; `version` None when they are not those that the stored version stands for."""

    cameras: tuple[CameraAssignment, ...]
    digest: str
    stored: int
    version: int | None
    next_look: float


class AssignmentDesk:
    """`wait` is for coroutines."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal
        self._metrics = metrics

    async def wait(
        self, box_id: str, known: int | None, wait_s: float, principal: Principal, gone: Callable[[], Awaitable[bool]]
    ) -> AssignedCameras | None:
        """The box's cameras as soon as their version is not `known`; None when it still is after `wait_s`.

        `gone` says whether the box has hung up. What is handed out is audited.
        Raises ProblemError: forbidden (the token speaks for another box).
        """
        principal.require_box(box_id)
        deadline = self._clock.monotonic() + wait_s
        with self._metrics.long_polls.track_inprogress():
            while True:
                generation = self._signal.generation
                found, next_look = await run_in_threadpool(self._look, box_id, known, principal)
                if found is not None or not await self._news(generation, next_look, deadline, gone):
                    return found

    async def _news(
        self, generation: int, next_look: float, deadline: float, gone: Callable[[], Awaitable[bool]]
    ) -> bool:
        while not self._signal.closed:
            left = deadline - self._clock.monotonic()
            if left <= 0 or await gone():
                return False
            if await self._signal.wait_beyond(generation, min(left, LOOK_S)):
                return not await gone()
            if self._clock.wall() >= next_look:
                return True
        return False

    def _look(self, box_id: str, known: int | None, principal: Principal) -> tuple[AssignedCameras | None, float]:
        with self._database.reading() as connection:
            look = _look_at(connection, box_id, self._clock.wall())
        if look.version is not None and look.version == known:
            return None, look.next_look
        with self._database.writing() as connection:
            look = _look_at(connection, box_id, self._clock.wall())
            at_ms = now_ms(self._clock)
            version = look.version
            ahead = known if known is not None and look.stored < known < MAX_FOLLOWED else 0
            if version is None or ahead:
                version = max(look.stored, ahead) + 1
                AssignmentRows(connection).put(box_id, version, look.digest, at_ms)
            ids = [camera.id for camera in look.cameras]
            note = principal.note("assignment.delivered", f"box:{box_id}", version=version, cameras=ids)
            AuditRows(connection).append(note, at_ms)
        return AssignedCameras(version=version, cameras=look.cameras), look.next_look


def _look_at(connection: Connection, box_id: str, at: float) -> _Look:
    wanted = CameraFilter(box_id=box_id, state=RegistryState.ACTIVE)
    cameras = [item.camera for item in RegisteredCameraRows(connection).page("", MAX_ASSIGNED, wanted)]
    sites = {
        site_id: Site.model_validate_json(row["body"])
        for site_id, row in SiteRows(connection).several(sorted({camera.site for camera in cameras})).items()
    }
    shares = ShareRows(connection).standing([camera.id for camera in cameras])
    usable, next_look = [], math.inf
    for camera in cameras:
        leave = leave_to_use(sites[camera.site].owner, shares.get(camera.id, ()), at)
        next_look = min(next_look, leave.next_look)
        if leave.granted:
            usable.append(camera.assignment())
    digest = hashlib.sha256(canonical(usable).encode()).hexdigest() if usable else ""
    stored, stored_digest = AssignmentRows(connection).get(box_id)
    return _Look(tuple(usable), digest, stored, stored if digest == stored_digest else None, next_look)
