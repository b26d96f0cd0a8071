import hashlib

import cv2
import numpy as np

from skynet.domain import Detections, Frame, ObjectLabel, PlateKind, PlateRead, RuleSet, SystemClock
from skynet.edge.pipeline import Analysis, CameraPipeline, ClipRoll
from skynet.edge.plate_desk import InlinePlates
from tests.array_frame import ArrayFrame

RULES = RuleSet.model_validate(
    {
        "zones": {"right": [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]},
        "rules": [{"id": "entry", "kind": "zone_entry", "zone": "right", "severity": "high"}],
    }
)


class DrivenCar:
    """A detector that reports one car moving right by 20 px a frame, read from the frame's number."""

    name = "driven"
    trusted_score = 0.3

    def __init__(self) -> None:
        self.calls = 0

    def detect(self, frame: Frame) -> Detections:
        self.calls += 1
        x = 40.0 + 20 * frame.index
        if x > 580:
            return Detections.empty()
        boxes = np.array([[x, 150, x + 160, 250]], np.float32)
        return Detections.of(boxes, np.array([0.9], np.float32), (ObjectLabel.CAR,))


class OnePlate:
    """A reader that finds the same plate in the middle of every crop."""

    name = "one"

    def read(self, image: np.ndarray, *, crop: bool = False) -> list[PlateRead]:
        h, w = image.shape[:2]
        corners = ((w / 2, h / 2), (w / 2 + 9, h / 2), (w / 2 + 9, h / 2 + 3), (w / 2, h / 2 + 3))
        return [PlateRead(text="皖A12345", kind=PlateKind.BLUE, confidence=0.95, corners=corners)]


class NeverMoves:
    def moved(self, frame: Frame) -> bool:
        return False


def pipeline(detector: DrivenCar, **options: object) -> CameraPipeline:
    return CameraPipeline(
        box_id="box-1",
        camera_id="gate-3",
        rules=RULES,
        detector=detector,
        clock=SystemClock(),
        **options,  # type: ignore[arg-type]  # each test picks its own
    )


def drive(camera: CameraPipeline, frames: int = 45) -> list[Analysis]:
    picture = np.full((360, 640, 3), 90, np.uint8)
    return [camera.process(ArrayFrame(picture, 1_800_000_000 + i * 0.2, i)) for i in range(frames)]


def test_a_car_that_drives_in_raises_one_alert_with_its_picture() -> None:
    alerts = [pending for analysis in drive(pipeline(DrivenCar())) for pending in analysis.alerts]
    assert len(alerts) == 1
    alert, snapshot = alerts[0].alert, alerts[0].snapshot
    assert (alert.box_id, alert.camera_id, alert.rule_id, alert.kind, alert.place) == (
        "box-1",
        "gate-3",
        "entry",
        "zone_entry",
        "right",
    )
    assert alert.track.label == ObjectLabel.CAR
    assert snapshot is not None
    assert alert.snapshot is not None
    assert alert.snapshot.sha256 == hashlib.sha256(snapshot).hexdigest()
    assert alert.snapshot.bytes == len(snapshot)
    picture = cv2.imdecode(np.frombuffer(snapshot, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (360, 640, 3)
    # the anchor is inside from x = 320, which is frame 10; the box's bottom centre is what the alert shows
    x, _, width, _ = alert.track.box
    assert 0.5 < x + width / 2 < 0.62


def test_the_plate_goes_with_the_alert_and_is_told_once_when_the_track_ends() -> None:
    analyses = drive(pipeline(DrivenCar(), plates=InlinePlates(OnePlate())), frames=60)
    alert = next(pending.alert for analysis in analyses for pending in analysis.alerts)
    assert alert.plate is not None
    assert alert.plate.text == "皖A12345"
    plates = [plate for analysis in analyses for plate in analysis.plates]
    assert [plate.read.text for plate in plates] == ["皖A12345"]
    # corners are in the picture, not in the crop
    assert plates[0].read.corners[0][1] > 150


def test_a_still_scene_spares_the_detector() -> None:
    detector = DrivenCar()
    analyses = drive(pipeline(detector, gate=NeverMoves()))
    assert detector.calls == 0
    assert not any(analysis.detected for analysis in analyses)


def test_what_is_still_open_at_the_end_is_told_by_finish() -> None:
    camera = pipeline(DrivenCar())
    assert [t for analysis in drive(camera, frames=20) for t in analysis.ended] == []
    ended = camera.finish().tracks
    assert [(track.label, track.frames >= 15) for track in ended] == [(ObjectLabel.CAR, True)]


class StandingPerson:
    """One person who never moves."""

    name = "standing"
    trusted_score = 0.3

    def __init__(self) -> None:
        self.calls = 0

    def detect(self, frame: Frame) -> Detections:
        self.calls += 1
        return Detections.of(
            np.array([[400, 100, 440, 200]], np.float32), np.array([0.9], np.float32), (ObjectLabel.PERSON,)
        )


def test_a_loiterer_is_reported_while_nobody_looks_because_nothing_moves() -> None:
    rules = RuleSet.model_validate(
        {
            "zones": RULES.zones,
            "rules": [{"id": "loiters", "kind": "loitering", "zone": "right", "dwell_s": 60, "grace_s": 2}],
        }
    )
    detector = StandingPerson()
    camera = CameraPipeline(box_id="b", camera_id="c", rules=rules, detector=detector, clock=SystemClock())
    picture = np.full((360, 640, 3), 90, np.uint8)
    for turn in range(10):
        camera.process(ArrayFrame(picture, 1_800_000_000 + turn * 0.2, turn))
    alerts = []
    for turn in range(1, 12):  # one look in ten seconds, far more than the rule lets anybody be out of sight
        analysis = camera.hold(ArrayFrame(picture, 1_800_000_000 + 10 * turn, turn))
        alerts += [pending.alert for pending in analysis.alerts]
        assert [seen.track_id for seen in analysis.observations.objects] == [1]
    assert [alert.rule_id for alert in alerts] == ["loiters"]
    assert 60 <= alerts[0].dwell_s <= 61
    assert 60 <= alerts[0].occurred_at.timestamp() - 1_800_000_000 <= 62
    assert detector.calls == 10


def test_holding_before_anything_was_seen_is_harmless() -> None:
    camera = pipeline(DrivenCar())
    analysis = camera.hold(ArrayFrame(np.full((360, 640, 3), 90, np.uint8), 1_800_000_000.0, 0))
    assert analysis.observations.objects == ()


def test_the_snapshot_comes_from_the_large_stream_where_there_is_one() -> None:
    class Main:
        def at(self, captured_at: float) -> Frame:
            return ArrayFrame(np.full((720, 1280, 3), 200, np.uint8), captured_at, 0)

    alerts = [pending for analysis in drive(pipeline(DrivenCar(), main=Main())) for pending in analysis.alerts]
    assert alerts[0].alert.snapshot is not None
    assert (alerts[0].alert.snapshot.width, alerts[0].alert.snapshot.height) == (1280, 720)


def test_an_alert_promises_its_clip_and_says_how_true_its_time_is() -> None:
    alerts = [p for a in drive(pipeline(DrivenCar(), clips=ClipRoll(10, 5))) for p in a.alerts]
    alert = alerts[0].alert
    assert alert.clip is not None
    assert (alert.occurred_at - alert.clip.starts_at).total_seconds() == 10
    assert (alert.clip.ends_at - alert.occurred_at).total_seconds() == 5
    assert alert.time_error_s == 0
