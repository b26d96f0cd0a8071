"""From what pydantic says about a document to mistakes that name the place in the document and the remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from skynet.domain.ids import SLUG_PATTERN
from skynet.edge.mistake import Mistake, Path, did_you_mean

TAG_KEY = "kind"
"""The key that tells the members of the one discriminated union there is (rules) apart."""
_SECRET_KEYS = frozenset({"source", "sub_source", "url"})


def mistakes_of(error: ValidationError, model: type[BaseModel], data: object) -> list[Mistake]:
    """One mistake for each thing that `error` complains of in `data`, which was to become a `model`."""
    errors = error.errors(include_url=False)
    found = []
    for one in errors:
        loc = one["loc"]
        # a list whose only items were refused is called too short as well: one mistake, not two
        if one["type"] == "too_short" and any(len(e["loc"]) > len(loc) and e["loc"][: len(loc)] == loc for e in errors):
            continue
        path = _path(loc, data)
        if one["type"] in ("union_tag_invalid", "union_tag_not_found"):
            path = (*path, TAG_KEY)
        found.append(Mistake(path, _text(one, path, model)))
    return found


def _path(loc: Sequence[str | int], data: object) -> Path:
    """`loc` without what is not in the document: union tags and the mark of a key."""
    path: list[str | int] = []
    here: object = data
    tag_seen = False
    for part in loc:
        if part == "[key]":
            continue
        if isinstance(here, dict) and not tag_seen and here.get(TAG_KEY) == part:
            tag_seen = True
            continue
        tag_seen = False
        path.append(part)
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            here = None
    return tuple(path)


def _text(error: ErrorDetails, path: Path, model: type[BaseModel]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            if path and isinstance(path[-1], int):
                return "is missing; a point is two numbers, e.g. [0.5, 0.9]"
            return "is missing; add it"
        case "extra_forbidden":
            return f"unknown key; {did_you_mean(str(path[-1]), _keys(model, error['loc'][:-1]))}"
        case "string_pattern_mismatch" if context.get("pattern") == SLUG_PATTERN:
            return f"{_value(error, path)} is no id: 1 to 64 small letters, digits and inner hyphens, e.g. gate-3"
        case "enum" | "literal_error" | "union_tag_invalid":
            choices = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags")))
            given = str(context.get("tag", error["input"]))[:40]
            return f"'{given}' is not known; {did_you_mean(given, choices)}"
        case "union_tag_not_found":
            return "is missing; say what kind of rule it is"
        case "too_long" if context.get("field_type") == "Tuple" and context.get("max_length") == 2:
            return f"has {context['actual_length']} numbers; a point is two numbers, e.g. [0.5, 0.9]"
        case "too_short":
            return "is empty; it needs at least one"
        case "value_error":
            return str(context["error"])
        case "string_type" if error["input"] is None:
            return "is empty; it needs a value"
        case "string_type":
            return f"{_value(error, path)} is no text; put it in quotes"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"must hold keys and values, not {_kind(error['input'])}"
        case "tuple_type" | "frozen_set_type":
            return f"must be a list, not {_kind(error['input'])}"
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be").replace("a valid", "a")
    return f"{said[:1].lower()}{said[1:]} (it is {_value(error, path)})"


def _value(error: ErrorDetails, path: Path) -> str:
    value = error["input"]
    if value is None:
        return "empty"
    if isinstance(value, dict | list):
        return _kind(value)
    if _SECRET_KEYS.intersection(path):
        return "what stands there"
    text = str(value)
    return f"'{text[:40]}…'" if len(text) > 40 else f"'{text}'"


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    return "a list" if isinstance(value, list) else "keys and values" if isinstance(value, dict) else "a single value"


def _keys(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The keys that may stand at `loc` of a document that is to become `model`."""
    here: Any = model
    for part in loc:
        here = _step(_bare(here), part)
    here = _bare(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _step(annotation: Any, part: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    members = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return next((member for member in members if part in _tags(member)), None)
    if get_origin(annotation) is dict:
        return members[1]
    return members[0] if members else None


def _tags(member: Any) -> tuple[Any, ...]:
    """The values of the tag key by which a member of a union is known."""
    field = getattr(member, "model_fields", {}).get(TAG_KEY)
    return get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()


def _bare(annotation: Any) -> Any:
    """Without Annotated and without None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return _bare(members[0]) if len(members) == 1 else annotation
    return annotation
