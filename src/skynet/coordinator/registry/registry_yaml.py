"""A registry file in YAML → its entries, each with the line on which it begins.

Before anything is built, the events are looked through: an alias (a small file can stand for an endless document with
them) and deep nesting are refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from skynet.domain.registry_entry import RegistryEntry
from skynet.domain.registry_json import ENTRY_OF, entry_or_mistakes
from skynet.domain.row_error import BadRow, FileFormatError, RowMistake

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 32


def read_yaml(text: str) -> Iterator[RegistryEntry | BadRow]:
    """The entries of `sites:` and `cameras:`. Raises FileFormatError before any entry is given."""
    try:
        _look_through(text)
        loader = Loader(text)
        try:
            return iter(list(_entries(loader, loader.get_single_node())))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FileFormatError(line, f"is no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise FileFormatError(1, f"is no YAML: {str(error).splitlines()[0]}") from None


def _look_through(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise FileFormatError(line, "uses an alias (*name), which is not taken here; write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise FileFormatError(line, f"is nested deeper than {MAX_DEPTH} levels; is this a registry file?")


def _entries(loader: yaml.SafeLoader, document: yaml.Node | None) -> Iterator[RegistryEntry | BadRow]:
    if not isinstance(document, yaml.MappingNode):
        raise FileFormatError(1, "is no registry file in YAML: it has 'sites:' and 'cameras:', each with a list")
    lists: dict[str, yaml.SequenceNode] = {}
    for key, value in document.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.value not in ENTRY_OF or key.value in lists:
            raise FileFormatError(line, "is no part of a registry file; it has 'sites:' and 'cameras:', each once")
        if not isinstance(value, yaml.SequenceNode):
            raise FileFormatError(line, f"'{key.value}' is no list; write its items with '- ' before each")
        lists[key.value] = value
    for kind in ENTRY_OF:
        for item in lists[kind].value if kind in lists else ():
            yield _entry(loader, kind, item)


def _entry(loader: yaml.SafeLoader, kind: str, item: yaml.Node) -> RegistryEntry | BadRow:
    line = item.start_mark.line + 1
    try:
        value = loader.construct_object(item, deep=True)
    except (yaml.constructor.ConstructorError, ValueError, OverflowError) as error:
        problem = getattr(error, "problem", None) or str(error)
        return BadRow(line, (RowMistake("", f"holds a value that cannot be read ({problem}); correct it"),))
    return entry_or_mistakes(kind, line, value)
