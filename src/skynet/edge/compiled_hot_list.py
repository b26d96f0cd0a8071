"""A checked hot list as a file that loads in a second: its columns as numpy wrote them, in one uncompressed archive.

It is as trustworthy as the folder it lies in, like the configuration: what is checked is that it is whole.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from skynet.analytics.matching import HotList
from skynet.analytics.matching.entry_table import NUMBERS, TEXTS, EntryTable
from skynet.analytics.matching.text_column import TextColumn

MAGIC = b"PK\x03\x04"
"""What such a file begins with, and no CSV does."""
FORMAT = 1


class CompiledListError(Exception):
    """The file is no compiled hot list, or not whole. The text is one line without the file's name."""


def write_compiled(hot_list: HotList, path: Path) -> None:
    """Write `hot_list` to `path`; who looks at it meanwhile sees the old file or the new one. Raises OSError."""
    table = hot_list.table
    columns: dict[str, Any] = {f"number_{name}": column for name, column in table.numbers.items()}
    for name, text in table.texts.items():
        columns |= {f"starts_{name}": text.starts, f"store_{name}": text.store}
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, format=np.array(FORMAT), version=np.array(hot_list.version), **columns)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_compiled(path: Path) -> HotList:
    """Raises OSError, CompiledListError."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if int(archive["format"]) != FORMAT:
                raise CompiledListError("was compiled by another version of skynet; compile it anew")
            numbers = {name: archive[f"number_{name}"] for name in NUMBERS}
            texts = {name: TextColumn(archive[f"starts_{name}"], archive[f"store_{name}"]) for name in TEXTS}
            version = int(archive["version"])
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise CompiledListError(f"is no compiled hot list, or damaged ({error}); compile it anew") from None
    table = EntryTable(numbers, texts)
    if fault := table.fault:
        raise CompiledListError(f"is damaged: {fault}; compile it anew")
    return HotList(version, table)
