"""Tables as files of JSON lines, the same whichever database they come from or go to.

A line is the array of a row's values in the order of the columns that the first line names; bytes are
`{"base64": …}`. Rows come by primary key, so that rows which point at earlier ones of their table find them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, delete, insert, select

from skynet.coordinator.storage.tables import metadata

BATCH = 1000
VERSION_TABLE = "alembic_version"


class DumpError(Exception):
    """A file of rows is not what its backup says, or not of this schema."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """What a table's file holds; the hash is of the JSON lines before compression."""

    rows: int
    sha256: str


def tables() -> list[Table]:
    """All tables of this version, those that others point at first."""
    return list(metadata.sorted_tables)


def dump(connection: Connection, table: Table, path: Path) -> TableFile:
    """Write the rows of `table`, a batch in memory at a time."""
    digest, rows = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with gzip.open(path, "wb", compresslevel=4) as file:
        for values in _lines(connection, table, query):
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_wrapped).encode() + b"\n"
            digest.update(line)
            file.write(line)
            rows += 1
    return TableFile(rows - 1, digest.hexdigest())


def load(connection: Connection, folder: Path, told: dict[str, TableFile]) -> None:
    """Fill the tables of the schema that `connection` stands at with the files of `folder`, and with nothing else.

    Raises DumpError, OSError.
    """
    found = MetaData()
    found.reflect(connection)
    there = [table for table in found.sorted_tables if table.name != VERSION_TABLE]
    if {table.name for table in there} != set(told):
        raise DumpError(f"its tables are not those of its schema: {sorted(set(told) ^ {t.name for t in there})}")
    for table in reversed(there):
        connection.execute(delete(table))
    for table in there:
        path = folder / f"{table.name}.jsonl.gz"
        if _fill(connection, table, path) != told[table.name]:
            raise DumpError(f"{path.name} is not the file that was written: its rows or their hash differ")


def _lines(connection: Connection, table: Table, query: object) -> Iterator[list[object]]:
    yield [column.name for column in table.columns]
    for row in connection.execute(query):  # type: ignore[call-overload]  # a Select of any shape
        yield list(row)


def _fill(connection: Connection, table: Table, path: Path) -> TableFile:
    digest, rows = hashlib.sha256(), 0
    batch: list[dict[str, object]] = []
    try:
        with gzip.open(path, "rb") as file:
            header = file.readline()
            digest.update(header)
            names = json.loads(header)
            if names != [column.name for column in table.columns]:
                raise DumpError(f"{path.name}: its columns are not those of its schema")
            for line in file:
                digest.update(line)
                batch.append(dict(zip(names, map(_plain, json.loads(line)), strict=True)))
                rows += 1
                if len(batch) == BATCH:
                    connection.execute(insert(table), batch)
                    batch = []
    except (ValueError, EOFError, gzip.BadGzipFile) as error:
        raise DumpError(f"{path.name} is broken off or altered ({error})") from None
    if batch:
        connection.execute(insert(table), batch)
    return TableFile(rows, digest.hexdigest())


def _wrapped(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} has no place in a backup")


def _plain(value: object) -> object:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
