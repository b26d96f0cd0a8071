"""Makes the worker of a camera out of its configuration and what the box has."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

from pydantic import SecretStr

from skynet.domain import Clock
from skynet.edge.camera_checkup import CameraCheckup
from skynet.edge.camera_events import CameraEvents
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig, EdgeConfig
from skynet.edge.data_dir import DataDir
from skynet.edge.detectors import Detectors
from skynet.edge.event_listener import EventListener
from skynet.edge.gpsd_receiver import GpsdReceiver
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.inference import InferenceScheduler
from skynet.edge.onvif.address import device_address
from skynet.edge.pipeline import CameraPipeline, ClipRoll, gate_for
from skynet.edge.plate_desk import PlateDesk
from skynet.edge.referee import DetectorReferee
from skynet.edge.scene_file import SceneFile
from skynet.edge.stream_rhythm import SOURCE_PATIENCE
from skynet.edge.worker import Box, CameraWorker, Stream
from skynet.media import ActivityGate, FrameFinder, PacketRing, Source, open_source
from skynet.media.auto_rtsp_source import AutoRtspSource
from skynet.media.gate import GateOptions
from skynet.media.rtsp import NativeRtspSource, RtspHub
from skynet.media.stream_url import host_and_port
from skynet.vision import Detector, MotionDetector
from skynet.vision.region_detector import RegionDetector

log = logging.getLogger(__name__)


class CameraWorkshop:
    """`desk` and `listed` None: plates are not read, and not looked for. `receivers` by their configured `gpsd`."""

    def __init__(
        self,
        config: EdgeConfig,
        clock: Clock,
        detectors: Detectors,
        inference: InferenceScheduler,
        desk: PlateDesk | None,
        listed: HotListDesk | None,
        box: Box,
        hub: RtspHub,
        receivers: Mapping[str, GpsdReceiver],
    ) -> None:
        self._config = config
        self._clock = clock
        self._detectors = detectors
        self._inference = inference
        self._desk = desk
        self._listed = listed
        self._box = box
        self._hub = hub
        self._receivers = receivers

    def worker(self, camera: CameraConfig) -> CameraWorker:
        """A camera's worker, not started. Raises BadInputError."""
        config, inference, detectors = self._config, self._inference, self._detectors
        desk, listed = self._desk, self._listed
        ring, roll = config.ring_of(camera), config.clips
        main = self._stream(camera, camera.source)
        sub = self._stream(camera, camera.sub_source) if camera.sub_source else None
        finder = FrameFinder(main.ring, camera.masks) if sub else None

        analysed = sub or main
        status = self._status(camera, analysed.source)

        def make_detector() -> Detector:
            return inference.detector(detectors.detector(camera.detector or config.detector), camera.id)

        def make_gate() -> ActivityGate:
            detector = make_detector()
            referee = None if isinstance(detector, MotionDetector) else DetectorReferee(detector)
            small = camera.looks_at_every_picture
            return ActivityGate(GateOptions.for_small_streams() if small else None, referee)

        def make_pipeline() -> CameraPipeline:
            detector = make_detector()
            return CameraPipeline(
                box_id=config.box_id,
                camera_id=camera.id,
                rules=camera.rule_set(),
                detector=detector if isinstance(detector, MotionDetector) else RegionDetector(detector),
                clock=self._clock,
                gate=gate_for(detector),
                plates=desk.camera(finder) if desk else None,
                listed=listed.camera(camera.id, camera.site) if listed else None,
                main=finder,
                clips=ClipRoll(roll.pre_roll_s, roll.post_roll_s) if roll.enabled else None,
                position=status.position,
            )

        def make_checkup() -> CameraCheckup:
            health = config.picture_health_of(camera)
            scene = SceneFile(DataDir(config.data_dir).scenes / f"{camera.id}.npz")
            masks, declared = camera.masks, camera.declared
            return CameraCheckup(config.box_id, status, analysed.source, health, masks, declared, self._clock, scene)

        return CameraWorker(
            camera,
            config.gate_of(camera),
            ring.max_lag_s,
            status,
            analysed,
            make_pipeline,
            make_gate,
            self._box,
            main=main if sub else None,
            make_checkup=make_checkup if config.picture_health_of(camera).enabled else None,
            listener=self._listener(camera),
        )

    def _listener(self, camera: CameraConfig) -> EventListener | None:
        """Who hears the camera's own events, not started."""
        if camera.onvif is None:
            return None
        address, credentials = device_address(camera.onvif.get_secret_value())
        events = CameraEvents(camera.id, self._clock)
        chance = self._box.chance
        return EventListener(address, credentials, events, self._clock, chance, verify_tls=camera.verify_tls)

    def _status(self, camera: CameraConfig, source: Source) -> CameraStatus:
        """How the camera is doing, as far as known before its start; `source` is of the stream that is analysed."""
        status = CameraStatus(camera.camera, self._clock)
        if not camera.verify_tls:
            status.note = "certificate not verified (verify_tls: false)"
            log.warning("camera %s: its certificate is not verified; anybody on the way can pose as it", camera.id)
        if position := self._config.position_of(camera):
            status.position = self._receivers[position.gpsd].position
        if isinstance(source, NativeRtspSource | AutoRtspSource):
            status.losses = source.counts.as_dict
        if isinstance(source, AutoRtspSource):
            status.reader = partial(getattr, source, "reader")
        return status

    def _stream(self, camera: CameraConfig, address: SecretStr) -> Stream:
        ring = self._config.ring_of(camera)
        source = open_source(
            address.get_secret_value(),
            clock=self._clock,
            transport=camera.transport,
            timeout_s=camera.timeout_s,
            patience_s=SOURCE_PATIENCE * camera.timeout_s,
            verify_tls=camera.verify_tls,
            reader=camera.reader,
            hub=self._hub,
            paced=True,
            loop=camera.loop,
        )
        where = address.get_secret_value()
        host = "" if camera.is_file else "{}:{}".format(*host_and_port(where))
        return Stream(source, PacketRing(ring.max_bytes, ring.max_seconds), host)
