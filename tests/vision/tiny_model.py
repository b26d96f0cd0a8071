"""ONNX models of a few hundred bytes: one answers every picture with the same numbers, one with as much of them as the
picture is bright."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def write_constant_model(path: Path, input_shape: tuple[int, ...], answer: NDArray[np.float32]) -> str:
    """Write a model that takes `input_shape` and gives `answer`; returns its sha256."""
    nodes = [
        helper.make_node("ReduceSum", ["images"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, answer.shape)],
        [
            numpy_helper.from_array(answer.astype(np.float32), "answer"),
            numpy_helper.from_array(np.float32(0).reshape(()), "zero"),
        ],
    )
    return write_graph(path, graph)


def write_brightness_model(path: Path, height: int, width: int, answer: NDArray[np.float32]) -> str:
    """Write a model that takes N×3×`height`×`width` for any N and gives for each picture `answer`, float32 (1, …),
    times the mean of its pixels / 255; returns its sha256."""
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Reshape", ["mean", "shape"], ["means"]),
        helper.make_node("Mul", ["means", "answer"], ["output"]),
    ]
    shape = np.array([-1, *(1 for _ in answer.shape[1:])], np.int64)
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("n", 3, height, width))],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ("n", *answer.shape[1:]))],
        [
            numpy_helper.from_array(answer.astype(np.float32) / np.float32(255), "answer"),
            numpy_helper.from_array(shape, "shape"),
        ],
    )
    return write_graph(path, graph)


def write_graph(path: Path, graph: onnx.GraphProto, metadata: Mapping[str, str] | None = None) -> str:
    """Write `graph` with `metadata` as a model; returns its sha256."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, dict(metadata or {}))
    path.write_bytes(model.SerializeToString())
    onnx.checker.check_model(model)
    return hashlib.sha256(path.read_bytes()).hexdigest()
