"""Shares: social units' leave to use their cameras, granted, revoked at once, and asked for."""

from __future__ import annotations

import math
from dataclasses import replace

from sqlalchemy import RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.camera_book import find_camera, tell_of_camera
from skynet.coordinator.registry.camera_steps import site_of
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.share_rows import ShareRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.camera_share import CameraShare, Leave, leave_to_use
from skynet.domain.clock import Clock
from skynet.domain.ids import uuid7
from skynet.domain.registered_camera import RegistryState
from skynet.domain.site import UnitKind


class ShareDesk:
    """Calls block on the database; every call is one transaction. After a change the signal fires, for the boxes."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(self, camera_id: str, after: str, limit: int, principal: Principal) -> list[dict[str, object]]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            find_camera(connection, camera_id, principal)
            return [_shown(row) for row in ShareRows(connection).page(camera_id, after, limit)]

    def grant(self, camera_id: str, share: CameraShare, principal: Principal) -> dict[str, object]:
        """Raises ProblemError: not-found, state-conflict (the police's own, another unit's, retired)."""
        share_id, at_ms = str(uuid7(self._clock.wall())), now_ms(self._clock)
        with self._database.writing() as connection:
            found = find_camera(connection, camera_id, principal)
            owner = site_of(connection, found.camera, principal).owner
            if owner.kind is not UnitKind.SOCIAL:
                raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is the police's own: it needs no share")
            if owner.name != share.unit:
                raise ProblemError(
                    ProblemType.STATE_CONFLICT, f"the camera belongs to '{owner.name}': '{share.unit}' cannot share it"
                )
            if found.state is RegistryState.RETIRED:
                raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is retired; there is nothing to share")
            ShareRows(connection).add(share_id, camera_id, share, at_ms)
            note = principal.note("share.granted", f"camera:{camera_id}", share_id=share_id, share=share)
            AuditRows(connection).append(note, at_ms)
            tell_of_camera(connection, replace(found, changed_ms=at_ms))
        self._signal.fire()
        return {
            "id": share_id,
            "camera_id": camera_id,
            "share": share,
            "granted_at": from_ms(at_ms),
            "revoked_at": None,
        }

    def revoke(self, share_id: str, principal: Principal) -> None:
        """End a share now; revoking twice is the same as once. Raises ProblemError: not-found."""
        with self._database.writing() as connection:
            row = ShareRows(connection).get(share_id)
            seen = {} if row is None else RegisteredCameraRows(connection).areas([row["camera_id"]])
            if row is None or not principal.sees(seen[row["camera_id"]]):
                raise ProblemError(ProblemType.NOT_FOUND, f"no share has the id '{share_id}'; see its camera's shares")
            if row["revoked_ms"] is not None:
                return
            at_ms = now_ms(self._clock)
            ShareRows(connection).revoke(share_id, at_ms)
            note = principal.note("share.revoked", f"camera:{row['camera_id']}", share_id=share_id)
            AuditRows(connection).append(note, at_ms)
            tell_of_camera(connection, replace(find_camera(connection, row["camera_id"], principal), changed_ms=at_ms))
        self._signal.fire()

    def leave(self, camera_id: str, principal: Principal) -> Leave:
        """Whether the camera may be used now. Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            found = find_camera(connection, camera_id, principal)
            site = site_of(connection, found.camera, principal)
            shares = ShareRows(connection).standing([camera_id]).get(camera_id, [])
        if found.state is not RegistryState.ACTIVE:
            return Leave(granted=False, reason=f"the camera is {found.state}", next_look=math.inf)
        return leave_to_use(site.owner, shares, self._clock.wall())


def _shown(row: RowMapping) -> dict[str, object]:
    revoked_ms = row["revoked_ms"]
    return {
        "id": row["id"],
        "camera_id": row["camera_id"],
        "share": CameraShare.model_validate_json(row["body"]),
        "granted_at": from_ms(row["created_ms"]),
        "revoked_at": None if revoked_ms is None else from_ms(revoked_ms),
    }
