"""The ground floor: the words of the field as pure, frozen values. No I/O, nothing of ours imported from above.

`Packet → Frame → Observations → Track → Alert → AlertRecord` is the one path of data through the house; every floor
takes the shape below it and returns its own.
"""

from skynet.domain.alert import (
    Alert,
    AlertKind,
    AlertRecord,
    ClipRef,
    ClipSpan,
    SnapshotRef,
    TrackRef,
)
from skynet.domain.alert_cycle import AlertState
from skynet.domain.camera import Camera, CameraHealth, CameraState, GateHealth
from skynet.domain.camera_assignment import AssignedCameras, CameraAssignment, DeclaredStream
from skynet.domain.camera_fault import CameraFault, CameraFaultKind
from skynet.domain.clock import Clock, SystemClock
from skynet.domain.detections import Detection, Detections
from skynet.domain.frame import Frame
from skynet.domain.geo_position import GeoPosition
from skynet.domain.geometry import Box, Line, Point, Polygon
from skynet.domain.hot_list import HotListEntry, Purpose
from skynet.domain.label import VEHICLES, ObjectLabel
from skynet.domain.observations import Observations
from skynet.domain.plate import Plate, PlateKind, PlateText
from skynet.domain.plate_decoder import DecodedPlate, decode_plate
from skynet.domain.plate_hit import Certainty, HitReason, PlateHit
from skynet.domain.plate_read import PlateRead
from skynet.domain.plate_scores import PlateScores
from skynet.domain.rule import Rule, RuleSet
from skynet.domain.severity import Severity
from skynet.domain.track import Track

__all__ = [
    "VEHICLES",
    "Alert",
    "AlertKind",
    "AlertRecord",
    "AlertState",
    "AssignedCameras",
    "Box",
    "Camera",
    "CameraAssignment",
    "CameraFault",
    "CameraFaultKind",
    "CameraHealth",
    "CameraState",
    "Certainty",
    "ClipRef",
    "ClipSpan",
    "Clock",
    "DeclaredStream",
    "DecodedPlate",
    "Detection",
    "Detections",
    "Frame",
    "GateHealth",
    "GeoPosition",
    "HitReason",
    "HotListEntry",
    "Line",
    "ObjectLabel",
    "Observations",
    "Plate",
    "PlateHit",
    "PlateKind",
    "PlateRead",
    "PlateScores",
    "PlateText",
    "Point",
    "Polygon",
    "Purpose",
    "Rule",
    "RuleSet",
    "Severity",
    "SnapshotRef",
    "SystemClock",
    "Track",
    "TrackRef",
    "decode_plate",
]
