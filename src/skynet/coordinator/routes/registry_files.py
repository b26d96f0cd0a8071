"""The whole registry as a file: in and out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, cast

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.import_report import ImportReport
from skynet.coordinator.registry.registry_export import RegistryExport
from skynet.coordinator.registry.registry_file import FileFormat, format_of, read_entries
from skynet.coordinator.registry.registry_import import RegistryImport
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.request_body import parts_of, require_type
from skynet.coordinator.wire import WireResponse
from skynet.domain.row_error import FileFormatError

CONTENT: dict[str, Any] = {
    form.media_type: {"schema": {"type": "string" if form is FileFormat.CSV else "object"}} for form in FileFormat
}


class ImportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False


class ExportQuery(BaseModel):
    """`with_addresses`: stream addresses whole, with what their query may hold."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["csv", "json", "yaml"] = "csv"
    with_addresses: bool = False


class RegistryFileRoutes:
    """`/api/v1/registry/import`, `/api/v1/registry/export`. A file rests in `spool_dir` until it has come whole."""

    def __init__(self, importer: RegistryImport, exporter: RegistryExport, spool_dir: Path) -> None:
        self._importer = importer
        self._exporter = exporter
        self._spool_dir = spool_dir

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "POST",
            "/api/v1/registry/import",
            self.import_registry,
            Access.PLANNING,
            answers=ImportReport,
            problems=(ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID),
            body={"required": True, "content": CONTENT},
        )
        routes.add(
            "GET",
            "/api/v1/registry/export",
            self.export_registry,
            Access.PLANNING,
            problems=(ProblemType.INVALID,),
            responses={200: {"description": "The file", "content": CONTENT}},
        )

    async def import_registry(
        self, request: Request, query: Annotated[ImportQuery, Query()], asker: Asker
    ) -> WireResponse:
        """Take a registry file: the good rows are taken, the bad ones told with line, column and remedy. Audited."""
        form = _format(request)
        with cast(BinaryIO, tempfile.TemporaryFile(dir=self._spool_dir)) as file:  # so it is
            async for part in parts_of(request, form.max_bytes):
                await run_in_threadpool(file.write, part)
            report = await run_in_threadpool(self._take, file, form, query.dry_run, asker)
        return WireResponse(report)

    async def export_registry(self, query: Annotated[ExportQuery, Query()], asker: Asker) -> StreamingResponse:
        """The registry as a file, as an import takes it. Addresses come whole only `with_addresses`. Audited."""
        form = format_of(query.format) or FileFormat.CSV
        parts: Iterator[str] = await run_in_threadpool(
            self._exporter.write, form, asker, with_addresses=query.with_addresses
        )
        headers = {"Content-Disposition": f'attachment; filename="cameras.{form.ending}"'}
        return StreamingResponse(parts, media_type=form.media_type, headers=headers)

    def _take(self, file: BinaryIO, form: FileFormat, dry_run: bool, principal: Principal) -> ImportReport:
        file.seek(0)
        try:
            return self._importer.take(read_entries(file, form), principal, dry_run=dry_run)
        except FileFormatError as error:
            raise ProblemError(ProblemType.INVALID, f"line {error.line}: {error}") from None


def _format(request: Request) -> FileFormat:
    """Raises ProblemError: unsupported-media-type."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    form = next((each for each in FileFormat if each.media_type == sent), None)
    if form is None:
        takes = ", ".join(each.media_type for each in FileFormat)
        raise ProblemError(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            f"send 'Content-Type:' one of {takes}, not '{sent[:80]}'",
            headers={"Accept": takes},
        )
    require_type(request, form.media_type)
    return form
