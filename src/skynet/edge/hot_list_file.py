"""Hot lists on disk: CSV as people write it, or compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from skynet.analytics.matching import HotList, HotListFullError
from skynet.analytics.matching.entry_table_builder import EntryTableBuilder
from skynet.domain.csv_table import MAX_LINE_BYTES
from skynet.domain.errors import BadInputError
from skynet.domain.hot_list_csv import read_rows
from skynet.domain.row_error import BadRow, FileFormatError, RowMistake
from skynet.edge.compiled_hot_list import MAGIC, CompiledListError, read_compiled
from skynet.edge.mistake import on_one_line


@dataclass(frozen=True, slots=True)
class LoadedList:
    """A list as a file gave it; `bad_rows` were left out."""

    hot_list: HotList
    bad_rows: int


def load_hot_list(
    path: Path,
    at: float,
    *,
    tell: Callable[[BadRow], None] = lambda row: None,
    progress: Callable[[int], None] = lambda size: None,
) -> LoadedList:
    """The list in `path` as it stands at the time `at` (POSIX s); its good rows, where it has bad ones.

    `tell` hears of each bad row, those that stand twice last; `progress` how many bytes more have been read. A list
    from CSV has the file's time of change (POSIX s) as its version. Raises BadInputError.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                return LoadedList(read_compiled(path), 0)
            file.seek(0)
            return _csv_list(file, int(path.stat().st_mtime), at, tell, progress)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); name a hot list") from None
    except FileFormatError as error:
        raise BadInputError(f"{path}:{error.line}: {on_one_line(str(error))}") from None
    except (HotListFullError, CompiledListError) as error:
        raise BadInputError(f"{path}: {on_one_line(str(error))}") from None


def bad_row_text(path: Path, row: BadRow) -> str:
    """`FILE:LINE: what is wrong and how to mend it`, on one line."""
    return on_one_line(f"{path}:{row.line}: {row}")


def _csv_list(
    file: BinaryIO, version: int, at: float, tell: Callable[[BadRow], None], progress: Callable[[int], None]
) -> LoadedList:
    builder = EntryTableBuilder()
    bad = 0
    for row in read_rows(_lines(file, progress), at):
        if isinstance(row, BadRow):
            bad += 1
            tell(row)
        else:
            builder.add(row.entry, row.line)
    table, repeats = builder.build()
    for repeat in repeats:
        text = f"this vehicle stands in line {repeat.first} already, in the same case; remove one of the two"
        tell(BadRow(repeat.row, (RowMistake("plate", text),)))
    return LoadedList(HotList(version, table), bad + len(repeats))


def _lines(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Lines, of an overlong one no more than shows that it is."""
    told = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES + 1)
        if (here := file.tell()) - told > 1 << 18:
            progress(here - told)
            told = here
    progress(file.tell() - told)
