"""Puts the coordinator together. Everything is made here and handed on; nothing is looked up.

Making the app reads the address of the database and touches nothing else: the data directory must be initialised
before the first request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

import skynet
from skynet.coordinator import console_files, openapi_document, problem_handlers
from skynet.coordinator.access.auditor import Auditor
from skynet.coordinator.access.doorkeeper import Doorkeeper
from skynet.coordinator.access.ledger_signer import LedgerSigner
from skynet.coordinator.access.own_login import OwnLogin
from skynet.coordinator.access.rate_limit import RateLimit
from skynet.coordinator.access.session_desk import SessionDesk
from skynet.coordinator.access.token_office import TokenOffice
from skynet.coordinator.access.user_book import UserBook
from skynet.coordinator.alerts.alert_cycle import AlertCycle
from skynet.coordinator.alerts.desk import AlertDesk
from skynet.coordinator.alerts.escalation import Escalation
from skynet.coordinator.alerts.feed import AlertFeed
from skynet.coordinator.alerts.handover import Handover
from skynet.coordinator.alerts.incident_desk import IncidentDesk
from skynet.coordinator.alerts.intake import AlertIntake
from skynet.coordinator.body_patience import BodyPatience
from skynet.coordinator.clips.clip_desk import ClipDesk
from skynet.coordinator.clips.clip_intake import ClipIntake
from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.dispatch.place_book import PlaceBook
from skynet.coordinator.dispatch.position_desk import PositionDesk
from skynet.coordinator.dispatch.position_purge import PositionPurge
from skynet.coordinator.dispatch.road_map import RoadMap
from skynet.coordinator.dispatch.sending import Sending
from skynet.coordinator.dispatch.shift_desk import ShiftDesk
from skynet.coordinator.dispatch.suggestion import SuggestionDesk
from skynet.coordinator.dispatch.unit_book import UnitBook
from skynet.coordinator.dispatch.unit_feed import UnitFeed
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.feeds.herald import Herald
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.pulse import Pulse
from skynet.coordinator.registry.assignment_desk import AssignmentDesk
from skynet.coordinator.registry.camera_book import CameraBook
from skynet.coordinator.registry.fleet import Fleet
from skynet.coordinator.registry.registry_export import RegistryExport
from skynet.coordinator.registry.registry_import import RegistryImport
from skynet.coordinator.registry.share_desk import ShareDesk
from skynet.coordinator.registry.site_book import SiteBook
from skynet.coordinator.registry.uptime_meter import UptimeMeter
from skynet.coordinator.request_meter import RequestMeter
from skynet.coordinator.response_headers import ResponseHeaders
from skynet.coordinator.retention.eraser import Eraser
from skynet.coordinator.retention.hold_desk import HoldDesk
from skynet.coordinator.rounds import Rounds
from skynet.coordinator.routes.alert_steps import AlertStepRoutes
from skynet.coordinator.routes.alerts import AlertRoutes
from skynet.coordinator.routes.assignments import AssignmentRoutes
from skynet.coordinator.routes.audit import AuditRoutes
from skynet.coordinator.routes.clips import ClipRoutes
from skynet.coordinator.routes.edge import EdgeRoutes
from skynet.coordinator.routes.fleet import FleetRoutes
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.incidents import IncidentRoutes
from skynet.coordinator.routes.map_layers import MapRoutes
from skynet.coordinator.routes.operations import OperationRoutes
from skynet.coordinator.routes.places import PlaceRoutes
from skynet.coordinator.routes.registered_cameras import RegisteredCameraRoutes
from skynet.coordinator.routes.registry_files import RegistryFileRoutes
from skynet.coordinator.routes.retention import RetentionRoutes
from skynet.coordinator.routes.session import SessionRoutes
from skynet.coordinator.routes.shares import ShareRoutes
from skynet.coordinator.routes.sites import SiteRoutes
from skynet.coordinator.routes.snapshots import SnapshotRoutes
from skynet.coordinator.routes.tokens import TokenRoutes
from skynet.coordinator.routes.unit_assignments import UnitAssignmentRoutes
from skynet.coordinator.routes.unit_positions import UnitPositionRoutes
from skynet.coordinator.routes.unit_suggestions import UnitSuggestionRoutes
from skynet.coordinator.routes.units import UnitRoutes
from skynet.coordinator.routes.uptime import UptimeRoutes
from skynet.coordinator.routes.users import UserRoutes
from skynet.coordinator.settings import Settings
from skynet.coordinator.snapshots.album import Album
from skynet.coordinator.storage.database import Database
from skynet.domain.clock import SystemClock
from skynet.domain.retention_plan import DataKind

OTHERS_PAUSE_S = 3600.0
"""A file that another coordinator is still writing is touched more often than this."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes and the process share. Kept as `app.state.parts` for the server and for tests."""

    database: Database
    pictures: ContentFiles
    clips: ContentFiles
    signal: CommitSignal
    """Of the event log, and with it of the alert feed."""
    registry: CommitSignal
    """Of changes to what boxes are assigned; they are in the event log, too."""
    metrics: Metrics
    rounds: Rounds
    """Background jobs; they run from the start of serving to its end."""


def create_app(settings: Settings) -> FastAPI:
    """The whole coordinator as an ASGI application."""
    data_dir = DataDir(settings.data_dir, settings.database)
    pictures, clips = ContentFiles(data_dir.snapshots), ContentFiles(data_dir.clips)
    log, metrics = CommitSignal(), Metrics()
    rounds = Rounds(settings.clock, metrics)
    parts = Parts(Database(data_dir.where), pictures, clips, log, CommitSignal(also=log), metrics, rounds)
    app = FastAPI(
        title="Skynet coordinator",
        version=skynet.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.parts = parts
    problem_handlers.install(app)
    app.add_middleware(BodyPatience, patience_s=settings.body_patience_s)
    app.add_middleware(ResponseHeaders)
    app.add_middleware(RequestMeter, metrics=parts.metrics)
    _add_routes(app, parts, settings)
    console_files.add_to(app, settings.console_dir or console_files.packaged())
    document = openapi_document.build(app)
    app.openapi = lambda: document  # type: ignore[method-assign]  # FastAPI's documented way to change it
    return app


def _add_routes(app: FastAPI, parts: Parts, settings: Settings) -> None:
    database, clock, metrics, signal = parts.database, settings.clock, parts.metrics, parts.signal
    office = TokenOffice(database, clock)
    album = Album(database, parts.pictures, clock, metrics)
    meter = UptimeMeter(database, clock, settings.stale_after_s, ZoneInfo(settings.timezone))
    fleet = Fleet(database, clock, metrics, meter, settings.stale_after_s)
    auditor = Auditor(database, clock)
    cycle = AlertCycle(database, clock, signal)
    routes = _add_access(app, parts, settings, office)
    EdgeRoutes(AlertIntake(database, clock, signal, metrics), album, fleet).add_to(routes)
    AlertRoutes(AlertFeed(database, clock, signal, metrics), AlertDesk(database, clock), cycle).add_to(routes)
    AlertStepRoutes(cycle, Handover(database, clock, signal)).add_to(routes)
    IncidentRoutes(IncidentDesk(database, clock, signal)).add_to(routes)
    parts.rounds.add("escalation", Escalation(database, signal, metrics).step)
    FleetRoutes(fleet).add_to(routes)
    UptimeRoutes(meter).add_to(routes)
    _add_registry(routes, parts, settings)
    _add_retention(routes, parts, settings)
    _add_dispatch(routes, parts, settings)
    SnapshotRoutes(album).add_to(routes)
    ClipRoutes(ClipIntake(database, parts.clips, clock, metrics), ClipDesk(database, parts.clips, clock)).add_to(routes)
    AuditRoutes(auditor).add_to(routes)
    TokenRoutes(office).add_to(routes)
    OperationRoutes(Pulse(database, clock), metrics, auditor).add_to(routes, app)


def _add_access(app: FastAPI, parts: Parts, settings: Settings, office: TokenOffice) -> GuardedRoutes:
    """The doorkeeper, and the routes of users and their sessions; what all other routes are added through."""
    database, clock, passwords = parts.database, settings.clock, settings.passwords
    desk = SessionDesk(database, clock, passwords, parts.metrics)
    limit = RateLimit(settings.requests_per_s, 2 * settings.requests_per_s, clock.monotonic)
    routes = GuardedRoutes(app, Doorkeeper(office, desk, limit, parts.metrics))
    SessionRoutes(desk, OwnLogin(database, clock, passwords)).add_to(routes, app)
    UserRoutes(UserBook(database, clock, passwords)).add_to(routes)
    parts.rounds.add("audit-signature", LedgerSigner(database, DataDir(settings.data_dir).audit_key).step)
    return routes


def _add_registry(routes: GuardedRoutes, parts: Parts, settings: Settings) -> None:
    database, signal, clock = parts.database, parts.registry, settings.clock
    SiteRoutes(SiteBook(database, clock, signal)).add_to(routes)
    RegisteredCameraRoutes(CameraBook(database, clock, signal)).add_to(routes)
    ShareRoutes(ShareDesk(database, clock, signal)).add_to(routes)
    importer, exporter = RegistryImport(database, clock, signal), RegistryExport(database, clock)
    RegistryFileRoutes(importer, exporter, settings.data_dir).add_to(routes)
    AssignmentRoutes(AssignmentDesk(database, clock, signal, parts.metrics)).add_to(routes)


def _add_retention(routes: GuardedRoutes, parts: Parts, settings: Settings) -> None:
    files = {DataKind.SNAPSHOTS: parts.pictures, DataKind.CLIPS: parts.clips}
    parts.rounds.add("retention", Eraser(parts.database, files, settings.retention, parts.metrics).step)
    RetentionRoutes(settings.retention, HoldDesk(parts.database, settings.clock)).add_to(routes)


def _add_dispatch(routes: GuardedRoutes, parts: Parts, settings: Settings) -> None:
    database, signal, clock, metrics = parts.database, parts.signal, settings.clock, parts.metrics
    stale_after_s, kept_h = settings.unit_stale_after_s, settings.positions_kept_h
    units, places = UnitBook(database, clock, signal, stale_after_s), PlaceBook(database, clock, signal)
    UnitRoutes(units, ShiftDesk(database, clock, signal, stale_after_s)).add_to(routes)
    positions = PositionDesk(database, clock, signal, metrics, kept_h, settings.arrival)
    UnitPositionRoutes(positions).add_to(routes)
    UnitAssignmentRoutes(Sending(database, clock, signal), UnitFeed(database, clock, signal, metrics)).add_to(routes)
    suggestions = SuggestionDesk(database, clock, RoadMap(settings.roads, metrics), stale_after_s)
    UnitSuggestionRoutes(suggestions).add_to(routes)
    PlaceRoutes(places).add_to(routes)
    MapRoutes(units, places).add_to(routes)
    parts.rounds.add("positions", PositionPurge(database, clock, metrics, kept_h).step)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    shared = parts.database.server is not None
    for files in (parts.pictures, parts.clips):
        await run_in_threadpool(files.sweep, OTHERS_PAUSE_S if shared else 0.0)
    herald = _herald(parts) if shared else None
    parts.rounds.start()
    yield
    parts.signal.close()
    parts.registry.close()
    await run_in_threadpool(parts.rounds.stop)
    if herald is not None:
        await run_in_threadpool(herald.stop)
    await run_in_threadpool(parts.database.close)


def _herald(parts: Parts) -> Herald:
    """Between this coordinator and the others on its database."""
    signals = {"events": parts.signal, "registry": parts.registry}
    herald = Herald(parts.database, SystemClock(), signals, parts.metrics.listening)
    herald.start()
    return herald
