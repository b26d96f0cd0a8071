"""What a teacher network saw in fixed views of the pictures: its features and scores, kept on disk for the student.

The teacher is a YOLOX model (see `skynet.vision.yolox` for its layout). Its features are those that its heads begin
with: the last three tensors of the graph that feed two convolutions each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from street.augment import Scene, window
from street.pictures import Picture

TEACHER_SIDE = 416
COCO_COLUMNS = (0, 1, 2, 3, 5, 7)
"""person, bicycle, car, motorcycle, bus, truck among the 80 classes."""
CHANNELS = 64


class Teacher:
    """Features and scores of pictures of TEACHER_SIDE × TEACHER_SIDE pixels."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        model = onnx.load(str(path))
        feeds = Counter(node.input[0] for node in model.graph.node if node.op_type == "Conv")
        stems = [tensor for tensor, convolutions in feeds.items() if convolutions == 2][-3:]
        for tensor in stems:
            model.graph.output.append(onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None))
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._outputs = [self._session.get_outputs()[0].name, *stems]

    def look(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Raw answers (N, 85) and the features (64, side, side) of each stride."""
        tensor = pixels.astype(np.float32).transpose(2, 0, 1)[None]
        raw, *features = self._session.run(self._outputs, {self._input: np.ascontiguousarray(tensor)})
        return raw[0], [feature[0] for feature in features]


@dataclass(frozen=True, slots=True)
class Views:
    """Fixed views of pictures and what the teacher saw in them, n views of `side` pixels, N cells of all strides.

    `features` float16 (n, N, 64) and `scores` float16 (n, N, 6), sampled at the student's cells; `scenes` n.
    """

    scenes: list[Scene]
    features: NDArray[np.float16]
    scores: NDArray[np.float16]


def taught_views(
    pictures: list[Picture], teacher: Teacher, file: Path, *, side: int, zooms: list[tuple[float, float]], seed: int
) -> Views:
    """One view of each picture for each of `zooms`; the arrays live in `file` and are made once."""
    rng = np.random.default_rng(seed)
    cells = sum((side // stride) ** 2 for stride in (8, 16, 32))
    count = len(pictures) * len(zooms)
    paths = file.with_suffix(".features.npy"), file.with_suffix(".scores.npy")
    made = file.with_suffix(".done").exists()
    features, scores = (
        np.lib.format.open_memmap(path, "r" if made else "w+", np.float16, (count, cells, depth))
        for path, depth in zip(paths, (CHANNELS, len(COCO_COLUMNS)), strict=True)
    )
    scenes = []
    for zoom in zooms:
        for picture in pictures:
            large = window(picture, rng, (TEACHER_SIDE, TEACHER_SIDE), zoom)
            if not made:
                row = len(scenes)
                raw, maps = teacher.look(large.pixels)
                features[row] = np.concatenate([_sampled(m, side // s) for m, s in zip(maps, (8, 16, 32), strict=True)])
                scores[row] = _scores(raw, side)
                if row % 500 == 0:
                    print(f"teacher: view {row} of {count}", flush=True)
            scenes.append(shrunk(large, side))
    file.with_suffix(".done").touch()
    return Views(scenes, features, scores)


def shrunk(scene: Scene, side: int) -> Scene:
    """A square scene at `side` × `side` pixels."""
    scale = np.float32(side / scene.pixels.shape[0])
    pixels = cv2.resize(scene.pixels, (side, side), interpolation=cv2.INTER_AREA)
    return Scene(
        np.asarray(pixels, np.uint8),
        scene.boxes * scale,
        scene.classes,
        scene.ignored * scale,
        scene.trusted,
        scene.quarters * scale,
    )


def _sampled(features: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """A map (channels, h, w) at `side` × `side` places, as (side², channels)."""
    rows = np.ascontiguousarray(features.transpose(1, 2, 0))
    return np.asarray(cv2.resize(rows, (side, side), interpolation=cv2.INTER_LINEAR)).reshape(side * side, -1)


def _scores(raw: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """The scores of the six classes at the student's cells, (N, 6)."""
    sure = raw[:, 4:5] * raw[:, 5:][:, COCO_COLUMNS]
    found, start = [], 0
    for stride in (8, 16, 32):
        edge = TEACHER_SIDE // stride
        level = sure[start : start + edge * edge].reshape(edge, edge, -1).transpose(2, 0, 1)
        found.append(_sampled(level, side // stride))
        start += edge * edge
    return np.concatenate(found)
