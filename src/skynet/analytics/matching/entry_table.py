"""The entries of a hot list as columns: some sixty bytes each and their texts, in place of a million objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skynet.analytics.matching.plate_code import text_of
from skynet.analytics.matching.text_column import TextColumn
from skynet.domain.hot_list import EVERYWHERE, MAX_ENTRIES, HotListEntry, Purpose
from skynet.domain.plate import PlateKind
from skynet.domain.severity import Severity

KINDS, PURPOSES, PRIORITIES = tuple(PlateKind), tuple(Purpose), tuple(Severity)
NUMBERS: Mapping[str, type[np.generic]] = {
    "codes": np.int64,
    "kinds": np.uint8,
    "purposes": np.uint8,
    "priorities": np.uint8,
    "valid_from": np.int64,
    "valid_to": np.int64,
}
"""Codes of the plates, places in the enums above, POSIX seconds."""
TEXTS = ("authority", "issuing_unit", "case_number", "area", "created_by", "approved_by")


class HotListFullError(Exception):
    """More entries, or more text, than a hot list takes."""


@dataclass(frozen=True, slots=True, eq=False)
class EntryTable:
    """n entries. `numbers` holds a column (n,) for each name in `NUMBERS`, `texts` one for each in `TEXTS`."""

    numbers: Mapping[str, NDArray[Any]]
    texts: Mapping[str, TextColumn]

    def __len__(self) -> int:
        return len(self.numbers["codes"])

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self.numbers.values()) + sum(text.nbytes for text in self.texts.values())

    def entry(self, row: int) -> HotListEntry:
        """The entry of a row. It was checked when it came in, and is not checked again."""
        numbers = {name: int(column[row]) for name, column in self.numbers.items()}
        texts: dict[str, Any] = {name: column[row] for name, column in self.texts.items()}
        return HotListEntry.model_construct(
            plate=text_of(numbers["codes"]),
            kind=KINDS[numbers["kinds"]],
            purpose=PURPOSES[numbers["purposes"]],
            priority=PRIORITIES[numbers["priorities"]],
            valid_from=datetime.fromtimestamp(numbers["valid_from"], UTC),
            valid_to=datetime.fromtimestamp(numbers["valid_to"], UTC),
            **(texts | {"area": tuple(texts["area"].split())}),
        )

    def valid(self, row: int, at: float) -> bool:
        """Whether the entry holds at the time `at` (POSIX s)."""
        return bool(self.numbers["valid_from"][row] <= at < self.numbers["valid_to"][row])

    def covers(self, row: int, places: frozenset[str]) -> bool:
        """Whether the entry's area holds one of `places` (ids of a camera and its site)."""
        area = self.texts["area"][row]
        return area == EVERYWHERE or not places.isdisjoint(area.split())

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """The table of `rows` alone."""
        numbers = {name: column[rows] for name, column in self.numbers.items()}
        return type(self)(numbers, {name: column.take(rows) for name, column in self.texts.items()})

    def merged(self, other: Self) -> Self:
        """The entries of both. Raises HotListFullError."""
        if len(self) + len(other) > MAX_ENTRIES:
            raise HotListFullError(f"a hot list holds at most {MAX_ENTRIES:,} entries")
        numbers = {
            name: np.concatenate((column, np.asarray(other.numbers[name]))) for name, column in self.numbers.items()
        }
        texts = {name: column.joined(other.texts[name]) for name, column in self.texts.items()}
        return type(self)(numbers, texts)

    @property
    def fault(self) -> str | None:
        """What is wrong with columns that came from elsewhere; None for nothing."""
        typed = all(self.numbers[name].dtype == kind for name, kind in NUMBERS.items())
        if not typed or not all(text.typed for text in self.texts.values()):
            return "its columns are of the wrong type"
        rows = {len(column) for column in self.numbers.values()} | {len(text.starts) for text in self.texts.values()}
        if len(rows) != 1 or rows.pop() > MAX_ENTRIES:
            return "its columns differ in length, or are too long"
        enums = {"kinds": KINDS, "purposes": PURPOSES, "priorities": PRIORITIES}
        if any(int(self.numbers[name].max(initial=0)) >= len(values) for name, values in enums.items()):
            return "it holds a kind, purpose or priority that does not exist"
        if (self.numbers["valid_to"] <= self.numbers["valid_from"]).any():
            return "it holds an entry that ends before it begins"
        if not all(text.sound for text in self.texts.values()):
            return "its texts are cut off"
        return None
