"""What a type cannot say about a configuration: names that must exist, ids that must differ, files, credentials.

Each check looks at the plain data of a document, whatever else is wrong with it, and returns its mistakes; what has the
wrong type is passed over here, since the types are checked apart. The functions that fill something in change `data`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from skynet.domain import AlertKind
from skynet.domain.errors import BadInputError
from skynet.edge.camera_logins import CameraLoginsError, load_camera_logins
from skynet.edge.mistake import Mistake, did_you_mean
from skynet.edge.mistake import Path as Place
from skynet.edge.onvif.address import device_address
from skynet.edge.token import TokenError, token_from_env, token_from_file
from skynet.media.stream_url import host_and_port, scheme_of

SCHEMES = ("rtsp", "rtsps")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def check_rules(data: dict[str, object], at: Place) -> list[Mistake]:
    """Rule ids that stand twice, and zones and lines that rules name and nobody drew."""
    mistakes = []
    ids: set[str] = set()
    for index, rule in _mappings(data.get("rules")):
        place = (*at, "rules", index)
        rule_id = rule.get("id")
        if isinstance(rule_id, str):
            if rule_id in ids:
                mistakes.append(Mistake((*place, "id"), f"'{rule_id}' is taken; give each rule of a camera its own id"))
            ids.add(rule_id)
        key = "line" if rule.get("kind") == AlertKind.LINE_CROSSING else "zone"
        named, drawn = rule.get(key), data.get(f"{key}s", {})
        if isinstance(named, str) and isinstance(drawn, dict) and named not in drawn:
            mistakes.append(
                Mistake((*place, key), f"'{named[:64]}' is not under '{key}s'; {did_you_mean(named, drawn)}")
            )
    return mistakes


def check_camera_ids(data: dict[str, object]) -> list[Mistake]:
    mistakes = []
    first: dict[str, int] = {}
    for index, camera in _mappings(data.get("cameras")):
        camera_id = camera.get("id")
        if not isinstance(camera_id, str):
            continue
        if camera_id in first:
            text = f"'{camera_id[:64]}' is the id of cameras[{first[camera_id]}] already; give each camera its own"
            mistakes.append(Mistake(("cameras", index, "id"), text))
        first.setdefault(camera_id, index)
    return mistakes


def check_cameras_rules(data: dict[str, object]) -> list[Mistake]:
    return [
        mistake
        for index, camera in _mappings(data.get("cameras"))
        for mistake in check_rules(camera, ("cameras", index))
    ]


def resolve_sources(data: dict[str, object], base: Path, env: Mapping[str, str]) -> list[Mistake]:
    """Fill in `${VARIABLES}`, make file sources absolute, and complain of those that cannot be meant."""
    mistakes = []
    for index, camera in _mappings(data.get("cameras")):
        for key in ("source", "sub_source"):
            source = camera.get(key)
            if not isinstance(source, str):
                continue
            try:
                camera[key] = _resolved(source, base, env)
            except ValueError as error:
                mistakes.append(Mistake(("cameras", index, key), str(error)))
        if isinstance(onvif := camera.get("onvif"), str):
            try:
                camera["onvif"] = _device(onvif, env)
            except ValueError as error:
                mistakes.append(Mistake(("cameras", index, "onvif"), str(error)))
    return mistakes


def resolve_folders(data: dict[str, object], base: Path) -> list[Mistake]:
    """Make `data_dir` and `models_dir` absolute; the second must exist, the first is made at start."""
    mistakes = []
    for key in ("data_dir", "models_dir"):
        folder = data.get(key)
        if not isinstance(folder, str):
            continue
        if not folder.strip():
            mistakes.append(Mistake((key,), "is empty; name a folder"))
            continue
        path = base / folder
        data[key] = str(path)
        if key == "models_dir" and not _is_dir(path):
            mistakes.append(Mistake((key,), f"there is no folder {path}; make it or name another"))
        if key == "data_dir" and _exists(path) and not _is_dir(path):
            mistakes.append(Mistake((key,), f"{path} is no folder; name another"))
    return mistakes


def resolve_hot_list(data: dict[str, object], base: Path) -> list[Mistake]:
    """Make `hot_list` absolute; it must be a file that can be read. What stands in it is not looked at here."""
    file = data.get("hot_list")
    if not isinstance(file, str):
        return []
    path = base / file
    data["hot_list"] = str(path)
    if not file.strip():
        return [Mistake(("hot_list",), "is empty; name a file or remove the key")]
    if _is_dir(path):
        return [Mistake(("hot_list",), f"{path} is a folder; name a CSV file or a compiled list")]
    if not _exists(path):
        return [Mistake(("hot_list",), f"there is no file {path}; name a CSV file or a compiled list")]
    if not os.access(path, os.R_OK):
        return [Mistake(("hot_list",), f"the file {path} may not be read; change its permissions")]
    return []


def resolve_camera_logins(data: dict[str, object], base: Path) -> list[Mistake]:
    """Make `camera_logins` absolute and see whether it is as it must be."""
    file = data.get("camera_logins")
    if not isinstance(file, str):
        return []
    data["camera_logins"] = str(base / file)
    try:
        load_camera_logins(base / file)
    except CameraLoginsError as error:
        return [Mistake(("camera_logins",), str(error))]
    return []


def resolve_token(data: dict[str, object], base: Path, env: Mapping[str, str]) -> list[Mistake]:
    """Make `token_file` absolute and see whether the token can be read."""
    section = data.get("coordinator")
    if not isinstance(section, dict):
        return []
    mistakes = []
    file, variable = section.get("token_file"), section.get("token_env")
    if isinstance(file, str):
        section["token_file"] = str(base / file)
        try:
            token_from_file(base / file)
        except TokenError as error:
            mistakes.append(Mistake(("coordinator", "token_file"), str(error)))
    if isinstance(variable, str):
        try:
            token_from_env(variable, env)
        except TokenError as error:
            mistakes.append(Mistake(("coordinator", "token_env"), str(error)))
    return mistakes


def _resolved(source: str, base: Path, env: Mapping[str, str]) -> str:
    """Raises ValueError, which never shows what a variable holds."""
    scheme = scheme_of(source)
    if scheme and scheme not in SCHEMES and not _VARIABLE.match(source):
        raise ValueError(f"{scheme}:// is not supported; name an rtsp:// or rtsps:// address, or a file")
    full = _expanded(source, env)
    if not full.strip():
        raise ValueError("is empty; name an rtsp:// address or a file")
    if scheme_of(full) in SCHEMES:
        host_and_port(full)
        return full
    if scheme_of(full):
        raise ValueError("is no rtsp:// or rtsps:// address, once its variables are filled in")
    path = base / full
    if _is_dir(path):
        raise ValueError(f"{path} is a folder; name a video file or an rtsp:// address")
    if not _exists(path):
        raise ValueError(f"there is no file {path}; name a video file or an rtsp:// address")
    if not os.access(path, os.R_OK):
        raise ValueError(f"the file {path} may not be read; change its permissions")
    return str(path)


def _device(onvif: str, env: Mapping[str, str]) -> str:
    """Raises ValueError, which never shows what a variable holds."""
    full = _expanded(onvif, env)
    if scheme_of(full) not in ("http", "https"):
        raise ValueError("is no http:// or https:// address; expected http://host/onvif/device_service")
    try:
        device_address(full)
    except BadInputError:
        raise ValueError("is no address of a device; expected http://host/onvif/device_service") from None
    return full


def _expanded(source: str, env: Mapping[str, str]) -> str:
    """Variables in front of the host hold user or password as they are, so they are escaped for the address."""
    host_at = source.rfind("@") if scheme_of(source) else -1

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in env:
            raise ValueError(f"the environment variable {name[:64] or '(no name)'} is not set; set it before the start")
        return quote(env[name], safe="") if found.start() < host_at else env[name]

    full = _VARIABLE.sub(value, source)
    if any(ord(c) < 0x20 or ord(c) == 0x7F or 0xD800 <= ord(c) <= 0xDFFF for c in full):
        raise ValueError("holds a control character once its variables are filled in; look at the variables")
    return full


def _mappings(value: object) -> Iterator[tuple[int, dict[str, object]]]:
    """The items of a list that are mappings, with their index."""
    if isinstance(value, list):
        yield from ((index, item) for index, item in enumerate(value) if isinstance(item, dict))


def _is_dir(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for names that are too long


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - as above
