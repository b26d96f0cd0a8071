"""The box's token, read when it is needed, so that an operator can put a new one in place of a revoked one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

MAX_TOKEN_BYTES = 4096


class TokenError(Exception):
    """There is no usable token. The text is one line and never shows any of it."""


def token_from_file(path: Path) -> str:
    """The one line that `path` holds. Raises TokenError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TOKEN_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TokenError(
            f"the token file {path} cannot be read ({reason}); put the token that `skynet coordinator init` made there"
        ) from None
    return _checked(content, f"the token file {path}")


def token_from_env(name: str, env: Mapping[str, str]) -> str:
    """The value of the environment variable `name`. Raises TokenError."""
    if name not in env:
        raise TokenError(f"the environment variable {name} is not set; put the box's token into it")
    return _checked(env[name].encode("utf-8", "surrogateescape"), f"the environment variable {name}")


def _checked(content: bytes, where: str) -> str:
    token = content.strip()
    if not token:
        raise TokenError(f"{where} is empty; put the box's token into it")
    if len(token) > MAX_TOKEN_BYTES or not all(0x21 <= byte <= 0x7E for byte in token):
        raise TokenError(f"{where} does not hold a token, which is one line of ASCII without spaces")
    return token.decode("ascii")
