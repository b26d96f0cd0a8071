"""The hot list in memory.

A list never changes: an update makes another one, which takes its place in one assignment while look-ups in the old one
go on. A look-up finds the entries that are like the text but for confusions, seldom more than one, and compares them
with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from skynet.analytics.matching.entry_table import KINDS, EntryTable
from skynet.analytics.matching.entry_table_builder import EntryTableBuilder
from skynet.analytics.matching.plate_code import code_of, place_of_difference
from skynet.analytics.matching.plate_index import PlateIndex
from skynet.domain.hot_list import EntryKey, HotListEntry
from skynet.domain.list_update import ListDelta
from skynet.domain.plate import PlateKind

_LARGE = frozenset({PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW})
"""A large vehicle bears one row in front and two at the rear."""


class ListGapError(Exception):
    """A delta of another version than the list's: the box needs one from its own version, or the whole list."""


def kinds_agree(one: PlateKind, other: PlateKind) -> bool:
    """Whether two kinds may be of one vehicle; unknown agrees with all."""
    return one is other or PlateKind.UNKNOWN in (one, other) or _LARGE.issuperset((one, other))


AGREEING = {
    kind: frozenset(number for number, other in enumerate(KINDS) if kinds_agree(kind, other)) for kind in PlateKind
}
"""The numbers of the kinds that agree with a kind."""


class HotList:
    """Entries by their rows. Immutable, so any thread may use it."""

    def __init__(self, version: int, table: EntryTable) -> None:
        self.version = version
        self.table = table
        codes = np.ascontiguousarray(table.numbers["codes"], np.int64)
        self._index = PlateIndex(codes)
        self._codes = codes.data
        self._kinds = np.ascontiguousarray(table.numbers["kinds"], np.uint8).data

    @classmethod
    def of(cls, entries: Iterable[HotListEntry], version: int = 0) -> Self:
        """The list of `entries`; of those that share their key the first counts. Raises HotListFullError."""
        builder = EntryTableBuilder()
        for row, entry in enumerate(entries):
            builder.add(entry, row)
        return cls(version, builder.build()[0])

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def nbytes(self) -> int:
        """Memory that the entries take."""
        return self.table.nbytes + self._index.nbytes

    def look_up(self, text: str, kind: PlateKind = PlateKind.UNKNOWN) -> Sequence[int]:
        """Rows of the entries with `text`, or one confusion away from it, whose kind agrees with `kind`.

        `text` as `PlateText.parse` gives it. Validity and area are not looked at.
        """
        code = code_of(text)
        rows = self._index.rows(code)
        if not rows:
            return ()
        codes, kinds, agreeing = self._codes, self._kinds, AGREEING[kind]
        return [
            row
            for row in rows
            if kinds[row] in agreeing and (codes[row] == code or place_of_difference(codes[row], code) is not None)
        ]

    def rows_like(self, code: int) -> Sequence[int]:
        """Rows of the entries whose plates differ from that of `code` inside confusion classes at most."""
        return self._index.rows(code)

    def code(self, row: int) -> int:
        return int(self._codes[row])

    def kind(self, row: int) -> PlateKind:
        return KINDS[self._kinds[row]]

    def entry(self, row: int) -> HotListEntry:
        return self.table.entry(row)

    def apply(self, delta: ListDelta) -> HotList:
        """The list after `delta`. Raises ListGapError, HotListFullError."""
        if delta.base_version != self.version:
            raise ListGapError(f"the list is at version {self.version}, the delta begins with {delta.base_version}")
        gone = [self._row_of(key) for key in (*delta.removals, *(entry.key for entry in delta.upserts))]
        keep = np.ones(len(self), np.bool_)
        keep[[row for row in gone if row is not None]] = False
        kept = self.table if keep.all() else self.table.take(keep)
        return HotList(delta.version, kept.merged(HotList.of(delta.upserts).table))

    def without_expired(self, at: float) -> HotList:
        """The list without what has ended by the time `at` (POSIX s); itself where nothing has."""
        expired = self.table.numbers["valid_to"] <= at
        return HotList(self.version, self.table.take(~expired)) if expired.any() else self

    def _row_of(self, key: EntryKey) -> int | None:
        code = code_of(key.plate)
        cases = self.table.texts["case_number"]
        for row in self._index.rows(code):
            if self._codes[row] == code and self.kind(row) is key.kind and cases[row] == key.case_number:
                return row
        return None
