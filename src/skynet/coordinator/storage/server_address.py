"""Where a PostgreSQL database is. Whatever shows an address shows it without its password."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from skynet.domain.errors import BadInputError

FORM = "postgresql://USER@HOST:PORT/NAME"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A database on a PostgreSQL server. What the address leaves out (a password above all) libpq looks for where it
    always does: PGPASSWORD, the file that PGPASSFILE names, ~/.pgpass, a service file."""

    url: URL = field(repr=False)

    @classmethod
    def parse(cls, text: str, where: str) -> ServerAddress:
        """`where` names the option or file that says `text`. Raises BadInputError, which never repeats the text."""
        try:
            url = make_url(text.strip())
        except (ArgumentError, ValueError):
            raise BadInputError(f"{where}: not of the form {FORM}") from None
        if url.drivername != "postgresql":
            raise BadInputError(f"{where}: names no PostgreSQL database; write {FORM}")
        if not url.database:
            raise BadInputError(f"{where}: does not say which database; write {FORM}")
        return cls(url)

    @property
    def has_password(self) -> bool:
        return self.url.password is not None or "password" in self.url.query

    @property
    def public(self) -> ServerAddress:
        """The address without its password."""
        bare = self.url.set(password=None) if self.url.password is not None else self.url
        return ServerAddress(bare.difference_update_query(["password"]))

    @property
    def text(self) -> str:
        """The whole address, with the password if it has one."""
        return self.url.render_as_string(hide_password=False)

    def __str__(self) -> str:
        return self.public.url.render_as_string(hide_password=True)
