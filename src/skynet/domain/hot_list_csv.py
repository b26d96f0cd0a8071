"""A hot-list file as lines of bytes → its rows: good ones with their entry, bad ones with what is wrong. Pure.

A row is one line, so that a quotation mark that is never closed spoils one row and not the rest of the file. The first
line names the columns. UTF-8 with or without a mark and GB18030 are told apart by looking; commas, semicolons and tabs
by the header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from skynet.domain import hot_list_words as words
from skynet.domain.hot_list import HotListEntry
from skynet.domain.hot_list_row import RowError, RowMistake, entry_of

SAMPLE_BYTES = 1 << 20
"""So much of a file is looked at to tell its encoding."""
MAX_LINE_BYTES = 64 << 10
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NAMES = {name: column for column, others in words.COLUMNS.items() for name in (column, *others)}


class HotListFileError(Exception):
    """The file as a whole is no hot list. The text is one line; `line` from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True, slots=True)
class GoodRow:
    """`line` counts from 1, the header included, as every row's does."""

    line: int
    entry: HotListEntry


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    mistakes: tuple[RowMistake, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.mistakes))


def read_rows(lines: Iterable[bytes], at: float) -> Iterator[GoodRow | BadRow]:
    """The rows of a file as they stand at the time `at` (POSIX s), empty lines left out. Raises HotListFileError, where
    the header is no good, before any row is given."""
    source = iter(lines)
    sample: list[bytes] = []
    size = 0
    for line in source:
        sample.append(line)
        size += len(line)
        if size >= SAMPLE_BYTES:
            break
    encoding = _encoding(sample)
    numbered = enumerate(chain(sample, source), 1)
    number, first = next(((n, line) for n, line in numbered if line.strip(b" \t\r\n\xef\xbb\xbf")), (1, b""))
    header, delimiter = _header(number, _text(first.removeprefix(_UTF8_MARK), encoding))
    return _rows(numbered, encoding, header, delimiter, at)


def _rows(
    numbered: Iterator[tuple[int, bytes]], encoding: str, header: list[str], delimiter: str, at: float
) -> Iterator[GoodRow | BadRow]:
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            yield GoodRow(number, entry_of(_cells(line, encoding, header, delimiter), at))
        except RowError as error:
            yield BadRow(number, error.mistakes)


def _cells(line: bytes, encoding: str, header: list[str], delimiter: str) -> Mapping[str, str]:
    """Raises RowError."""
    if len(line) > MAX_LINE_BYTES:
        raise _row_error(f"is longer than {MAX_LINE_BYTES >> 10} KiB; is this a row?")
    text = _text(line, encoding)
    if text is None:
        raise _row_error(f"is not {_SHOWN[encoding]} like the rest of the file; save it in one encoding")
    try:
        cells = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        raise _row_error('holds a quotation mark (") that is not closed; close it or remove it') from None
    if len(cells) != len(header):
        raise _row_error(f"has {len(cells)} cells, the header {len(header)}; put texts with a separator in quotes")
    return dict(zip(header, cells, strict=True))


def _row_error(text: str) -> RowError:
    return RowError([RowMistake("", text)])


def _header(number: int, text: str | None) -> tuple[list[str], str]:
    """The columns in their order, and what separates them. Raises HotListFileError."""
    if text is None or not text.strip():
        raise HotListFileError(number, f"holds no header; its first line must name the columns: {_all_columns()}")
    delimiter = max(",;\t", key=text.count)
    try:
        cells = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        raise HotListFileError(number, 'the header holds a quotation mark (") that is not closed; remove it') from None
    names = [_NAMES.get(cell.strip().lower()) for cell in cells]
    columns = [name for name in names if name is not None]
    if unknown := [cell.strip()[:40] for cell, name in zip(cells, names, strict=True) if name is None]:
        raise HotListFileError(
            number, f"the header names '{unknown[0]}', which is no column; there is: {_all_columns()}"
        )
    if twice := [name for name in words.COLUMNS if columns.count(name) > 1]:
        raise HotListFileError(number, f"the header names {twice[0]} twice; remove one of the two")
    if missing := [name for name in words.COLUMNS if name not in columns and name not in words.OPTIONAL]:
        raise HotListFileError(number, f"the header lacks {', '.join(missing)}; add what is missing")
    return columns, delimiter


def _encoding(sample: list[bytes]) -> str:
    """UTF-8 where a mark or most of the lines that are not plain ASCII say so. Raises HotListFileError."""
    if sample and sample[0].startswith(_UTF16_MARKS):
        raise HotListFileError(1, "is UTF-16 text; save it as CSV in UTF-8 or GB18030")
    if sample and b"\0" in sample[0]:
        raise HotListFileError(1, "is no text; name a CSV file")
    if sample and sample[0].startswith(_UTF8_MARK):
        return "utf-8"
    telling = [line for line in sample if not line.isascii()]
    good = sum(_text(line, "utf-8") is not None for line in telling)
    return "utf-8" if 2 * good >= len(telling) else "gb18030"


def _text(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


_SHOWN = {"utf-8": "UTF-8", "gb18030": "GB18030"}


def _all_columns() -> str:
    return ", ".join(words.COLUMNS)
