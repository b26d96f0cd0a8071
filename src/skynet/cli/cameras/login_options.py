"""How a command is told user and password of a camera: by an environment variable or a prompt, never by an option."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from skynet.domain.errors import BadInputError
from skynet.edge.onvif import Credentials
from skynet.edge.onvif.address import device_address

Address = Annotated[str, typer.Argument(help="Host, host:port or http(s)://host/onvif/device_service.", metavar="URL")]
UserOption = Annotated[str | None, typer.Option("--user", help="The camera's user. The password is asked for.")]
PasswordEnvOption = Annotated[
    str | None, typer.Option("--password-env", help="The environment variable that holds the password.", metavar="NAME")
]
InsecureOption = Annotated[bool, typer.Option("--insecure-tls", help="Take any TLS certificate of this camera.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing else.")]


def target(url: str, user: str | None, password_env: str | None) -> tuple[str, Credentials | None]:
    """The device's address and the login. Raises BadInputError."""
    address, inside = device_address(url)
    return address, credentials_of(user, password_env) or inside


def credentials_of(user: str | None, password_env: str | None) -> Credentials | None:
    """None without a user. Raises BadInputError."""
    if user is None:
        if password_env is not None:
            raise BadInputError("--password-env: needs the user as well; add --user")
        return None
    if password_env is not None:
        if password_env not in os.environ:
            raise BadInputError(
                f"--password-env: the environment variable {password_env[:64]} is not set; set it first"
            )
        return Credentials(user, os.environ[password_env])
    if not sys.stdin.isatty():
        raise BadInputError("--user: nobody can be asked for the password here; name its variable with --password-env")
    return Credentials(user, typer.prompt("Password", hide_input=True, err=True, default="", show_default=False))
