"""Takes a registry file: every good entry, and a line-by-line report of the others.

Entries are taken a batch at a time, each batch one transaction with its audit entry, so that alerts are not kept
waiting. Taking the same file again changes nothing. A dry run does the same and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.registry.import_batch import ImportBatch
from skynet.coordinator.registry.import_report import ImportReport
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.coordinator.wire import canonical
from skynet.domain.clock import Clock
from skynet.domain.registry_entry import RegistryEntry
from skynet.domain.row_error import BadRow, FileFormatError, RowMistake
from skynet.domain.site import Site

BATCH = 200


class RegistryImport:
    """Calls block on the database."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def take(
        self, entries: Iterable[RegistryEntry | BadRow], principal: Principal, *, dry_run: bool = False
    ) -> ImportReport:
        """What became of each entry. Raises FileFormatError when not one entry can be read."""
        report = ImportReport(dry_run=dry_run)
        coming = first_of_each(entries)
        foreseen: dict[str, Site] = {}
        while batch := list(islice(_good(coming, report), BATCH)):
            opened = self._database.reading() if dry_run else self._database.writing()
            with opened as connection:
                work = ImportBatch(connection, principal, now_ms(self._clock), foreseen if dry_run else None)
                work.begin(batch)
                for entry in batch:
                    report.add(work.take(entry))
                work.record()
            if work.changed:
                self._signal.fire()
        report.bad.sort(key=lambda row: row.line)
        return report


def _good(entries: Iterator[RegistryEntry | BadRow], report: ImportReport) -> Iterator[RegistryEntry]:
    """The good ones; the bad ones go straight into the report."""
    for entry in entries:
        if isinstance(entry, BadRow):
            report.add(entry)
        else:
            yield entry


def first_of_each(entries: Iterable[RegistryEntry | BadRow]) -> Iterator[RegistryEntry | BadRow]:
    """A camera that stands twice in the file, or a site that is described in two ways, is a mistake of the later row.
    A file that breaks off in its midst ends with a bad row: what came before it is taken."""
    cameras: dict[str, int] = {}
    sites: dict[str, tuple[int, int]] = {}
    count = 0
    try:
        for entry in entries:
            count += 1
            yield entry if isinstance(entry, BadRow) else _repeated(entry, cameras, sites) or entry
    except FileFormatError as error:
        if not count:
            raise
        yield BadRow(error.line, (RowMistake("", f"{error}; nothing behind it was read"),))


def _repeated(entry: RegistryEntry, cameras: dict[str, int], sites: dict[str, tuple[int, int]]) -> BadRow | None:
    mistakes = []
    if entry.camera is not None and (line := cameras.setdefault(entry.camera.id, entry.line)) != entry.line:
        mistakes.append(RowMistake("id", f"'{entry.camera.id}' stands on line {line} already; remove one of the two"))
    if entry.site is not None:
        content = hash(canonical(entry.site))
        line, first = sites.setdefault(entry.site.id, (entry.line, content))
        if first != content:
            text = f"'{entry.site.id}' is described otherwise on line {line}; make them the same"
            mistakes.append(RowMistake("site", text))
    return BadRow(entry.line, tuple(mistakes)) if mistakes else None
