"""Writes the whole registry as a file that an import takes again. Pages are read as they are sent, so what changes
meanwhile may be in it or not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import yaml
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.registry.registry_file import FileFormat
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.registered_camera_rows import CameraFilter, RegisteredCameraRows, Registration
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.registered_camera import RegisteredCamera
from skynet.domain.registry_entry import Wanted
from skynet.domain.registry_row import header, row_of
from skynet.domain.site import Site

PAGE = 500
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class RegistryExport:
    """Calls block on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def write(self, form: FileFormat, principal: Principal, *, with_addresses: bool) -> Iterator[str]:
        """What lies in the principal's areas, in parts, after the export has been recorded. Without `with_addresses`
        what addresses hold in their query is left out; an import of the file leaves those addresses as they are."""
        action = "registry.exported_with_addresses" if with_addresses else "registry.exported"
        with self._database.writing() as connection:
            note = principal.note(action, "registry", format=form.ending)
            AuditRows(connection).append(note, now_ms(self._clock))
        cameras, sites = self._cameras(with_addresses, principal), self._sites(principal)
        if form is FileFormat.CSV:
            return _csv(sites, cameras)
        return _document(sites, cameras, form)

    def _sites(self, principal: Principal) -> Iterator[list[Site]]:
        after = ""
        while True:
            with self._database.reading() as connection:
                rows = SiteRows(connection).page(after, PAGE, principal.areas)
            if not rows:
                return
            yield [Site.model_validate_json(row["body"]) for row in rows]
            after = rows[-1]["id"]

    def _cameras(self, with_addresses: bool, principal: Principal) -> Iterator[list[tuple[RegisteredCamera, Wanted]]]:
        wanted = CameraFilter(areas=principal.areas)
        after = ""
        while True:
            with self._database.reading() as connection:
                found = RegisteredCameraRows(connection).page(after, PAGE, wanted)
            if not found:
                return
            yield [_with_wanted(item, with_addresses) for item in found]
            after = found[-1].camera.id


def _with_wanted(item: Registration, with_addresses: bool) -> tuple[RegisteredCamera, Wanted]:
    camera = item.camera if with_addresses else item.camera.redacted()
    return camera, Wanted(state=item.state, box_id=item.box_id)


def _csv(sites: Iterator[list[Site]], cameras: Iterator[list[tuple[RegisteredCamera, Wanted]]]) -> Iterator[str]:
    # The mark at the beginning is what makes a spreadsheet read UTF-8.
    yield "\ufeff" + _lines([header()])
    for some in sites:
        yield _lines([row_of(site=site) for site in some])
    for page in cameras:
        yield _lines([row_of(camera=camera, wanted=wanted) for camera, wanted in page])


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _document(
    sites: Iterator[list[Site]], cameras: Iterator[list[tuple[RegisteredCamera, Wanted]]], form: FileFormat
) -> Iterator[str]:
    write = _json_list if form is FileFormat.JSON else _yaml_list
    before, between, after = ("{", ",\n", "}\n") if form is FileFormat.JSON else ("", "", "")
    yield before
    yield from write("sites", (_plain(site) for some in sites for site in some))
    yield between
    yield from write("cameras", (_plain(camera) | _plain(wanted) for page in cameras for camera, wanted in page))
    yield after


def _json_list(name: str, items: Iterator[dict[str, object]]) -> Iterator[str]:
    yield f'"{name}":['
    separator = "\n"
    for item in items:
        yield separator + json.dumps(item, ensure_ascii=False)
        separator = ",\n"
    yield "]"


def _yaml_list(name: str, items: Iterator[dict[str, object]]) -> Iterator[str]:
    empty = True
    for item in items:
        text: str = yaml.dump([item], Dumper=Dumper, allow_unicode=True, sort_keys=False)
        yield f"{name}:\n{text}" if empty else text
        empty = False
    if empty:
        yield f"{name}: []\n"


def _plain(value: BaseModel) -> dict[str, object]:
    plain = to_jsonable_python(value, by_alias=True, exclude_none=True)
    if not isinstance(plain, dict):
        raise TypeError(f"{type(value).__name__} has no fields")
    return plain
