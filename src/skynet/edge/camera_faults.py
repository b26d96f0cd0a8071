"""What is wrong with one camera's picture and stream now, and the alerts that this raises.

Thread-safe: pictures are looked at on the decode threads, streams on the agent's, everybody reads. A fault's begin and
end are one line each in the log; an alert is raised once for each spell, when it has stood for its hold.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from skynet.domain import Alert, AlertKind, Camera, Clock, Frame
from skynet.domain.camera_fault import CameraFault, CameraFaultKind
from skynet.domain.clock import utc
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import uuid7
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.pipeline import PendingAlert
from skynet.edge.snapshot import Snapshot, take_snapshot

log = logging.getLogger(__name__)

FAULT_RULE = "camera-health"
"""The rule id of alerts about a camera's own health."""
PICTURE_AWAITED_S = 15.0
"""An alert waits so long for a picture to go with it: a stream may be sick and its next keyframe far away."""
_MAX_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that a check sees now. `since` POSIX s."""

    kind: CameraFaultKind
    since: float
    detail: str


@dataclass(slots=True)
class _Spell:
    finding: Finding
    found_at: float
    """Monotonic seconds: a fault may have begun long before anybody could see it."""
    snapshot: Snapshot | None = None
    time_error_s: float | None = None
    alerted: bool = False


class CameraFaults:
    """`keep` brings an alert to safety; it is called outside the lock, from `raise_alerts` only."""

    def __init__(
        self,
        box_id: str,
        camera: Camera,
        config: PictureHealthConfig,
        clock: Clock,
        position: Callable[[], GeoPosition | None] = lambda: None,
    ) -> None:
        self._box_id = box_id
        self._camera = camera
        self._config = config
        self._clock = clock
        self._position = position
        self._lock = threading.Lock()
        self._spells: dict[CameraFaultKind, _Spell] = {}

    def standing(self) -> tuple[CameraFault, ...]:
        """The longest first."""
        with self._lock:
            findings = sorted((spell.finding for spell in self._spells.values()), key=lambda found: found.since)
        return tuple(_fault(found) for found in findings)

    def found(self, findings: Iterable[Finding], judged: Collection[CameraFaultKind]) -> None:
        """What a check that judges the kinds `judged` sees now: others of those kinds are over."""
        now = {found.kind: found for found in findings if found.kind not in self._config.ignore}
        with self._lock:
            over = [kind for kind in self._spells if kind in judged and kind not in now]
            ended = [self._spells.pop(kind).finding for kind in over]
            new = [found for kind, found in now.items() if kind not in self._spells]
            for found in now.values():
                if found.kind in self._spells:
                    self._spells[found.kind].finding = found
                else:
                    self._spells[found.kind] = _Spell(found, self._clock.monotonic())
        for found in new:
            log.warning("camera %s: %s: %s", self._camera.id, _name(found.kind), found.detail)
        for found in ended:
            lasted_s = max(0.0, self._clock.wall() - found.since)
            log.info("camera %s: no longer %s, after %.0f s", self._camera.id, _name(found.kind), lasted_s)

    def show(self, frame: Frame) -> None:
        """A picture of now, for the alerts that have none yet."""
        with self._lock:
            bare = [spell for spell in self._spells.values() if spell.snapshot is None and not spell.alerted]
        if not bare:
            return
        snapshot = take_snapshot(frame)
        with self._lock:
            for spell in bare:
                spell.snapshot, spell.time_error_s = snapshot, round(frame.time_error_s, 4)

    def raise_alerts(self, keep: Callable[[PendingAlert], None]) -> None:
        """Give the alerts that are due to `keep`."""
        now = self._clock.wall()
        with self._lock:
            due = [spell for spell in self._spells.values() if self._due(spell, now)]
            for spell in due:
                spell.alerted = True
            pending = [self._alert(spell, now) for spell in due]
        for alert in pending:
            keep(alert)

    def _due(self, spell: _Spell, now: float) -> bool:
        late_s = now - spell.finding.since - self._config.hold_of(spell.finding.kind)
        if spell.alerted or late_s < 0:
            return False
        waited_s = min(late_s, self._clock.monotonic() - spell.found_at)
        return spell.snapshot is not None or waited_s >= PICTURE_AWAITED_S

    def _alert(self, spell: _Spell, now: float) -> PendingAlert:
        found, snapshot = spell.finding, spell.snapshot
        alert = Alert(
            id=uuid7(now),
            box_id=self._box_id,
            camera_id=self._camera.id,
            rule_id=FAULT_RULE,
            kind=AlertKind.CAMERA_FAULT,
            severity=self._config.severity_of(found.kind),
            occurred_at=utc(found.since),
            time_error_s=spell.time_error_s,
            raised_at=utc(now),
            place=self._camera.site,
            position=self._position(),
            dwell_s=round(max(0.0, now - found.since), 2),
            fault=_fault(found),
            snapshot=snapshot.ref if snapshot else None,
        )
        return PendingAlert(alert, snapshot.jpeg if snapshot else None)


def _fault(found: Finding) -> CameraFault:
    return CameraFault(kind=found.kind, since=utc(found.since), detail=found.detail[:_MAX_DETAIL])


def _name(kind: CameraFaultKind) -> str:
    return kind.value.replace("_", " ")
