"""One entry of a registry file: a site, a camera, or both; and what is wrong with one that makes neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from skynet.domain.ids import Slug
from skynet.domain.registered_camera import RegisteredCamera, RegistryState
from skynet.domain.row_error import RowError, RowMistake
from skynet.domain.site import Site

Model = TypeVar("Model", bound=BaseModel)


class Wanted(BaseModel):
    """What else a file may say of a camera. None leaves it as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: RegistryState | None = None
    box_id: Slug | None = None


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """`line` counts from 1. `site` is registered before `camera`."""

    line: int
    site: Site | None = None
    camera: RegisteredCamera | None = None
    wanted: Wanted | None = None


def site_entry(line: int, value: object) -> RegistryEntry:
    """An item of a list of sites. Raises RowError."""
    return RegistryEntry(line, site=_checked(Site, _mapping(value), dotted))


def camera_entry(line: int, value: object) -> RegistryEntry:
    """An item of a list of cameras, which may also name `state` and `box_id`. Raises RowError."""
    content = _mapping(value)
    wanted = {name: content[name] for name in Wanted.model_fields if name in content}
    rest = {name: item for name, item in content.items() if name not in wanted}
    mistakes: list[RowMistake] = []
    camera = collect(RegisteredCamera, rest, dotted, mistakes)
    wishes = collect(Wanted, wanted, dotted, mistakes)
    if camera is None or wishes is None:
        raise RowError(mistakes)
    return RegistryEntry(line, camera=camera, wanted=wishes)


def collect(
    model: type[Model],
    value: object,
    column: Callable[[Sequence[int | str]], str],
    mistakes: list[RowMistake],
) -> Model | None:
    """`value` as `model`; None with more `mistakes`, whose places `column` names."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        mistakes.extend(RowMistake(_clean(column(one["loc"])), _clean(_text(one))) for one in found)
        return None


def dotted(loc: Sequence[int | str]) -> str:
    """The place of a value in a document, e.g. `mounting.height_m`."""
    return ".".join(str(part)[:40] for part in loc[:6])


def _checked(model: type[Model], value: object, column: Callable[[Sequence[int | str]], str]) -> Model:
    mistakes: list[RowMistake] = []
    found = collect(model, value, column, mistakes)
    if found is None:
        raise RowError(mistakes)
    return found


def _clean(text: str) -> str:
    """A lone surrogate, which a file may hold as an escape, cannot be sent on."""
    return text.encode("utf-8", "replace").decode()


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise RowError([RowMistake("", "is no object with named fields; write e.g. {id: gate-3, name: …}")])
    return value


def _text(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing; fill it in"
        case "extra_forbidden":
            return "is no field of it; remove it or correct its name"
        case "value_error":
            return str(error.get("ctx", {}).get("error", error["msg"]))
        case "string_pattern_mismatch" if error["loc"] and error["loc"][-1] in ("id", "site", "login", "box_id"):
            return "is no id: 1 to 64 lower-case letters, digits and inner hyphens, e.g. gate-3"
    return f"{error['msg'][:1].lower()}{error['msg'][1:]}; correct it"
