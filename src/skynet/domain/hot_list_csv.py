"""A hot-list file as lines of bytes → its rows: good ones with their entry, bad ones with what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skynet.domain import hot_list_words as words
from skynet.domain.csv_table import TableRow, read_table
from skynet.domain.hot_list import HotListEntry
from skynet.domain.hot_list_row import entry_of
from skynet.domain.row_error import BadRow, RowError


@dataclass(frozen=True, slots=True)
class GoodRow:
    """`line` counts from 1, the header included, as every row's does."""

    line: int
    entry: HotListEntry


def read_rows(lines: Iterable[bytes], at: float) -> Iterator[GoodRow | BadRow]:
    """The rows of a file as they stand at the time `at` (POSIX s), empty lines left out. Raises FileFormatError, where
    the header is no good, before any row is given."""
    return _rows(read_table(lines, words.COLUMNS, words.OPTIONAL), at)


def _rows(table: Iterator[TableRow | BadRow], at: float) -> Iterator[GoodRow | BadRow]:
    for row in table:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield GoodRow(row.line, entry_of(row.cells, at))
        except RowError as error:
            yield BadRow(row.line, error.mistakes)
