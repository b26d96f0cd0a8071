"""YAML as plain data that remembers the line of every value.

Reads text, does no I/O. Follows the YAML 1.2 core schema, so that `22:00` is a text and not 1320 and `on` is not True;
anchors, aliases and merge keys (`<<`) work. Nothing is constructed but dicts with text keys, lists, texts, numbers,
booleans and None, whatever the document asks for, and aliases cannot make it grow without bound.
"""

from __future__ import annotations

import re
from typing import ClassVar

import yaml

from skynet.edge.mistake import Mistake, Path

MAX_VALUES = 100_000
"""Values in one document, aliases counted each time they stand for something."""
_CORE = "tag:yaml.org,2002:"
_MERGE = f"{_CORE}merge"
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class YamlSyntaxError(Exception):
    """The text is no YAML document that can be used at all. `line` from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}")
        self.line = line
        self.text = text


class YamlSource:
    """A document. `data` is plain; `mistakes` are those that YAML itself lets pass, such as a key that stands twice."""

    def __init__(self, text: str) -> None:
        """Raises YamlSyntaxError."""
        self.mistakes: list[Mistake] = []
        self._lines: dict[Path, int] = {}
        self._values = 0
        self._open: set[int] = set()
        self.data: object = None
        try:
            root = yaml.compose(text, Loader=_CoreLoader)
            if root is not None:
                self._lines[()] = root.start_mark.line + 1
                self.data = self._plain(root, ())
        except RecursionError:
            raise YamlSyntaxError(1, "is nested too deeply to be read") from None
        except yaml.reader.ReaderError as error:
            raise YamlSyntaxError(_line_at(text, error), "holds a character that is not allowed in YAML") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise YamlSyntaxError(mark.line + 1 if mark else 1, _syntax_text(error)) from None
        except (ValueError, OverflowError) as error:  # PyYAML lets some of its own int() and chr() calls fail
            raise YamlSyntaxError(1, f"is not YAML: {error}") from None

    def line_of(self, path: Path) -> int:
        """Line of the value at `path`, or of what should hold it where it does not exist."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _plain(self, node: yaml.Node, path: Path) -> object:
        self._values += 1
        if self._values > MAX_VALUES:
            raise YamlSyntaxError(node.start_mark.line + 1, f"holds more than {MAX_VALUES} values; make it smaller")
        if id(node) in self._open:
            raise YamlSyntaxError(node.start_mark.line + 1, "an alias (*) stands inside the value that it refers to")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode) and node.tag == f"{_CORE}map":
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode) and node.tag == f"{_CORE}seq":
                return self._sequence(node, path)
            if isinstance(node, yaml.ScalarNode):
                return self._scalar(node, path)
        finally:
            self._open.discard(id(node))
        self._complain(path, node, f"the tag '{_shown(node.tag)}' is not used here; remove it")
        return None

    def _sequence(self, node: yaml.SequenceNode, path: Path) -> list[object]:
        items = []
        for index, item in enumerate(node.value):
            self._lines.setdefault((*path, index), item.start_mark.line + 1)
            items.append(self._plain(item, (*path, index)))
        return items

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        mapping: dict[str, object] = {}
        merged: list[yaml.Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged += value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(path, key_node, "a key must be a single word")
                continue
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in mapping:
                first = self._lines[*path, key]
                text = f"stands twice (first in line {first}); remove one of the two"
                self.mistakes.append(Mistake((*path, key), text, line))
                continue
            if _UNWANTED.search(key):
                self._complain(path, key_node, "a key holds a control character; remove it")
                continue
            self._lines.setdefault((*path, key), line)
            mapping[key] = self._plain(value_node, (*path, key))
        for value_node in merged:
            self._merge(value_node, path, mapping)
        return mapping

    def _merge(self, node: yaml.Node, path: Path, into: dict[str, object]) -> None:
        """Add what `node` has and `into` has not; lines that are known already are not overwritten."""
        mapping = self._plain(node, path)
        if not isinstance(mapping, dict):
            self._complain(path, node, "'<<' takes a mapping, or a list of mappings")
            return
        for key, value in mapping.items():
            into.setdefault(key, value)

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        text = str(node.value)
        match node.tag.removeprefix(_CORE):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if re.fullmatch(_CoreLoader.INT, text):
                return int(text, 0) if text.lstrip("+-")[:2] in ("0x", "0o") else int(text)
            case "float" if re.fullmatch(_CoreLoader.FLOAT, text):
                return self._finite(float(text), node, path)
            case "str" if node.style is None and _NOT_FINITE.fullmatch(text):
                self._complain(path, node, f"'{text}' is not a number; put it in quotes if the text is meant")
            case "str" if _UNWANTED.search(text):
                self._complain(path, node, "holds a control character; remove it")
            case "str" | "merge":
                return text
            case _:
                self._complain(path, node, f"the tag '{_shown(node.tag)}' does not fit this value; remove the tag")
        return None

    def _finite(self, number: float, node: yaml.Node, path: Path) -> float | None:
        if abs(number) < float("inf"):
            return number
        self._complain(path, node, "is too large a number")
        return None

    def _complain(self, path: Path, node: yaml.Node, text: str) -> None:
        self.mistakes.append(Mistake(path, text, node.start_mark.line + 1))


class _CoreLoader(yaml.SafeLoader):
    """Knows the words of the YAML 1.2 core schema, where PyYAML follows 1.1."""

    INT: ClassVar = r"[-+]?[0-9]{1,18}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}"
    FLOAT: ClassVar = r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?"
    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class declares it for instances
        None: [
            (f"{_CORE}null", re.compile(r"(~|null|Null|NULL|)\Z")),
            (f"{_CORE}bool", re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")),
            (f"{_CORE}int", re.compile(rf"({INT})\Z")),
            (f"{_CORE}float", re.compile(rf"({FLOAT})\Z")),
            (_MERGE, re.compile(r"<<\Z")),
        ]
    }


def _syntax_text(error: yaml.MarkedYAMLError) -> str:
    text = " ".join(str(part).strip() for part in (error.problem, error.context) if part)
    if "'\\t'" in text:
        text += "; indent with spaces, not with tabs"
    return f"is not YAML: {_shown(text)}"


def _shown(text: str) -> str:
    """`text` on one printable line."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def _line_at(text: str, error: yaml.reader.ReaderError) -> int:
    return text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
