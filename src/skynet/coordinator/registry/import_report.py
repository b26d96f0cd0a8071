"""What became of a registry file."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel

from skynet.domain.row_error import BadRow

MAX_TOLD = 1000
"""So many bad rows are told one by one; the rest is counted."""


class Fate(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Taken(NamedTuple):
    """What became of a good entry's site and camera; None where it had none."""

    site: Fate | None
    camera: Fate | None


class Counts(BaseModel):
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, fate: Fate | None) -> None:
        match fate:
            case Fate.CREATED:
                self.created += 1
            case Fate.UPDATED:
                self.updated += 1
            case Fate.UNCHANGED:
                self.unchanged += 1


class Mistake(BaseModel):
    """`column` is null where the mistake is of the row as a whole."""

    column: str | None
    text: str


class ToldRow(BaseModel):
    line: int
    mistakes: list[Mistake]


class ImportReport(BaseModel):
    """`rows` = good + bad. `bad` holds the first of the bad rows; `bad_not_told` counts those that it leaves out."""

    dry_run: bool = False
    rows: int = 0
    bad_rows: int = 0
    sites: Counts = Counts()
    cameras: Counts = Counts()
    bad: list[ToldRow] = []
    bad_not_told: int = 0

    def add(self, outcome: Taken | BadRow) -> None:
        self.rows += 1
        if isinstance(outcome, Taken):
            self.sites.add(outcome.site)
            self.cameras.add(outcome.camera)
            return
        self.bad_rows += 1
        if len(self.bad) >= MAX_TOLD:
            self.bad_not_told += 1
            return
        told = [Mistake(column=one.column or None, text=one.text) for one in outcome.mistakes]
        self.bad.append(ToldRow(line=outcome.line, mistakes=told))
