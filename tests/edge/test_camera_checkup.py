"""A camera whose picture goes black: from its packets to the health report and the alert in the outbox."""

from __future__ import annotations

import random
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from pydantic import SecretStr

from skynet.domain import Alert, AlertKind, CameraState, RuleSet, SystemClock
from skynet.domain.camera_assignment import DeclaredStream
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.edge.camera_checkup import CameraCheckup
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig
from skynet.edge.decode_pool import DecodePool
from skynet.edge.issues import Issues
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.pipeline import CameraPipeline
from skynet.edge.strain import Strain
from skynet.edge.worker import Box, CameraWorker, Stream
from skynet.media import ActivityGate, FileSource, Packet, PacketRing
from skynet.vision import MotionDetector
from tests.edge.scripted_source import SILENCE, ScriptedSource


class Sink:
    def __init__(self) -> None:
        self.kept: list[tuple[Alert, bytes | None]] = []

    def put(self, alert: Alert, snapshot: bytes | None) -> None:
        self.kept.append((alert, snapshot))


def _black_packets(path: Path, seconds: int) -> list[Packet]:
    """A keyframe every other second of nothing at all, taken in the last minute."""
    began = time.time() - seconds
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = 2
        for number in range(seconds):
            shown = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 4, np.uint8), format="bgr24")
            shown.pts, shown.time_base = number, Fraction(1)
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))
    source = FileSource(path, clock=SystemClock(), start_time=began)
    source.open()
    return list(source.packets())


def test_a_black_picture_is_a_fault_in_the_report_and_one_alert_with_a_picture(tmp_path: Path) -> None:
    config = CameraConfig(id="gate", name="Gate", site="school", source=SecretStr("rtsp://camera/1"), timeout_s=30)
    health = PictureHealthConfig.model_validate({"hold_s": {"black": 20}})
    status, sink, issues, clock = CameraStatus(config.camera, SystemClock()), Sink(), Issues(), SystemClock()
    source = ScriptedSource([*_black_packets(tmp_path / "black.mp4", 40), SILENCE])
    pool = DecodePool(1, clock)
    pool.start()

    def make_pipeline() -> CameraPipeline:
        return CameraPipeline(
            box_id="box-1", camera_id="gate", rules=RuleSet(), detector=MotionDetector(), clock=clock, snapshots=False
        )

    def make_checkup() -> CameraCheckup:
        declared = DeclaredStream(width=640, height=360, fps=1)
        return CameraCheckup("box-1", status, source, health, (), declared, clock)

    worker = CameraWorker(
        config, "auto", 60, status, Stream(source, PacketRing(32 << 20, 600)), make_pipeline, ActivityGate,
        Box(pool, Strain(clock, issues), sink, None, issues, clock, random.Random(1)), make_checkup=make_checkup,
    )  # fmt: skip
    worker.start()
    try:
        deadline = time.monotonic() + 20
        while not sink.kept and time.monotonic() < deadline:
            worker.watch()
            time.sleep(0.01)
        worker.watch()
        report = status.health()
    finally:
        worker.ask_to_stop()
        worker.join(time.monotonic() + 5)
        pool.close()
    ((alert, snapshot),) = sink.kept
    assert (alert.kind, alert.rule_id, alert.place) == (AlertKind.CAMERA_FAULT, "camera-health", "school")
    assert alert.fault is not None
    assert alert.fault.kind is Kind.BLACK
    assert alert.dwell_s is not None
    assert alert.dwell_s >= 20
    assert snapshot is not None
    assert snapshot[:2] == b"\xff\xd8"
    assert report.state is CameraState.LIVE
    assert Kind.BLACK in {fault.kind for fault in report.faults}
    assert Kind.WRONG_SIZE in {fault.kind for fault in report.faults}
    status.become(CameraState.UNREACHABLE, "gone")
    assert status.health().faults == ()
