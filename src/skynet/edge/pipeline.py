"""Frames of one camera → alerts: motion gate, detector, tracker, rules, plates, hot list, snapshot, in this order.

Called from one thread, in order of capture time. It does no I/O: whoever calls it decides where alerts go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from skynet.analytics import RuleEngine, RuleHit
from skynet.domain import (
    Alert,
    AlertKind,
    Box,
    ClipSpan,
    Clock,
    Detection,
    Detections,
    Frame,
    Observations,
    Plate,
    PlateRead,
    RuleSet,
    Track,
    TrackRef,
)
from skynet.domain.clock import utc
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import uuid7
from skynet.domain.sighting import Sighting
from skynet.edge.hit_watch import HitWatch, ListedVehicles, TrackHit
from skynet.edge.inference import CameraDetector
from skynet.edge.plate_desk import Plates
from skynet.edge.snapshot import take_snapshot
from skynet.vision import Detector, MotionDetector, MotionGate, Tracker
from skynet.vision.region_detector import RegionDetector
from skynet.vision.tracker import TrackerOptions

HELD_STEP_S = 1.0
"""Rules hear of a scene that stands still at least so often: they take a longer silence for an absence."""
LONGEST_HELD_S = 120.0
"""A longer silence is one: the stream had stopped, or its time was set."""
HOT_LIST_RULE = "hot-list"
"""The rule id of plate hits."""


class Gate(Protocol):
    """Says cheaply whether a frame may show anything that moves."""

    def moved(self, frame: Frame) -> bool: ...


class MainStream(Protocol):
    """The camera's large stream, where frames come from its small one (`FrameFinder`)."""

    def at(self, captured_at: float) -> Frame | None:
        """The picture of that time (POSIX s), if it can be had."""
        ...


@dataclass(frozen=True, slots=True)
class ClipRoll:
    """How much video goes with an alert, in seconds before and after it."""

    before_s: float
    after_s: float


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """An alert with the picture that it names, on its way to the outbox."""

    alert: Alert
    snapshot: bytes | None


@dataclass(frozen=True, slots=True)
class TrackPlate:
    """A track's plate, reported once, when the track has ended. `at` (POSIX s) is when its picture with these corners
    was taken."""

    track_id: int
    at: float
    read: PlateRead


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one frame brought: `observations` holds the tracked objects, `untracked` what else the detector saw.

    `detected` is False where the gate spared the detector.
    """

    observations: Observations
    untracked: tuple[Detection, ...]
    alerts: tuple[PendingAlert, ...]
    ended: tuple[Track, ...]
    plates: tuple[TrackPlate, ...]
    detected: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """What was still open when the source ended."""

    tracks: tuple[Track, ...]
    plates: tuple[TrackPlate, ...]
    alerts: tuple[PendingAlert, ...]


class CameraPipeline:
    """The analysis of one camera, from its first frame to `finish`."""

    def __init__(
        self,
        *,
        box_id: str,
        camera_id: str,
        rules: RuleSet,
        detector: Detector | RegionDetector,
        clock: Clock,
        gate: Gate | None = None,
        plates: Plates | None = None,
        listed: ListedVehicles | None = None,
        main: MainStream | None = None,
        clips: ClipRoll | None = None,
        snapshots: bool = True,
        position: Callable[[], GeoPosition | None] = lambda: None,
    ) -> None:
        self._box_id = box_id
        self._camera_id = camera_id
        self._engine = RuleEngine(rules)
        self._detector = detector
        self._tracker = Tracker(TrackerOptions(trusted_score=detector.trusted_score))
        self._clock = clock
        self._gate = gate
        self._plates = plates
        self._hits = HitWatch(plates, listed) if plates and listed else None
        self._main = main
        self._clips = clips
        self._snapshots = snapshots
        self._position = position
        self._told_at: float | None = None

    @property
    def open_tracks(self) -> int:
        """Objects that are followed, those out of sight for a moment among them."""
        return self._tracker.open_tracks

    def process(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis:
        """Analyse `frame`, which must not be older than the one before.

        `moved` says whether something moves in it; None when the pipeline's own gate shall find out. `regions` (pixels)
        are where, if that is known.
        """
        if moved is None:
            moved = self._gate is None or self._gate.moved(frame)
        detected = moved or self._tracker.open_tracks > 0
        found = self._detect(frame, regions) if detected else Detections.empty()
        tracked = self._tracker.update(found, frame.captured_at)
        observations = self._observed(tracked, frame.captured_at, frame)
        if self._plates:
            for seen in observations.objects:
                self._plates.offer(seen, frame)
        alerts = self._alerts(self._engine.update(observations), frame)
        if self._hits:
            alerts += self._hit_alerts(self._hits.see(observations, frame))
        return self._analysis(observations, alerts, found, detected)

    def hold(self, frame: Frame) -> Analysis:
        """Nothing has moved since the last call until `frame`: objects still stand where they were seen last.

        Costs no detection; rules that wait (loitering, stopped vehicle) hear that their objects are still there.
        """
        if isinstance(self._detector, MotionDetector):
            self._detector.detect(frame)  # it must go on learning what the empty scene looks like
        hits: list[RuleHit] = []
        if self._told_at is not None and frame.captured_at - self._told_at > LONGEST_HELD_S:
            self._told_at = None
        while True:
            told_at = frame.captured_at if self._told_at is None else self._told_at
            at = min(frame.captured_at, told_at + HELD_STEP_S)
            observations = self._observed(self._tracker.hold(at), at, frame)
            hits += self._engine.update(observations)
            if at >= frame.captured_at or not observations.objects:
                break
        self._told_at = frame.captured_at
        alerts = self._alerts(tuple(hits), frame)
        if self._hits:
            alerts += self._hit_alerts(self._hits.see(observations, frame))
        return self._analysis(observations, alerts, Detections.empty(), detected=False)

    def _detect(self, frame: Frame, regions: Sequence[Box] | None) -> Detections:
        detector = self._detector
        shared = detector.inner if isinstance(detector, RegionDetector) else detector
        if isinstance(shared, CameraDetector):
            shared.urgent = self._tracker.open_tracks > 0
        return detector.detect(frame, regions) if isinstance(detector, RegionDetector) else detector.detect(frame)

    def _observed(self, tracked: Detections, at: float, frame: Frame) -> Observations:
        self._told_at = at
        return Observations(self._camera_id, at, frame.width, frame.height, tuple(tracked))

    def _analysis(
        self, observations: Observations, alerts: tuple[PendingAlert, ...], found: Detections, detected: bool
    ) -> Analysis:
        ended = tuple(self._tracker.take_ended())
        alerts += self._last_hits(ended)
        return Analysis(observations, _untracked(found, observations), alerts, ended, self._last_words(ended), detected)

    def finish(self) -> Ending:
        """The source has ended: the tracks that were still open, their plates, and what those raise."""
        ended = tuple(self._tracker.finish())
        hits = self._last_hits(ended)
        return Ending(ended, self._last_words(ended), hits)

    def _alerts(self, hits: tuple[RuleHit, ...], frame: Frame) -> tuple[PendingAlert, ...]:
        if not hits:
            return ()
        return self._with_picture(tuple(self._alert(hit, frame) for hit in hits), frame)

    def _last_hits(self, ended: tuple[Track, ...]) -> tuple[PendingAlert, ...]:
        """Ask before `_last_words` has the plates forgotten."""
        return self._hit_alerts(self._hits.end(track.track_id for track in ended)) if self._hits else ()

    def _hit_alerts(self, hits: list[TrackHit]) -> tuple[PendingAlert, ...]:
        return tuple(
            pending for found in hits for pending in self._with_picture((self._hit_alert(found),), found.frame)
        )

    def _with_picture(self, alerts: tuple[Alert, ...], frame: Frame) -> tuple[PendingAlert, ...]:
        sharp = self._main.at(frame.captured_at) if self._main else None
        snapshot = take_snapshot(sharp or frame) if self._snapshots else None
        return tuple(
            PendingAlert(
                alert.model_copy(update={"snapshot": snapshot.ref if snapshot else None}),
                snapshot.jpeg if snapshot else None,
            )
            for alert in alerts
        )

    def _alert(self, hit: RuleHit, frame: Frame) -> Alert:
        return Alert(
            **self._about(hit.sighting, hit.first_seen_at, frame),
            rule_id=hit.rule.id,
            kind=hit.rule.kind,
            severity=hit.rule.severity,
            place=hit.place,
            dwell_s=None if hit.dwell_s is None else round(hit.dwell_s, 2),
            plate=self._plate(hit.sighting.track_id),
        )

    def _hit_alert(self, found: TrackHit) -> Alert:
        return Alert(
            **self._about(found.sighting, found.first_seen_at, found.frame),
            rule_id=HOT_LIST_RULE,
            kind=AlertKind.PLATE_HIT,
            severity=found.hit.entry.priority,
            place=found.site,
            plate=Plate(text=found.read.text, kind=found.read.kind, confidence=found.read.confidence),
            hit=found.hit,
        )

    def _about(self, seen: Sighting, first_seen_at: float, frame: Frame) -> dict[str, Any]:
        """What every alert says of the object that it is about."""
        now = self._clock.wall()
        return {
            "id": uuid7(now),
            "box_id": self._box_id,
            "camera_id": self._camera_id,
            "occurred_at": utc(seen.at),
            "time_error_s": round(frame.time_error_s, 4),
            "raised_at": utc(now),
            "track": TrackRef(
                track_id=seen.track_id,
                label=seen.label,
                score=round(seen.score, 3),
                box=(round(seen.box.x, 4), round(seen.box.y, 4), round(seen.box.width, 4), round(seen.box.height, 4)),
                started_at=utc(first_seen_at),
            ),
            "clip": self._clip(seen.at),
            "position": self._position(),
        }

    def _clip(self, at: float) -> ClipSpan | None:
        roll = self._clips
        return ClipSpan(starts_at=utc(at - roll.before_s), ends_at=utc(at + roll.after_s)) if roll else None

    def _plate(self, track_id: int) -> Plate | None:
        voted = self._plates.best(track_id) if self._plates else None
        if voted is None:
            return None
        return Plate(text=voted.read.text, kind=voted.read.kind, confidence=voted.read.confidence)

    def _last_words(self, ended: tuple[Track, ...]) -> tuple[TrackPlate, ...]:
        if not self._plates:
            return ()
        said = []
        for track in ended:
            if voted := self._plates.best(track.track_id):
                said.append(TrackPlate(track.track_id, voted.at, voted.read))
            self._plates.forget(track.track_id)
        return tuple(said)


def gate_for(detector: Detector) -> Gate | None:
    """A motion gate where `detector` costs more than the gate; background subtraction is its own gate."""
    return None if isinstance(detector, MotionDetector) else MotionGate()


def _untracked(found: Detections, observations: Observations) -> tuple[Detection, ...]:
    tracked = {seen.box for seen in observations.objects}
    return tuple(seen for seen in found if seen.box not in tracked)
