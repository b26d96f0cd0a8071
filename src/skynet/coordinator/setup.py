"""Making and mending a data directory: what `init` and `migrate` do, and what `serve` demands.

`initialise` writes schema, tokens and their audit entries in one transaction: a directory is set up whole or not at
all, and doing it again changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from skynet.coordinator.access.scope import Scope
from skynet.coordinator.access.signed_head import LedgerKey
from skynet.coordinator.access.token_office import FreshToken
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage import schema
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.token_rows import TokenRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Initialised:
    """`tokens` are those made now, empty when the directory was set up before; `token_count` counts all there are."""

    revision: str
    tokens: list[FreshToken]
    token_count: int


def initialise(data_dir: DataDir, clock: Clock, actor: str, tokens_dir: Path | None = None) -> Initialised:
    """Set up the directory. Secrets are also written to `tokens_dir`, before they become valid.

    Raises BadInputError: a folder cannot be made, a token file is there already, or the database is not ours.
    """
    data_dir.make()
    with data_dir.locked(), _database(data_dir) as database, database.writing() as connection:
        database.unhurried(connection)
        revision = schema.current(connection)
        if revision is None:
            schema.upgrade(connection)
            _note(connection, clock, actor, "coordinator.initialised", revision=schema.newest())
        else:
            _require_newest(data_dir, revision)
        tokens: list[FreshToken] = []
        if TokenRows(connection).count() == 0:
            tokens = [FreshToken.make(scope, scope, clock) for scope in (Scope.EDGE, Scope.CONSOLE, Scope.ADMIN)]
            for token in tokens:
                token.store(connection, actor)
            if tokens_dir is not None:
                _write_secrets(tokens_dir, tokens)
        _make_key(data_dir)
        return Initialised(schema.newest(), tokens, TokenRows(connection).count())


def migrate(data_dir: DataDir, clock: Clock, actor: str) -> tuple[str, str]:
    """Bring the schema up to this version's; the revisions before and after. Raises BadInputError."""
    data_dir.require_initialised()
    data_dir.make()
    with data_dir.locked(), _database(data_dir) as database, database.writing() as connection:
        database.unhurried(connection)
        before = schema.current(connection)
        if before is None:
            raise BadInputError(f"{data_dir.shown}: the database is empty; run 'skynet coordinator init' first")
        if before != schema.newest():
            _require_known(data_dir, before)
            database.require_alone(connection)
            schema.upgrade(connection)
            _note(connection, clock, actor, "schema.migrated", before=before, after=schema.newest())
        _make_key(data_dir)
        return before, schema.newest()


def require_ready(data_dir: DataDir) -> None:
    """Raises BadInputError unless the directory is set up and at this version's schema."""
    data_dir.require_initialised()
    with _database(data_dir) as database, database.reading() as connection:
        revision = schema.current(connection)
        if revision is None:
            raise BadInputError(
                f"{data_dir.shown}: the set-up there was never finished; "
                f"run 'skynet coordinator init {data_dir.options}'"
            )
        _require_newest(data_dir, revision)


def _require_newest(data_dir: DataDir, revision: str) -> None:
    if revision == schema.newest():
        return
    _require_known(data_dir, revision)
    raise BadInputError(
        f"{data_dir.shown}: the database is at schema {revision}, this version needs {schema.newest()}; "
        f"run 'skynet coordinator migrate {data_dir.options}'"
    )


def _require_known(data_dir: DataDir, revision: str) -> None:
    if not schema.known(revision):
        raise BadInputError(
            f"{data_dir.shown}: schema {revision} was made by a newer Skynet than this one; install that one"
        )


@contextmanager
def _database(data_dir: DataDir) -> Iterator[Database]:
    with closing(Database(data_dir.where)) as database:
        try:
            database.require_sound()
            yield database
        except DBAPIError as error:
            mend = "restore it from a backup or name another folder"
            what = data_dir.database.name
            if database.server is not None:
                mend = "look whether the server runs, the database is there and this user may use it"
                what = "the database"
            reason = " ".join(str(error.orig).split())
            raise BadInputError(f"{data_dir.shown}: {what} cannot be used ({reason}); {mend}") from error


def _make_key(data_dir: DataDir) -> None:
    """The key of the audit ledger, once."""
    try:
        LedgerKey.make(data_dir.audit_key)
    except FileExistsError:
        return
    except OSError as error:
        raise BadInputError(f"{data_dir.audit_key}: cannot be written ({error.strerror})") from error


def _note(connection: Connection, clock: Clock, actor: str, action: str, **detail: object) -> None:
    AuditRows(connection).append(AuditNote(actor, action, "coordinator", None, detail), now_ms(clock))


def _write_secrets(folder: Path, tokens: list[FreshToken]) -> None:
    """One file a scope, for scripts: readable by their owner only, durable before the tokens become valid."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for token in tokens:
            path = folder / f"{token.scope}.token"
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(token.secret + "\n")
                file.flush()
                os.fsync(file.fileno())
    except FileExistsError as error:
        raise BadInputError(
            f"--tokens-dir {folder}: {error.filename} is there already and is not overwritten; "
            "remove it or name another folder"
        ) from error
    except OSError as error:
        raise BadInputError(f"--tokens-dir {folder}: cannot be written ({error.strerror})") from error
