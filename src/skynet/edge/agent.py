"""The program on the box: the one place where its parts are put together, started and stopped in the right order.

Order matters twice. At start, whatever can be wrong (folder, port, models, outbox) is tried before the first camera is
opened. At the end, cameras stop first, then the outbox is emptied as far as it goes, and only then is the last report
sent, so that it says what is true.
"""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Mapping
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import httpx

from skynet.domain import Clock
from skynet.domain.errors import BadInputError
from skynet.edge.admission import Entrance
from skynet.edge.assignment_file import AssignmentFile
from skynet.edge.camera_assignments import CameraAssignments
from skynet.edge.camera_crew import CameraCrew
from skynet.edge.camera_workshop import CameraWorkshop
from skynet.edge.clip_desk import ClipDesk
from skynet.edge.clip_store import ClipStore
from skynet.edge.clip_uplink import ClipUplink
from skynet.edge.clips import Clips
from skynet.edge.config import CoordinatorConfig, EdgeConfig
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.data_dir import DataDir
from skynet.edge.decode_pool import DecodePool
from skynet.edge.detectors import Detectors
from skynet.edge.gpsd_receiver import GpsdReceiver
from skynet.edge.health import HealthBoard
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.inference import InferenceScheduler
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox
from skynet.edge.plate_desk import PlateDesk
from skynet.edge.reporter import Reporter
from skynet.edge.status_server import StatusServer
from skynet.edge.strain import Strain
from skynet.edge.token import TokenError, token_from_env, token_from_file
from skynet.edge.uplink import Uplink
from skynet.edge.worker import Box
from skynet.media.rtsp import RtspHub
from skynet.vision import ModelError, ModelStore, PlateReader, create_plate_reader

log = logging.getLogger(__name__)

WATCH_EVERY_S = 0.5
STOP_CAMERAS_S, CLIPS_S, FLUSH_S, LAST_REPORT_S = 2.0, 2.0, 3.0, 2.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class EdgeAgent:
    """A configured box. `env` holds the token where the configuration says so; `transport` None is the network."""

    def __init__(
        self,
        config: EdgeConfig,
        clock: Clock,
        env: Mapping[str, str],
        *,
        transport: httpx.BaseTransport | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._env = env
        self._transport = transport
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._issues = Issues()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. Raises BadInputError when the box cannot start as it is configured."""
        config, data_dir = self._config, DataDir(self._config.data_dir)
        with ExitStack() as stack:
            stack.enter_context(data_dir.locked())
            pages = stack.enter_context(closing(StatusServer(config.health.host, config.health.port)))
            inference = InferenceScheduler(slots=config.inference.slots, clock=self._clock)
            stack.callback(inference.close)
            detectors = load_detectors(config, self._env, at_once=inference.slots)
            outbox = stack.enter_context(closing(self._open_outbox(data_dir)))
            client = stack.enter_context(closing(self._client(config.coordinator)))
            uplink = Uplink(outbox, client, self._issues, self._clock, self._chance)
            outbox.on_put(uplink.wake)
            desk = PlateDesk(load_plate_reader(config, self._env)) if config.plates else None
            listed = self._hot_list(stack)
            hub = stack.enter_context(closing(RtspHub(self._clock)))
            pool = stack.enter_context(closing(DecodePool(config.decode_threads or cores(), self._clock)))
            clips = self._clips(data_dir, outbox, client)
            box = Box(
                pool,
                Strain(self._clock, self._issues),
                outbox,
                clips.desk if clips else None,
                self._issues,
                self._clock,
                self._chance,
                Entrance.of(self._clock, self._chance, config.connects_at_once),
            )
            shop = CameraWorkshop(
                config, self._clock, detectors, inference, desk, listed, box, hub, self._receivers(stack)
            )
            crew = CameraCrew(shop.worker, self._clock)
            board = HealthBoard(
                config.box_id,
                self._clock,
                crew.roster,
                self._issues,
                outbox,
                uplink,
                desk,
                pool,
                box.strain,
                inference,
                clips,
                listed,
                box.entrance,
            )
            reporter = Reporter(board.report, client, self._issues, config.health.report_every_s)
            pages.start(board)
            self._announce(pages.port, outbox)
            for part in (uplink, reporter, desk, pool, clips):
                if part:
                    part.start()
            crew.start(config.cameras)
            assignments = self._assignments(data_dir, client, crew)
            while not stop.wait(WATCH_EVERY_S):
                crew.watch()
            if assignments:
                assignments.stop()
            self._stop(crew, desk, clips, uplink, reporter)

    def _clips(self, data_dir: DataDir, outbox: Outbox, client: CoordinatorClient) -> Clips | None:
        """Everything that makes, keeps and sends clips; None where they are switched off."""
        limits = self._config.clips
        if not limits.enabled:
            return None
        store = ClipStore(
            data_dir.clips,
            max_bytes=limits.max_bytes,
            min_free_bytes=self._config.outbox.min_free_disk_bytes,
            free_bytes=data_dir.free_bytes,
        )
        uplink = ClipUplink(store, outbox, client, self._issues, self._clock, self._chance)
        store.on_put(uplink.wake)
        return Clips(ClipDesk(store, self._issues, self._clock), store, uplink)

    def _assignments(self, data_dir: DataDir, client: CoordinatorClient, crew: CameraCrew) -> CameraAssignments | None:
        """The desk that asks for cameras, started; None where the coordinator assigns none."""
        config = self._config
        if not config.coordinator.assigns_cameras:
            return None
        assignments = CameraAssignments(
            config.box_id,
            client,
            crew.assign,
            AssignmentFile(data_dir.assigned_cameras),
            config.camera_logins,
            {camera.id for camera in config.cameras},
            self._issues,
            self._clock,
            self._chance,
        )
        assignments.start()
        return assignments

    def _receivers(self, stack: ExitStack) -> dict[str, GpsdReceiver]:
        """Those that any camera wants, listening until `stack` unwinds."""
        config = self._config
        wanted = {
            position.gpsd: position
            for position in (config.position, *(camera.position for camera in config.cameras))
            if position
        }
        receivers = {
            name: GpsdReceiver(*position.address, self._clock, self._issues, self._chance)
            for name, position in wanted.items()
        }
        for receiver in receivers.values():
            receiver.start()
            stack.callback(receiver.stop)
        return receivers

    def _hot_list(self, stack: ExitStack) -> HotListDesk | None:
        """The list of vehicles to look for, in use until `stack` unwinds; None where there is none to look for."""
        if self._config.hot_list is None:
            return None
        desk = stack.enter_context(closing(HotListDesk(self._config.hot_list, self._clock, self._issues)))
        desk.start()
        return desk

    def _open_outbox(self, data_dir: DataDir) -> Outbox:
        limits = self._config.outbox
        outbox = Outbox(
            data_dir.outbox,
            max_bytes=limits.max_bytes,
            min_free_bytes=limits.min_free_disk_bytes,
            free_bytes=data_dir.free_bytes,
            now=self._clock.wall(),
        )
        if outbox.moved_aside:
            self._issues.open(
                "outbox-damaged",
                f"the outbox was damaged and lies as {outbox.moved_aside} now, a fresh one was begun; "
                "alerts that had not been delivered are in the old one",
            )
        return outbox

    def _client(self, coordinator: CoordinatorConfig) -> CoordinatorClient:
        def token() -> str:
            if coordinator.token_file:
                return token_from_file(coordinator.token_file)
            if coordinator.token_env:
                return token_from_env(coordinator.token_env, self._env)
            raise TokenError("the configuration names no token")

        parts = urlsplit(coordinator.url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            log.warning("%s is not encrypted: token and pictures can be read on the way; use https", coordinator.url)
        return CoordinatorClient(coordinator.url, token, self._clock, self._transport)

    def _announce(self, port: int, outbox: Outbox) -> None:
        config = self._config
        if config.health.host not in _LOOPBACK:
            log.warning("the status pages on %s need no token; keep that network closed", config.health.host)
        log.info(
            "box %s: %d cameras, status on http://%s:%d/health",
            config.box_id,
            len(config.cameras),
            config.health.host,
            port,
        )
        log.info("outbox %s: %d alerts wait for %s", config.data_dir, outbox.count(), config.coordinator.url)

    def _stop(
        self,
        crew: CameraCrew,
        desk: PlateDesk | None,
        clips: Clips | None,
        uplink: Uplink,
        reporter: Reporter,
    ) -> None:
        log.info("stopping")
        crew.stop(STOP_CAMERAS_S)
        if desk:
            desk.close(timeout_s=1.0)
        if clips:
            clips.stop(CLIPS_S)
        delivered = uplink.stop(FLUSH_S)
        reporter.stop(LAST_REPORT_S)
        log.info("stopped; %s", "the outbox is empty" if delivered else "what is left in the outbox goes out next time")


def cores() -> int:
    """Processors that this program may use."""
    return len(os.sched_getaffinity(0))


def load_plate_reader(config: EdgeConfig, env: Mapping[str, str]) -> PlateReader:
    """The reader for vehicles, on the CPU: they come in all sizes, and other providers compile a graph for each.

    Raises BadInputError when its models cannot be had.
    """
    store = ModelStore.standard(config.models_dir, env)
    return create_plate_reader(store, vehicles=True)


def load_detectors(config: EdgeConfig, env: Mapping[str, str], *, at_once: int = 1) -> Detectors:
    """All detectors that the cameras want, loaded, each for `at_once` callers.

    Raises BadInputError with one line for each that cannot be had.
    """
    store = ModelStore.standard(config.models_dir, env)
    detectors = Detectors(store, provider=config.inference.provider, at_once=at_once)
    mistakes = []
    wanted = {camera.detector or config.detector for camera in config.cameras}
    if config.coordinator.assigns_cameras:
        wanted.add(config.detector)
    for name in sorted(wanted):
        try:
            detectors.detector(name)
        except ModelError as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadInputError("\n".join(mistakes))
    return detectors
