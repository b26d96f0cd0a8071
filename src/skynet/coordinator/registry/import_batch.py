"""One batch of an import: what is known of its sites and cameras is read at once, then entry by entry is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError
from skynet.coordinator.registry.camera_book import camera_changed, require_own_box
from skynet.coordinator.registry.camera_steps import declared, given, invalid_field, moved
from skynet.coordinator.registry.import_report import Fate, Taken
from skynet.coordinator.registry.site_book import require_place_class, require_region, site_changed
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows, Registration
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.coordinator.wire import canonical
from skynet.domain.area import area_of
from skynet.domain.registered_camera import RegisteredCamera
from skynet.domain.registry_entry import RegistryEntry, Wanted
from skynet.domain.row_error import BadRow, RowMistake
from skynet.domain.site import Site


class ImportBatch:
    """Works in the transaction of `connection`. With `foreseen` nothing is kept: there go the sites of a dry run, for
    its later batches."""

    def __init__(
        self, connection: Connection, principal: Principal, at_ms: int, foreseen: dict[str, Site] | None
    ) -> None:
        self._connection = connection
        self._principal = principal
        self._at_ms = at_ms
        self._foreseen = foreseen
        self._sites: dict[str, Site] = {}
        self._site_versions: dict[str, int] = {}
        self._cameras: dict[str, Registration] = {}
        self._boxes: dict[str, int] = {}
        self._done: dict[str, list[str]] = {}
        self._events: list[Event] = []
        self._foreign: set[tuple[str, str]] = set()

    def begin(self, entries: Sequence[RegistryEntry]) -> None:
        """Read what is known of their sites and cameras."""
        site_ids = {entry.site.id for entry in entries if entry.site} | {e.camera.site for e in entries if e.camera}
        camera_ids = [entry.camera.id for entry in entries if entry.camera]
        for site_id, row in SiteRows(self._connection).several(sorted(site_ids)).items():
            self._sites[site_id] = Site.model_validate_json(row["body"])
            self._site_versions[site_id] = row["version"]
            if not self._principal.sees(row["area"]):
                self._foreign.add(("site", site_id))
        self._sites |= {key: site for key, site in (self._foreseen or {}).items() if key in site_ids}
        rows = RegisteredCameraRows(self._connection)
        self._cameras = rows.several(camera_ids)
        for camera_id, area in rows.areas(camera_ids).items():
            if not self._principal.sees(area):
                self._foreign.add(("camera", camera_id))

    @property
    def changed(self) -> bool:
        return bool(self._done) and self._foreseen is None

    def take(self, entry: RegistryEntry) -> Taken | BadRow:
        """The entry's site and camera are both taken, or what is wrong is told and neither is."""
        try:
            site = None if entry.site is None else self._site_fate(entry.site)
            camera, registration = None, None
            if entry.camera is not None:
                camera, registration = self._step(entry.camera, entry.wanted or Wanted(), entry.site)
        except ProblemError as error:
            return BadRow(entry.line, _mistakes(error))
        if entry.site is not None and site is not Fate.UNCHANGED:
            self._keep_site(entry.site, site)
        if registration is not None and camera is not Fate.UNCHANGED:
            self._keep_camera(registration, camera)
        return Taken(site, camera)

    def record(self) -> None:
        """One audit entry names all that the batch has changed."""
        if self.changed:
            note = self._principal.note("registry.imported", "registry", **self._done)
            AuditRows(self._connection).append(note, self._at_ms)
            EventRows(self._connection).append(self._events, self._at_ms)

    def _site_fate(self, site: Site) -> Fate:
        self._require_own("site", "site", site.id)
        require_region(site, self._principal)
        known = self._sites.get(site.id)
        if known is None:
            return Fate.CREATED
        if canonical(known) == canonical(site):
            return Fate.UNCHANGED
        require_place_class(self._connection, site)
        return Fate.UPDATED

    def _step(self, camera: RegisteredCamera, wanted: Wanted, described: Site | None) -> tuple[Fate, Registration]:
        self._require_own("camera", "id", camera.id)
        self._require_own("site", "site", camera.site)
        site = described if described is not None and described.id == camera.site else self._sites.get(camera.site)
        if site is None:
            raise invalid_field("site", f"no site is registered as '{camera.site}', and the file describes none before")
        known = self._cameras.get(camera.id)
        found = known
        if known is None or canonical(camera.with_hidden_of(known.camera)) != canonical(known.camera):
            found = declared(camera, known, site, self._at_ms)
        if found is None:
            raise AssertionError("a camera that is not known is declared")
        if wanted.box_id is not None and wanted.box_id != found.box_id:
            require_own_box(self._connection, wanted.box_id, self._principal)
            found = given(found, wanted.box_id, self._taken(wanted.box_id), self._at_ms)
        if wanted.state is not None and wanted.state is not found.state:
            found = moved(found, wanted.state, site, self._at_ms)
        if known is None:
            return Fate.CREATED, replace(found, version=1)
        if found is known:
            return Fate.UNCHANGED, known
        return Fate.UPDATED, replace(found, version=known.version + 1)

    def _require_own(self, kind: str, field: str, key: str) -> None:
        """Raises ProblemError: invalid for what is registered outside the principal's areas."""
        if (kind, key) in self._foreign:
            raise invalid_field(field, f"'{key}' is registered outside the areas that you may work in")

    def _taken(self, box_id: str) -> int:
        if box_id not in self._boxes:
            self._boxes[box_id] = RegisteredCameraRows(self._connection).count_of_box(box_id)
        return self._boxes[box_id]

    def _keep_site(self, site: Site, fate: Fate | None) -> None:
        self._sites[site.id] = site
        version = self._site_versions.get(site.id, 0) + 1
        self._site_versions[site.id] = version
        self._done.setdefault(f"sites_{fate}", []).append(site.id)
        if self._foreseen is None:
            SiteRows(self._connection).put(site, version, self._at_ms)
            self._events.append(site_changed(site, version))
        else:
            self._foreseen[site.id] = site

    def _keep_camera(self, registration: Registration, fate: Fate | None) -> None:
        before = self._cameras.get(registration.camera.id)
        self._cameras[registration.camera.id] = registration
        self._done.setdefault(f"cameras_{fate}", []).append(registration.camera.id)
        box_id = registration.box_id
        if box_id is not None and (before is None or before.box_id != box_id):
            self._boxes[box_id] = self._taken(box_id) + 1
        if self._foreseen is None:
            RegisteredCameraRows(self._connection).put(registration)
            area = area_of(self._sites[registration.camera.site].region)
            self._events.append(camera_changed(registration, area))


def _mistakes(error: ProblemError) -> tuple[RowMistake, ...]:
    """Every field that the problem names, else its text."""
    errors = error.members.get("errors")
    if not isinstance(errors, list):
        return (RowMistake("", error.detail),)
    named = [dict(one) for one in errors]
    return tuple(RowMistake(str(one["field"]).removeprefix("site."), str(one["message"])) for one in named)
