"""What really happens in a scene: its events, measured from what was drawn."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from skynet.cli.bench.scenes.role import Kind, Manner, Role, SizeClass, size_class
from skynet.cli.bench.scenes.scene import Seen
from skynet.domain.errors import BadInputError

LEAST_SHOWN = 0.25
BOXES_PER_S = 5


class TruthBox(BaseModel):
    """Where an object is at `t_s`: `box` x, y, width, height as shares of the picture; `shown` 0…1 of it is seen."""

    model_config = ConfigDict(frozen=True)
    t_s: float
    box: tuple[float, float, float, float]
    shown: float


class Event(BaseModel):
    """One object from when a quarter of it is seen until less is. `contrast`: mean grey levels from what is behind."""

    model_config = ConfigDict(frozen=True)
    kind: Kind
    manner: Manner
    size_class: SizeClass
    start_s: float
    end_s: float
    height_share: float
    contrast: float
    boxes: tuple[TruthBox, ...]


class Truth(BaseModel):
    """A scene's events and the files that show it, by encoding."""

    model_config = ConfigDict(frozen=True)
    scene: str
    seed: int
    seconds: float
    fps: int
    width: int
    height: int
    events: tuple[Event, ...]
    files: dict[str, str]

    @classmethod
    def load(cls, path: Path) -> Truth:
        """Raises BadInputError."""
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInputError(f"{path}: cannot be read ({error.strerror}); name a truth file") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            raise BadInputError(f"{path}: {where}: {first['msg']}; see docs/design/bench.md for the form") from None

    @property
    def busy_s(self) -> float:
        return sum(event.end_s - event.start_s for event in self.events)


class Observer:
    """Notes what was drawn, picture by picture, and makes events of it."""

    def __init__(self, roles: Sequence[Role], fps: int) -> None:
        self._fps = fps
        self._seen: dict[int, list[tuple[int, Seen]]] = {number: [] for number in range(len(roles))}
        self._numbers = {id(role): number for number, role in enumerate(roles)}

    def note(self, index: int, seen: Sequence[Seen]) -> None:
        for one in seen:
            if one.shown >= LEAST_SHOWN:
                self._seen[self._numbers[id(one.role)]].append((index, one))

    def events(self) -> tuple[Event, ...]:
        """In order of their start; what was never seen is no event."""
        found = [self._event(looks) for looks in self._seen.values() if looks]
        return tuple(sorted(found, key=lambda event: event.start_s))

    def _event(self, looks: list[tuple[int, Seen]]) -> Event:
        every = max(1, self._fps // BOXES_PER_S)
        share = statistics.median(seen.height_share for _, seen in looks)
        return Event(
            kind=looks[0][1].role.kind,
            manner=looks[0][1].role.manner,
            size_class=size_class(share),
            start_s=looks[0][0] / self._fps,
            end_s=(looks[-1][0] + 1) / self._fps,
            height_share=round(share, 4),
            contrast=round(statistics.median(seen.contrast for _, seen in looks), 1),
            boxes=tuple(
                TruthBox(t_s=index / self._fps, box=_rounded(seen.box), shown=round(seen.shown, 2))
                for index, seen in looks
                if index % every == 0
            ),
        )


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, width, height = (round(part, 5) for part in box)
    return x, y, width, height
