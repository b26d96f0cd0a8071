"""RapidOCR as it comes, asked for whatever text it sees: a measuring stick, from the dependency group `bench`."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skynet.cli.bench.eyes.plate_find import Corners, PlateFind, whole_picture

_NOISE = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")
_LOUDEST = "error"


class RapidOcr:
    """A `PlateContender`: every row of text is a find, whether a plate can bear it or not. Raises ImportError when the
    package is absent.

    Each call names all three stages: the engine goes on with those of its last call.
    """

    name = "rapidocr"

    def __init__(self) -> None:
        make = import_module("rapidocr").RapidOCR
        self._engine: Any = make(
            params={
                "Global.log_level": _LOUDEST,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def find(self, image: NDArray[np.uint8]) -> list[Corners]:
        boxes = getattr(self._engine(image, use_det=True, use_cls=False, use_rec=False), "boxes", None)
        return [] if boxes is None else [np.asarray(box, np.float32) for box in boxes]

    def read_scene(self, image: NDArray[np.uint8]) -> list[PlateFind]:
        answer = self._engine(image, use_det=True, use_cls=True, use_rec=True)
        boxes = getattr(answer, "boxes", None)  # where no text is found the answer is of another class
        if boxes is None or answer.txts is None:
            return []
        rows = zip(answer.txts, answer.scores, boxes, strict=True)
        return [PlateFind(_bare(text), float(score), None, np.asarray(box, np.float32)) for text, score, box in rows]

    def read_crop(self, image: NDArray[np.uint8]) -> PlateFind | None:
        answer = self._engine(image, use_det=False, use_cls=False, use_rec=True)
        if not answer.txts:
            return None
        return PlateFind(_bare(answer.txts[0]), float(answer.scores[0]), None, whole_picture(image))


def _bare(text: str) -> str:
    """Letters, digits and Chinese characters only: the dot behind the office letter is no part of a plate's text."""
    return _NOISE.sub("", text.upper())
