"""A CSV file as lines of bytes → its rows by the names of its columns. Pure.

A row is one line, so that a quotation mark that is never closed spoils one row and not the rest of the file. The first
line names the columns. UTF-8 with or without a mark and GB18030 are told apart by looking; commas, semicolons and tabs
by the header.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from skynet.domain.row_error import BadRow, FileFormatError, RowError, RowMistake

SAMPLE_BYTES = 1 << 20
"""So much of a file is looked at to tell its encoding."""
MAX_LINE_BYTES = 64 << 10
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class TableRow:
    """`line` counts from 1, the header included, as every row's does."""

    line: int
    cells: Mapping[str, str]


def read_table(
    lines: Iterable[bytes], columns: Mapping[str, Sequence[str]], optional: Collection[str]
) -> Iterator[TableRow | BadRow]:
    """The rows of a file, empty lines left out. `columns` are the names of columns with what each may be called
    instead, all of which must be there but the `optional` ones. Raises FileFormatError, where the header is no good,
    before any row is given."""
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
    header, delimiter = _header(number, _text(first.removeprefix(_UTF8_MARK), encoding), columns, optional)
    return _rows(numbered, encoding, header, delimiter)


def _rows(
    numbered: Iterator[tuple[int, bytes]], encoding: str, header: list[str], delimiter: str
) -> Iterator[TableRow | BadRow]:
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            yield TableRow(number, _cells(line, encoding, header, delimiter))
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


def _header(
    number: int, text: str | None, columns: Mapping[str, Sequence[str]], optional: Collection[str]
) -> tuple[list[str], str]:
    """The columns in their order, and what separates them. Raises FileFormatError."""
    known = {name: column for column, others in columns.items() for name in (column, *others)}
    every = ", ".join(columns)
    if text is None or not text.strip():
        raise FileFormatError(number, f"holds no header; its first line must name the columns: {every}")
    delimiter = max(",;\t", key=text.count)
    try:
        cells = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        raise FileFormatError(number, 'the header holds a quotation mark (") that is not closed; remove it') from None
    names = [known.get(cell.strip().lower()) for cell in cells]
    named = [name for name in names if name is not None]
    if unknown := [cell.strip()[:40] for cell, name in zip(cells, names, strict=True) if name is None]:
        raise FileFormatError(number, f"the header names '{unknown[0]}', which is no column; there is: {every}")
    if twice := [name for name in columns if named.count(name) > 1]:
        raise FileFormatError(number, f"the header names {twice[0]} twice; remove one of the two")
    if missing := [name for name in columns if name not in named and name not in optional]:
        raise FileFormatError(number, f"the header lacks {', '.join(missing)}; add what is missing")
    return named, delimiter


def _encoding(sample: list[bytes]) -> str:
    """UTF-8 where a mark or most of the lines that are not plain ASCII say so. Raises FileFormatError."""
    if sample and sample[0].startswith(_UTF16_MARKS):
        raise FileFormatError(1, "is UTF-16 text; save it as CSV in UTF-8 or GB18030")
    if sample and b"\0" in sample[0]:
        raise FileFormatError(1, "is no text; name a CSV file")
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
