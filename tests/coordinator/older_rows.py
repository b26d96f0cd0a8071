"""Rows as an older version might have left them: one in every table of whatever schema is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    select,
)

JSON = '{"region": {"city": "合肥", "county": "庐阳"}}'
Row = dict[str, Any]


def reflected(connection: Connection) -> list[Table]:
    """The tables of the schema, those that others point at first, without Alembic's."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection) -> dict[str, Row]:
    """Give every empty table a row, none of its columns null; all tables' first rows."""
    rows: dict[str, Row] = {}
    for table in reflected(connection):
        if not connection.execute(select(func.count()).select_from(table)).scalar_one():
            connection.execute(insert(table).values({c.name: _value(c, rows) for c in table.columns}))
        rows[table.name] = first(connection, table)
    return rows


def first(connection: Connection, table: Table) -> Row:
    query = select(table).order_by(*table.primary_key.columns).limit(1)
    return dict(connection.execute(query).mappings().one())


def _value(column: Column[Any], rows: dict[str, Row]) -> object:
    for key in column.foreign_keys:
        if key.column.table is not column.table:
            return rows[key.column.table.name][key.column.name]
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 7
    if isinstance(column.type, Float):
        return 7.5
    if isinstance(column.type, LargeBinary):
        return b"\x00\xff"
    return JSON if isinstance(column.type, Text) else f"{column.name}"[: getattr(column.type, "length", None)]
