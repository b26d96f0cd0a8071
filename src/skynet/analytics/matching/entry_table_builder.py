"""Builds the table of a hot list row by row, as a file or a coordinator gives it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from skynet.analytics.matching.entry_table import (
    KINDS,
    NUMBERS,
    PRIORITIES,
    PURPOSES,
    TEXTS,
    EntryTable,
    HotListFullError,
)
from skynet.analytics.matching.plate_code import code_of
from skynet.analytics.matching.text_column import TextColumnBuilder
from skynet.domain.hot_list import MAX_ENTRIES, HotListEntry

MAX_STORED_BYTES = 128 << 20
"""Of texts: more would not leave a box room for anything else."""
_ARRAY_CODES = {np.int64: "q", np.uint8: "B"}
_KIND_AT = {kind: place for place, kind in enumerate(KINDS)}
_PURPOSE_AT = {purpose: place for place, purpose in enumerate(PURPOSES)}
_PRIORITY_AT = {priority: place for place, priority in enumerate(PRIORITIES)}


@dataclass(frozen=True, slots=True)
class Repeat:
    """An entry that was given twice: the numbers of both rows. The first one counts."""

    row: int
    first: int


class EntryTableBuilder:
    """`add` entries, then `build` once."""

    def __init__(self) -> None:
        self._numbers = {name: array(_ARRAY_CODES[kind]) for name, kind in NUMBERS.items()}
        self._texts = {name: TextColumnBuilder() for name in TEXTS}
        self._rows = array("q")

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, entry: HotListEntry, row: int = 0) -> None:
        """`row` is the entry's number where it comes from. Raises HotListFullError."""
        if len(self._rows) == MAX_ENTRIES:
            raise HotListFullError(f"a hot list holds at most {MAX_ENTRIES:,} entries")
        numbers, texts = self._numbers, self._texts
        numbers["codes"].append(code_of(entry.plate))
        numbers["kinds"].append(_KIND_AT[entry.kind])
        numbers["purposes"].append(_PURPOSE_AT[entry.purpose])
        numbers["priorities"].append(_PRIORITY_AT[entry.priority])
        numbers["valid_from"].append(int(entry.valid_from.timestamp()))
        numbers["valid_to"].append(int(entry.valid_to.timestamp()))
        for name, column in texts.items():
            column.add(" ".join(entry.area) if name == "area" else getattr(entry, name))
        self._rows.append(row)
        if len(self._rows) % 1024 == 0 and sum(text.stored_bytes for text in texts.values()) > MAX_STORED_BYTES:
            raise HotListFullError(f"the texts of a hot list take at most {MAX_STORED_BYTES >> 20} MiB")

    def build(self) -> tuple[EntryTable, list[Repeat]]:
        """The table, and what was left out of it because it stood there already."""
        numbers = {name: np.frombuffer(column, NUMBERS[name]) for name, column in self._numbers.items()}
        table = EntryTable(numbers, {name: column.build() for name, column in self._texts.items()})
        repeats = _repeats(table)
        if not repeats:
            return table, []
        keep = np.ones(len(table), np.bool_)
        keep[list(repeats)] = False
        rows = self._rows
        return table.take(keep), [Repeat(rows[place], rows[first]) for place, first in sorted(repeats.items())]


def _repeats(table: EntryTable) -> dict[int, int]:
    """Places in the table of entries that share plate, kind and case with one before, and the place of that one."""
    codes, kinds, cases = table.numbers["codes"], table.numbers["kinds"], table.texts["case_number"]
    order = np.lexsort((kinds, codes))  # stable: of equals the first comes first
    before, after = order[:-1], order[1:]
    same = (codes[before] == codes[after]) & (kinds[before] == kinds[after])
    repeats: dict[int, int] = {}
    first_of: dict[str, int] = {}
    end = -1
    for at in np.flatnonzero(same).tolist():
        if at != end:  # another plate than the last one
            first_of = {cases[int(order[at])]: int(order[at])}
        end = at + 1
        place = int(order[end])
        first = first_of.setdefault(cases[place], place)
        if first != place:
            repeats[place] = first
    return repeats
