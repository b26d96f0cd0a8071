"""The plain design that one would write in an afternoon: a row a request, `ORDER BY occurred_at` for every poll.

FastAPI and SQLAlchemy, as ours; indexed, validated, committed and synced before the answer, as ours. No batches, no
sequence, no ledger.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Query
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, create_engine, event, insert, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from skynet.domain.alert import Alert

_metadata = MetaData()
_alerts = Table(
    "alerts",
    _metadata,
    Column("id", String(36), primary_key=True),
    Column("occurred_at", DateTime(timezone=True), index=True, nullable=False),
    Column("body", Text, nullable=False),
)


class Stored(BaseModel):
    id: str


def build(path: str) -> FastAPI:
    engine = create_engine(f"sqlite:///{path}", pool_size=48)
    event.listen(engine, "connect", _sync)
    _metadata.create_all(engine)
    app = FastAPI()

    @app.post("/alerts")
    def store(alert: Alert) -> Stored:
        with engine.begin() as connection:
            values = {"id": str(alert.id), "occurred_at": alert.occurred_at, "body": alert.model_dump_json()}
            connection.execute(insert(_alerts).values(values))
        return Stored(id=str(alert.id))

    @app.get("/alerts")
    def newest(limit: Annotated[int, Query(le=500)] = 100) -> list[dict[str, Any]]:
        query = select(_alerts.c.body).order_by(_alerts.c.occurred_at.desc()).limit(limit)
        with engine.connect() as connection:
            return [json.loads(body) for body in connection.execute(query).scalars()]

    return app


def serve(path: str) -> None:
    """Until it is told to stop."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    uvicorn.Server(uvicorn.Config(build(path), log_level="warning")).run(sockets=[listener])


def _sync(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
