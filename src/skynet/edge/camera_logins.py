"""Users and passwords of cameras, by name: they stay on the box, whatever the coordinator assigns.

A YAML file such as

    gate-cameras: {user: viewer, password: "…"}

that nobody but its owner and group may read. No error shows what stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from skynet.edge.yaml_source import YamlSource, YamlSyntaxError

MAX_FILE_BYTES = 1 << 20
_OTHERS_MAY = 0o007


class CameraLoginsError(Exception):
    """The file is no good. One line: what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class CameraLogin:
    """Who asks a camera for its stream."""

    user: str
    password: str = field(repr=False)

    def into(self, url: str) -> str:
        """`url`, which names no user, with this one in front of its host."""
        scheme, _, rest = url.partition("://")
        return f"{scheme}://{quote(self.user, safe='')}:{quote(self.password, safe='')}@{rest}"


def load_camera_logins(path: Path) -> Mapping[str, CameraLogin]:
    """The logins in `path` by name. Raises CameraLoginsError."""
    try:
        with path.open("rb") as file:
            mode = path.stat().st_mode
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CameraLoginsError(f"{path} cannot be read ({error.strerror}); name a YAML file") from None
    if mode & _OTHERS_MAY:
        raise CameraLoginsError(f"{path} may be read or changed by everybody; run: chmod 600 {path}")
    if len(content) > MAX_FILE_BYTES:
        raise CameraLoginsError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; is this the right file?")
    try:
        source = YamlSource(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CameraLoginsError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except YamlSyntaxError as error:  # its text may quote the line
        raise CameraLoginsError(f"{path}:{error.line}: is not YAML; put passwords in double quotes") from None
    if source.mistakes:
        where = source.mistakes[0].line or source.line_of(source.mistakes[0].path)
        raise CameraLoginsError(f"{path}:{where}: a key stands twice or a value cannot be read")
    if not isinstance(source.data, dict):
        raise CameraLoginsError(f"{path} does not hold names with a user and a password each")
    return {name: _login(path, source, name, value) for name, value in source.data.items()}


def _login(path: Path, source: YamlSource, name: str, value: object) -> CameraLogin:
    user = password = None
    if isinstance(value, dict) and set(value) == {"user", "password"}:
        user, password = value["user"], value["password"]
    if not isinstance(user, str) or not isinstance(password, str) or not user:
        raise CameraLoginsError(
            f"{path}:{source.line_of((name,))}: a login is a name with 'user' and 'password', both texts in quotes"
        )
    return CameraLogin(user, password)
