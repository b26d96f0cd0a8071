"""A column of short texts in one packed store: a million of them are two arrays, not a million objects."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

MAX_TEXT_BYTES = 0xFFFF
_PREFIX = 2
"""Bytes of a text's length, the low one first."""
_REMEMBERED = 1 << 14
"""Different texts whose place is remembered while a column is built: what repeats is stored once."""


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """`starts` uint32 (n,) are places in `store` uint8 (bytes,), where a text lies in UTF-8 behind its length."""

    starts: NDArray[np.uint32]
    store: NDArray[np.uint8]

    def __getitem__(self, row: int) -> str:
        start = int(self.starts[row])
        length = int(self.store[start]) | int(self.store[start + 1]) << 8
        return self.store[start + _PREFIX : start + _PREFIX + length].tobytes().decode()

    @property
    def nbytes(self) -> int:
        return self.starts.nbytes + self.store.nbytes

    @property
    def typed(self) -> bool:
        """Whether its arrays are of the types and shapes that they must have."""
        arrays = ((self.starts, np.uint32), (self.store, np.uint8))
        return all(array.dtype == kind and array.ndim == 1 for array, kind in arrays)

    @property
    def sound(self) -> bool:
        """Whether every text lies inside the store."""
        last = len(self.store) - _PREFIX
        if not len(self.starts):
            return True
        return int(self.starts.max()) <= last and bool(
            (self.starts + self._sizes(self.starts) <= len(self.store)).all()
        )

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """The column of `rows` alone; the store is kept."""
        return type(self)(self.starts[rows], self.store)

    def joined(self, other: Self) -> Self:
        """This column and `other` below it. What no row points to any more is thrown out once it is half the store."""
        store = np.concatenate((self.store, other.store))
        starts = np.concatenate((self.starts, other.starts + np.uint32(len(self.store))))
        return type(self)(starts, store)._packed()

    def _packed(self) -> Self:
        used, place = np.unique(self.starts, return_inverse=True)
        lengths = self._sizes(used)
        if 2 * int(lengths.sum()) > len(self.store):
            return self
        new_starts = np.concatenate(([0], np.cumsum(lengths)))
        gather = np.arange(int(lengths.sum())) + np.repeat(used.astype(np.int64) - new_starts[:-1], lengths)
        return type(self)(new_starts[:-1].astype(np.uint32)[place], self.store[gather])

    def _sizes(self, starts: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Bytes that the texts at `starts` take, their lengths included."""
        return self.store[starts].astype(np.int64) + (self.store[starts + 1].astype(np.int64) << 8) + _PREFIX


class TextColumnBuilder:
    """Collects texts row by row."""

    def __init__(self) -> None:
        self._starts = array("I")
        self._store = bytearray()
        self._known: dict[str, int] = {}

    @property
    def stored_bytes(self) -> int:
        return len(self._store)

    def add(self, text: str) -> None:
        """`text` has at most `MAX_TEXT_BYTES` in UTF-8."""
        start = self._known.get(text)
        if start is None:
            start = len(self._store)
            content = text.encode()
            self._store += len(content).to_bytes(_PREFIX, "little")
            self._store += content
            if len(self._known) < _REMEMBERED:
                self._known[text] = start
        self._starts.append(start)

    def build(self) -> TextColumn:
        """The column. Nothing can be added any more: it shares the builder's memory."""
        return TextColumn(np.frombuffer(self._starts, np.uint32), np.frombuffer(self._store, np.uint8))
