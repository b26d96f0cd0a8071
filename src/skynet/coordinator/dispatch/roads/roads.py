"""Roads as arrays, and the file that they rest in."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skynet.domain.errors import BadInputError, WorkFailedError

DRIVE, WALK, ONEWAY = 1, 2, 4
"""Bits of `flags`: vehicles may use the edge, people on foot may, vehicles only from `tail` to `head`."""
FORMAT = 1

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Nodes (WGS-84 degrees, shape (N,)) and straight edges between them (shape (E,)): indices of the nodes at their
    two ends, metres, km/h as they are driven, and `flags`."""

    latitude: Floats
    longitude: Floats
    tail: Indices
    head: Indices
    length_m: npt.NDArray[np.float32]
    speed_kmh: npt.NDArray[np.float32]
    flags: npt.NDArray[np.uint8]

    def save(self, path: Path) -> None:
        """Write the file whole or not at all. Raises WorkFailedError."""
        arrays = {name: getattr(self, name) for name in self.__slots__}
        part = path.with_name(path.name + ".part")
        try:
            with part.open("wb") as file:
                np.savez_compressed(file, format=np.array(FORMAT), **arrays)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise WorkFailedError(f"{path}: it cannot be written ({error.strerror}); name another file") from None

    @classmethod
    def load(cls, path: Path) -> Roads:
        """Read what `save` wrote, and check it. Raises BadInputError."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if int(file["format"]) != FORMAT:
                    raise ValueError(f"it has format {int(file['format'])}, this version reads {FORMAT}")
                roads = cls(**{name: file[name] for name in cls.__slots__})
            roads._check()
        except OSError as error:
            raise BadInputError(f"{path}: the roads cannot be read ({error.strerror or error})") from None
        except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise BadInputError(
                f"{path}: is no file of roads ({error}); make one with 'skynet coordinator roads import MAP --out FILE'"
            ) from None
        return roads

    def _check(self) -> None:
        nodes, edges = self.latitude.shape, self.tail.shape
        if any(getattr(self, name).ndim != 1 for name in self.__slots__):
            raise ValueError("an array has more than one dimension")
        if self.longitude.shape != nodes or not edges[0]:
            raise ValueError("it holds no edges, or nodes without a place")
        for name in ("head", "length_m", "speed_kmh", "flags"):
            if getattr(self, name).shape != edges:
                raise ValueError(f"{name} has another length than tail")
        for ends in (self.tail, self.head):
            if not np.issubdtype(ends.dtype, np.integer) or ends.min() < 0 or ends.max() >= nodes[0]:
                raise ValueError("an edge ends at a node that is not there")
        if not (np.isfinite(self.latitude).all() and np.isfinite(self.longitude).all()):
            raise ValueError("a node has no place")
        if np.abs(self.latitude).max() > 90 or np.abs(self.longitude).max() > 180:
            raise ValueError("a node lies outside the Earth")
        for values in (self.length_m, self.speed_kmh):
            if not np.isfinite(values).all() or values.min() <= 0:
                raise ValueError("an edge has no length or no speed")
