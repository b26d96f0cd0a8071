"""Real Chinese plates with what stands on them: crops of one plate each, and whole scenes. Reads the sets' listings."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from skynet.cli.bench.eyes.plate_find import Corners
from skynet.domain.errors import BadInputError
from skynet.domain.plate import PlateKind

_LISTING = "ground_truth.json"


class Ground(StrEnum):
    """The colour of a plate's ground, as the scenes' listing calls it."""

    BLUE = "蓝牌"
    YELLOW = "黄牌"
    GREEN = "绿牌"
    WHITE = "白牌"
    BLACK = "黑牌"

    def fits(self, kind: PlateKind) -> bool:
        """Whether plates of that kind have this ground."""
        return kind in _KINDS[self]


_KINDS = {
    Ground.BLUE: (PlateKind.BLUE,),
    Ground.YELLOW: (PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW, PlateKind.TRAILER, PlateKind.LEARNER),
    Ground.GREEN: (PlateKind.GREEN_SMALL, PlateKind.GREEN_LARGE),
    Ground.WHITE: (PlateKind.POLICE,),
    Ground.BLACK: (PlateKind.EMBASSY, PlateKind.CONSULATE, PlateKind.HONG_KONG, PlateKind.MACAU),
}


class TruePlate(BaseModel):
    """A plate that a person marked: middle, size and turn (degrees, clockwise) in pixels, its ground and its text."""

    cx: float
    cy: float
    w: float
    h: float
    rotation_deg: float
    colour: Ground
    text: str

    @property
    def corners(self) -> Corners:
        angle = math.radians(self.rotation_deg)
        along = np.array([math.cos(angle), math.sin(angle)]) * self.w / 2
        down = np.array([-math.sin(angle), math.cos(angle)]) * self.h / 2
        middle = np.array([self.cx, self.cy])
        offsets = (-along - down, along - down, along + down, -along + down)
        return np.array([middle + offset for offset in offsets], np.float32)


@dataclass(frozen=True, slots=True)
class PlateScene:
    """A picture with all its marked plates."""

    path: Path
    plates: Sequence[TruePlate]

    @property
    def held_out(self) -> bool:
        return is_held_out(self.path)


@dataclass(frozen=True, slots=True)
class PlateCrop:
    """A picture that is one plate, named by its text."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.stem

    @property
    def held_out(self) -> bool:
        return is_held_out(self.path)


def is_held_out(path: Path) -> bool:
    """Whether a picture is of the half that nothing may be trained on."""
    return zlib.crc32(path.name.encode("utf-8")) % 2 == 1


def load_crops(folder: Path) -> list[PlateCrop]:
    """Raises BadInputError when there are none."""
    crops = [PlateCrop(path) for path in sorted(folder.glob("*.jpg"))]
    if not crops:
        raise BadInputError(f"{folder}: there are no plate crops here; name the folder of the shared data with --data")
    return crops


def load_scenes(folder: Path) -> list[PlateScene]:
    """Raises BadInputError when the set is not there or is another."""
    listing = folder / _LISTING
    try:
        scenes = TypeAdapter(dict[str, list[TruePlate]]).validate_python(json.loads(listing.read_text("utf-8")))
    except FileNotFoundError:
        raise BadInputError(f"{listing}: no such file; name the folder of the shared data with --data") from None
    except (OSError, ValueError) as error:
        words = str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)
        raise BadInputError(f"{listing}: is not a list of plates ({words}); fetch the shared data anew") from None
    return [PlateScene(folder / name, plates) for name, plates in sorted(scenes.items())]
