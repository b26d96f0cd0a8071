"""The list of models this project knows: what each is, under which licence, and which adapter speaks its format.

Reading the file is the only I/O. A mistake in it is one line: file, line, key, what was expected.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skynet.vision.onnx_session import ModelError

Task = Literal["detector", "plate_finder", "plate_reader"]
Side = Annotated[int, Field(ge=32, le=4096, multiple_of=16)]


class ModelEntry(BaseModel):
    """One model. `file` is looked for by name in the model folders; `sha256` is what makes it this model.

    `input` is width, height in pixels; `classes` names a list of the manifest's `[classes]` or is one, and belongs to
    detectors alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task
    adapter: str
    file: Annotated[str, Field(pattern=r"^[^/\\]+\.onnx$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    licence: Annotated[str, Field(min_length=1)]
    input: tuple[Side, Side]
    classes: str | tuple[str, ...] = ()
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    score_threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    source: str = ""
    notes: str = ""


class Manifest(BaseModel):
    """All entries, the best first: `auto` takes the first of a task whose file is at hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: dict[str, tuple[str, ...]] = {}
    models: dict[str, ModelEntry] = {}

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read and check `path`. Raises ModelError naming file, line, key and what is wrong."""
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            raise ModelError(f"{path}: no such model manifest") from None
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise ModelError(f"{path}: is not UTF-8 text") from None
        try:
            manifest = cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ModelError(f"{path}: is not TOML: {error}") from None
        except ValidationError as error:
            raise ModelError(_first_mistake(path, text, error)) from None
        for name, entry in manifest.models.items():
            if entry.task == "detector" and not entry.classes:
                where = f"{path}:{_line_of(text, ('models', name))}"
                raise ModelError(f"{where}: models.{name}.classes: a detector needs the names of its classes")
            if isinstance(entry.classes, str) and entry.classes not in manifest.classes:
                where = f"{path}:{_line_of(text, ('models', name, 'classes'))}"
                known = ", ".join(manifest.classes) or "none"
                raise ModelError(f"{where}: models.{name}.classes: no list '{entry.classes}' under [classes] ({known})")
        return manifest

    def entry(self, name: str) -> ModelEntry:
        """Raises ModelError, listing the known names, when there is no such model."""
        if name not in self.models:
            raise ModelError(f"unknown model '{name}' (known: {', '.join(['auto', 'motion', *self.models])})")
        return self.models[name]

    def class_names(self, name: str) -> tuple[str, ...]:
        classes = self.entry(name).classes
        return self.classes[classes] if isinstance(classes, str) else classes


def _first_mistake(path: Path, text: str, error: ValidationError) -> str:
    first: Any = error.errors()[0]
    keys = tuple(str(key) for key in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{path}:{_line_of(text, keys)}: {'.'.join(keys)}: {first['msg']}{more}"


def _line_of(text: str, keys: tuple[str, ...]) -> int:
    """Line, from 1, of the deepest of `keys` that stands in the text; tables are looked for as `[a.b]` headers."""
    lines = text.splitlines()
    found = 1
    for depth in range(1, len(keys) + 1):
        header = re.compile(r"\s*\[\s*" + r"\s*\.\s*".join(rf"\"?{re.escape(k)}\"?" for k in keys[:depth]) + r"\s*\]")
        key = re.compile(rf"\s*\"?{re.escape(keys[depth - 1])}\"?\s*=")
        for number in range(found, len(lines) + 1):
            if header.match(lines[number - 1]) or key.match(lines[number - 1]):
                found = number
                break
    return found
