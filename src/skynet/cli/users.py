"""`skynet coordinator users …`: people's logins, on the coordinator's own machine. It may be running."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from skynet.cli.database_option import DatabaseOption, DataDirOption, data_dir_of
from skynet.coordinator import setup
from skynet.coordinator.access.passwords import Passwords
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.role import Role
from skynet.coordinator.access.token_office import areas_of
from skynet.coordinator.access.user_book import UserBook
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.problem import ProblemError
from skynet.coordinator.routes.users import UserRequest
from skynet.coordinator.storage.database import Database
from skynet.domain.area import EVERYWHERE, Area
from skynet.domain.clock import SystemClock
from skynet.domain.errors import BadInputError

app = typer.Typer(no_args_is_help=True, help="People who sign in: their roles and areas.")

Login = Annotated[str, typer.Argument(help="What the user types to sign in.")]
PAGE = 500


@app.command()
def add(
    context: typer.Context,
    data_dir: DataDirOption,
    login: Login,
    role: Annotated[list[Role], typer.Option("--role", help="What they do; may be given several times.")],
    name: Annotated[str, typer.Option(help="What others read; the login when left out.")] = "",
    area: Annotated[
        list[str] | None, typer.Option("--area", help="Where, as in 杭州市/西湖区; everywhere when left out.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Make a user. The first password is shown this once."""
    try:
        areas = [TypeAdapter(Area).validate_python(one) for one in area or [EVERYWHERE]]
        wanted = UserRequest(login=login, name=name or login, roles=role, areas=areas)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadInputError(f"{'.'.join(str(part) for part in first['loc']) or '--area'}: {first['msg']}") from None
    with _book(data_dir_of(context, data_dir, database)) as (book, principal):
        fresh = book.add(wanted.login, wanted.name, wanted.roles, wanted.areas, principal)
    typer.echo(f"{login} may sign in and must set a password of their own. First password, not shown again:")
    typer.echo(fresh.password)


@app.command("list")
def list_users(context: typer.Context, data_dir: DataDirOption, database: DatabaseOption = None) -> None:
    """All users, the disabled ones too."""
    with _book(data_dir_of(context, data_dir, database)) as (book, principal):
        after = ""
        while found := book.page(after, PAGE, principal):
            for row in found:
                state = "disabled" if row["disabled_ms"] is not None else "active"
                where = ", ".join(area or "everywhere" for area in areas_of(row))
                typer.echo(f"{row['login']:<20} {state:<9} {', '.join(json.loads(row['roles']))} in {where}")
            after = found[-1]["id"]


@app.command()
def disable(context: typer.Context, data_dir: DataDirOption, login: Login, database: DatabaseOption = None) -> None:
    """Shut a user out, at once."""
    with _book(data_dir_of(context, data_dir, database)) as (book, principal):
        book.disable(book.by_login(login, principal)["id"], principal)
    typer.echo(f"{login} is disabled; 'reset-password' lets them in again")


@app.command("reset-password")
def reset_password(
    context: typer.Context,
    data_dir: DataDirOption,
    login: Login,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="Also forget the lost authenticator.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Give a user a new first password, end their sessions, and let a disabled one in again."""
    with _book(data_dir_of(context, data_dir, database)) as (book, principal):
        fresh = book.reset(book.by_login(login, principal)["id"], principal, second_factor=second_factor)
    typer.echo(f"{login} must set a password of their own. First password, not shown again:")
    typer.echo(fresh.password)


@contextmanager
def _book(where: DataDir) -> Iterator[tuple[UserBook, Principal]]:
    setup.require_ready(where)
    clock = SystemClock()
    user = f"uid-{os.getuid()}"
    with closing(Database(where.where)) as database:
        try:
            yield UserBook(database, clock, Passwords()), Principal(user, "cli", None, None)
        except ProblemError as error:
            raise BadInputError(error.detail) from None
