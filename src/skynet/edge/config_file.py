"""Reads configuration and rules files whole: either everything in them is right, or every mistake is told at once.

Reads the file, the files that it names, and the environment it is given. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from skynet.domain import RuleSet
from skynet.domain.errors import BadInputError
from skynet.edge import config_checks
from skynet.edge.config import EdgeConfig, RulesConfig
from skynet.edge.config_mistakes import mistakes_of
from skynet.edge.mistake import Mistake, on_one_line, path_text
from skynet.edge.yaml_source import YamlSource, YamlSyntaxError

MAX_FILE_BYTES = 1 << 20
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Override:
    """A value given on the command line in place of the file's. Paths must be absolute."""

    option: str
    path: tuple[str, ...]
    value: str | int


def load_edge_config(path: Path, env: Mapping[str, str], overrides: Sequence[Override] = ()) -> EdgeConfig:
    """The configuration in `path`. Relative paths in it start at its own folder.

    Raises BadInputError with one line for each mistake, in the order of the file.
    """
    source = _read(path)
    data = _mapping(path, source)
    for override in overrides:
        _apply(override, data)
    base = path.absolute().parent
    mistakes = [
        *source.mistakes,
        *config_checks.resolve_token(data, base, env),
        *config_checks.resolve_folders(data, base),
        *config_checks.resolve_hot_list(data, base),
        *config_checks.resolve_camera_logins(data, base),
        *config_checks.resolve_sources(data, base, env),
        *config_checks.check_camera_ids(data),
        *config_checks.check_cameras_rules(data),
    ]
    return _validated(EdgeConfig, data, mistakes, path, source, overrides)


def load_rules(path: Path) -> RuleSet:
    """The zones, lines and rules in `path`. Raises BadInputError with one line for each mistake."""
    source = _read(path)
    data = _mapping(path, source)
    mistakes = [*source.mistakes, *config_checks.check_rules(data, ())]
    return _validated(RulesConfig, data, mistakes, path, source).rule_set()


def _read(path: Path) -> YamlSource:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); name a YAML file") from None
    if len(content) > MAX_FILE_BYTES:
        raise BadInputError(f"{path}: is larger than {MAX_FILE_BYTES >> 20} MiB; is this the right file?")
    try:
        return YamlSource(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInputError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8") from None
    except YamlSyntaxError as error:
        raise BadInputError(f"{path}:{error.line}: {error.text}") from None


def _mapping(path: Path, source: YamlSource) -> dict[str, object]:
    if not isinstance(source.data, dict):
        if source.mistakes:
            _refuse(path, source, source.mistakes)
        what = "is empty" if source.data is None else "does not hold keys and values"
        raise BadInputError(f"{path}:{source.line_of(())}: {what}; see configs/ for an example")
    return source.data


def _apply(override: Override, data: dict[str, object]) -> None:
    *sections, key = override.path
    here = data
    for name in sections:
        inner = here.setdefault(name, {})
        if inner is None:
            inner = here[name] = {}
        if not isinstance(inner, dict):
            return  # the file's mistake is told by its type
        here = inner
    here[key] = override.value
    if override.path == ("coordinator", "token_file"):
        here.pop("token_env", None)


def _validated(
    model: type[_Model],
    data: dict[str, object],
    mistakes: list[Mistake],
    path: Path,
    source: YamlSource,
    overrides: Sequence[Override] = (),
) -> _Model:
    try:
        config = model.model_validate(data)
    except ValidationError as error:
        told = {mistake.path for mistake in source.mistakes}  # what could not be read stands as empty in the data
        others = [mistake for mistake in mistakes_of(error, model, data) if mistake.path not in told]
        _refuse(path, source, [*mistakes, *others], overrides)
    if mistakes:
        _refuse(path, source, mistakes, overrides)
    return config


def _refuse(
    path: Path, source: YamlSource, mistakes: Iterable[Mistake], overrides: Sequence[Override] = ()
) -> NoReturn:
    options: dict[tuple[str | int, ...], str] = {override.path: override.option for override in overrides}
    lines = {}
    for mistake in mistakes:
        line = mistake.line or source.line_of(mistake.path)
        where = path_text(mistake.path)
        if option := options.get(mistake.path):
            line, text = 0, f"{option}: {mistake.text}"
        else:
            text = f"{path}:{line}: {where}: {mistake.text}" if where else f"{path}:{line}: {mistake.text}"
        lines[on_one_line(text)] = line
    raise BadInputError("\n".join(sorted(lines, key=lambda text: (lines[text], text))))
