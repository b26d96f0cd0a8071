"""How a hot list changes: deltas from version to version, and the way of a box that was away back to the newest."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skynet.domain.hot_list import EntryKey, HotListEntry

Version = Annotated[int, Field(ge=0)]


class ListDelta(BaseModel):
    """What makes `version` of the list at `base_version`. An upsert takes the place of the entry with its key; removing
    what is not there is no mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_version: Version
    version: Version
    upserts: tuple[HotListEntry, ...] = ()
    removals: tuple[EntryKey, ...] = ()

    @model_validator(mode="after")
    def _goes_forward(self) -> Self:
        if self.version <= self.base_version:
            raise ValueError("a delta leads to a version after its base")
        keys = [entry.key for entry in self.upserts]
        if len({*keys, *self.removals}) != len(keys) + len(self.removals):
            raise ValueError("a delta names each entry once")
        return self

    def then(self, later: ListDelta) -> ListDelta:
        """Both as one. Raises ValueError where `later` does not begin where this one ends."""
        if later.base_version != self.version:
            raise ValueError(f"version {self.version} is not what the later delta begins with, {later.base_version}")
        upserts = {entry.key: entry for entry in (*self.upserts, *later.upserts)}
        for key in later.removals:
            upserts.pop(key, None)
        removals = {*self.removals, *later.removals} - set(upserts)
        return ListDelta(
            base_version=self.base_version,
            version=later.version,
            upserts=tuple(upserts.values()),
            removals=tuple(sorted(removals, key=lambda key: (key.plate, key.kind, key.case_number))),
        )


class ListHistory:
    """The newest deltas of a list, at most `max_changes` entries in all: older versions need the whole list."""

    def __init__(self, version: int, max_changes: int = 100_000) -> None:
        self.version = version
        self._max_changes = max_changes
        self._deltas: deque[ListDelta] = deque()
        self._changes = 0

    def add(self, delta: ListDelta) -> None:
        """Raises ValueError where `delta` does not begin with the newest version."""
        if delta.base_version != self.version:
            raise ValueError(f"the list is at version {self.version}, the delta begins with {delta.base_version}")
        self._deltas.append(delta)
        self.version = delta.version
        self._changes += _size(delta)
        while self._deltas and self._changes > self._max_changes:
            self._changes -= _size(self._deltas.popleft())

    def since(self, version: int) -> ListDelta | None:
        """What leads from `version` to the newest in one step; None where the box must take the whole list: its version
        is too old, or none of this list's."""
        merged: ListDelta | None = None
        for delta in self._deltas:
            if merged is not None:
                merged = merged.then(delta)
            elif delta.base_version == version:
                merged = delta
        return merged


def _size(delta: ListDelta) -> int:
    return len(delta.upserts) + len(delta.removals)
