"""Adds a camera to a configuration file as a person would: its lines at the end of the list, all else left as it is.

The new text is checked whole before it takes the file's place; the file is replaced at once or not at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from skynet.domain.errors import BadInputError
from skynet.edge.config_file import MAX_FILE_BYTES, load_edge_config
from skynet.edge.onvif.camera_entry import CameraEntry


def add_camera(path: Path, entry: CameraEntry, env: Mapping[str, str]) -> None:
    """Raises BadInputError when the file cannot be used or would not be right any more; it is then as it was.

    Variables of the new camera that `env` lacks need not be set yet.
    """
    path = path.resolve()
    try:
        before = path.read_bytes()[: MAX_FILE_BYTES + 1].decode("utf-8")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); name a YAML file") from None
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: is not UTF-8 text; save the file as UTF-8") from None
    after = with_entry(before, entry, path)
    _replace(path, after, {**dict.fromkeys(entry.variables, "not-set-yet"), **env})


def with_entry(text: str, entry: CameraEntry, path: Path) -> str:
    """`text` with the entry at the end of its cameras. Raises BadInputError."""
    end = "\r\n" if "\r\n" in text else "\n"
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadInputError(f"{path}: is not YAML; `skynet edge check` says where") from None
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        raise BadInputError(f"{path}: does not hold keys and values in lines; see configs/ for an example")
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    pairs = root.value if root is not None else []
    cameras = next((value for key, value in pairs if key.value == "cameras"), None)
    if cameras is None:
        return "".join([*lines, f"cameras:{end}", _entry_text(entry, 2, end)])
    if not isinstance(cameras, yaml.SequenceNode) or cameras.flow_style:
        if (isinstance(cameras, yaml.SequenceNode) and cameras.value) or isinstance(cameras, yaml.MappingNode):
            raise BadInputError(
                f"{path}:{cameras.start_mark.line + 1}: cameras: is not a list with a line for each; write each camera "
                "on lines of its own, beginning with '-'"
            )
        line = cameras.start_mark.line  # `cameras: []` or `cameras:`
        lines[line] = f"cameras:{end}"
        return "".join([*lines[: line + 1], _entry_text(entry, 2, end), *lines[line + 1 :]])
    after = _last_line(cameras) + 1
    return "".join([*lines[:after], _entry_text(entry, cameras.start_mark.column, end), *lines[after:]])


def _entry_text(entry: CameraEntry, indent: int, end: str) -> str:
    return entry.yaml(indent).replace("\n", end)


def _last_line(node: yaml.Node) -> int:
    """The last line that belongs to `node`: a block's own end mark stands after the comments that follow it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(_last_line(part) for pair in node.value for part in pair)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return max(_last_line(item) for item in node.value)
    mark = node.end_mark
    return mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line


def _replace(path: Path, text: str, env: Mapping[str, str]) -> None:
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    except OSError as error:
        raise BadInputError(f"{path.parent}: no file can be written here ({error.strerror})") from None
    new = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            load_edge_config(new, env)
        except BadInputError as error:
            raise BadInputError(str(error).replace(str(new), str(path))) from None
        new.chmod(path.stat().st_mode & 0o777)
        new.replace(path)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        new.unlink(missing_ok=True)
