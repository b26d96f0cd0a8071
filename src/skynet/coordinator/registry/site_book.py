"""Sites: reading and keeping them."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.camera_steps import invalid_field
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.area import area_of
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.site import Site


class SiteBook:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(self, after: str, limit: int, principal: Principal) -> list[dict[str, object]]:
        with self._database.reading() as connection:
            return [_shown(row) for row in SiteRows(connection).page(after, limit, principal.areas)]

    def get(self, site_id: str, principal: Principal) -> dict[str, object]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            return _shown(_find(connection, site_id, principal))

    def put(self, site: Site, if_match: str | None, principal: Principal) -> tuple[dict[str, object], bool]:
        """Register a site, or replace the one that If-Match names; true when it is new.

        Raises ProblemError: precondition-required, stale-version, not-found (If-Match and nothing there, or what is
        there lies outside the principal's areas), invalid (it would lie outside them), or state-conflict (its active
        cameras need what is taken away).
        """
        with self._database.writing() as connection:
            known = if_match is not None or SiteRows(connection).get(site.id) is not None
            version = 0
            if known:
                row = _find(connection, site.id, principal)
                version = row["version"]
                require_version(if_match, version, f"/api/v1/registry/sites/{site.id}")
                require_place_class(connection, site)
            require_region(site, principal)
            store_site(connection, site, version, now_ms(self._clock), principal)
            shown = _shown(_find(connection, site.id, principal))
        self._signal.fire()
        return shown, version == 0


def require_place_class(connection: Connection, site: Site) -> None:
    """Raises ProblemError: state-conflict when `site` names no class of place and has active cameras."""
    if site.place_class is None and (active := RegisteredCameraRows(connection).active_at(site.id)):
        raise ProblemError(
            ProblemType.STATE_CONFLICT,
            f"the site has {active} active cameras, so it cannot be without a place_class; name one",
        )


def require_region(site: Site, principal: Principal) -> None:
    """Raises ProblemError: invalid when the site lies outside the principal's areas."""
    if not principal.sees(area_of(site.region)):
        raise invalid_field("region", "lies outside the areas that you may work in")


def store_site(connection: Connection, site: Site, version: int, at_ms: int, principal: Principal) -> None:
    """Keep a site after its `version` (0: new), and record who did so."""
    SiteRows(connection).put(site, version + 1, at_ms)
    action = "site.changed" if version else "site.registered"
    AuditRows(connection).append(principal.note(action, f"site:{site.id}", version=version + 1, site=site), at_ms)
    EventRows(connection).append([site_changed(site, version + 1)], at_ms)


def site_changed(site: Site, version: int) -> Event:
    """What the event log says of a site that was registered or changed."""
    return Event(EventType.SITE_CHANGED, f"site:{site.id}", area_of(site.region), {"version": version})


def _find(connection: Connection, site_id: str, principal: Principal) -> RowMapping:
    row = SiteRows(connection).get(site_id)
    if row is None or not principal.sees(row["area"]):
        raise ProblemError(
            ProblemType.NOT_FOUND, f"no site is registered as '{site_id}'; see GET /api/v1/registry/sites"
        )
    return row


def _shown(row: RowMapping) -> dict[str, object]:
    site = Site.model_validate_json(row["body"])
    return {**dict(site), "version": row["version"], "changed_at": from_ms(row["changed_ms"])}
