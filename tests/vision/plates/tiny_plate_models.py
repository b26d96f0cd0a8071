"""Plate models of a few hundred bytes: the finder sees a plate around every bright cell, the reader reads one text as
clearly as the plate is bright."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from skynet.domain.plate import PlateKind
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, READ_KINDS, SYMBOL_INDEX
from skynet.vision import ModelStore
from tests.vision.tiny_model import write_graph

HALF_WIDTH, HALF_HEIGHT = 24, 8
"""Of every plate that the tiny finder sees, in model pixels."""

METADATA = {
    "alphabet": PLATE_ALPHABET,
    "kinds": json.dumps([kind.value for kind in READ_KINDS]),
    "calibration": json.dumps({"scale": 1.0, "offset": 0.0}),
}


def write_finder(path: Path, channels: int = 10) -> str:
    """A plate where a cell of 8×8 pixels is brighter than 128; returns the file's sha256."""
    weights = np.zeros((channels, 3, 1, 1), np.float32)
    weights[0] = 0.1 / 3
    bias = np.zeros(channels, np.float32)
    bias[0] = -12.8
    w, h = HALF_WIDTH / 32, HALF_HEIGHT / 32
    bias[2:10] = [-w, -h, w, -h, w, h, -w, h]
    nodes = [
        helper.make_node("AveragePool", ["image"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Conv", ["cells", "weights", "bias"], ["plates"]),
    ]
    graph = helper.make_graph(
        nodes,
        "finder",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ("n", 3, "h", "w"))],
        [helper.make_tensor_value_info("plates", TensorProto.FLOAT, ("n", channels, "y", "x"))],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )
    return write_graph(path, graph)


def write_reader(
    path: Path,
    text: str = "皖A12345",
    kind: PlateKind = PlateKind.BLUE,
    metadata: Mapping[str, str] = METADATA,
    slots: int = 8,
) -> str:
    """Reads `text` and `kind` from every plate, with logits of 20 × its mean brightness / 255; returns the sha256."""
    characters = np.zeros((1, slots, len(PLATE_ALPHABET)), np.float32)
    for row, symbol in zip(characters[0], text.ljust(slots, NO_CHARACTER), strict=False):
        row[SYMBOL_INDEX[symbol]] = 20 / 255
    kinds = np.zeros((1, len(READ_KINDS)), np.float32)
    kinds[0, READ_KINDS.index(kind)] = 20 / 255
    nodes = [
        helper.make_node("ReduceMean", ["plate"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Reshape", ["mean", "three"], ["mean3"]),
        helper.make_node("Reshape", ["mean", "two"], ["mean2"]),
        helper.make_node("Mul", ["mean3", "text"], ["characters"]),
        helper.make_node("Mul", ["mean2", "kind"], ["kinds"]),
    ]
    graph = helper.make_graph(
        nodes,
        "reader",
        [helper.make_tensor_value_info("plate", TensorProto.FLOAT, ("n", 3, 48, 144))],
        [
            helper.make_tensor_value_info("characters", TensorProto.FLOAT, ("n", slots, len(PLATE_ALPHABET))),
            helper.make_tensor_value_info("kinds", TensorProto.FLOAT, ("n", len(READ_KINDS))),
        ],
        [
            numpy_helper.from_array(characters, "text"),
            numpy_helper.from_array(kinds, "kind"),
            numpy_helper.from_array(np.array([-1, 1, 1], np.int64), "three"),
            numpy_helper.from_array(np.array([-1, 1], np.int64), "two"),
        ],
    )
    return write_graph(path, graph, metadata)


ENTRY = """
[models.{name}]
task = "{task}"
adapter = "{adapter}"
file = "{name}.onnx"
sha256 = "{sha256}"
licence = "CC0"
input = [{width}, {height}]
"""


def tiny_store(folder: Path, text: str = "皖A12345", kind: PlateKind = PlateKind.BLUE) -> ModelStore:
    """Both models in `folder`, with their manifest."""
    finder = write_finder(folder / "plate-finder.onnx")
    reader = write_reader(folder / "plate-reader.onnx", text, kind)
    manifest = folder / "manifest.toml"
    entries = [
        ENTRY.format(name=name, task=task, adapter=adapter, sha256=sha256, width=width, height=height)
        for name, task, adapter, sha256, width, height in (
            ("plate-finder", "plate_finder", "corner-cells", finder, 640, 640),
            ("plate-reader", "plate_reader", "slots", reader, 144, 48),
        )
    ]
    manifest.write_text("".join(entries))
    return ModelStore(manifest, [folder])
