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


def write_canvas_model(path: Path) -> str:
    """Write a model of the YOLOX layout for pictures of any size and one class, whose one object is the whole canvas,
    with a score of 0.2 + area / (96 · 960): it tells how much canvas the model was given. Returns its sha256."""
    nodes = [
        helper.make_node("Shape", ["images"], ["shape"]),
        helper.make_node("Cast", ["shape"], ["sides"], to=TensorProto.FLOAT),
        helper.make_node("Split", ["sides", "ones"], ["n", "channels", "height", "width"]),
        helper.make_node("Mul", ["height", "width"], ["area"]),
        helper.make_node("Mul", ["area", "per_pixel"], ["part"]),
        helper.make_node("Add", ["part", "least"], ["score"]),
        helper.make_node("Div", ["height", "eight"], ["high"]),
        helper.make_node("Div", ["width", "eight"], ["wide"]),
        helper.make_node("Log", ["high"], ["log_high"]),
        helper.make_node("Log", ["wide"], ["log_wide"]),
        helper.make_node("Mul", ["high", "half"], ["y"]),
        helper.make_node("Mul", ["wide", "half"], ["x"]),
        helper.make_node("Concat", ["x", "y", "log_wide", "log_high", "one", "score"], ["row"], axis=0),
        helper.make_node("Mul", ["area", "cells_a_pixel"], ["cells"]),
        helper.make_node("Sub", ["cells", "one"], ["others"]),
        helper.make_node("Cast", ["others"], ["count"], to=TensorProto.INT64),
        helper.make_node("Concat", ["count", "columns"], ["rest_shape"], axis=0),
        helper.make_node("ConstantOfShape", ["rest_shape"], ["rest"]),
        helper.make_node("Unsqueeze", ["row", "first"], ["first_row"]),
        helper.make_node("Concat", ["first_row", "rest"], ["rows"], axis=0),
        helper.make_node("Unsqueeze", ["rows", "first"], ["output"]),
    ]
    constants = {
        "per_pixel": np.float32([1 / (96 * 960)]),
        "least": np.float32([0.2]),
        "eight": np.float32([8]),
        "half": np.float32([0.5]),
        "one": np.float32([1]),
        "cells_a_pixel": np.float32([1 / 64 + 1 / 256 + 1 / 1024]),
        "ones": np.int64([1, 1, 1, 1]),
        "columns": np.int64([6]),
        "first": np.int64([0]),
    }
    graph = helper.make_graph(
        nodes,
        "canvas",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("n", 3, "height", "width"))],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ("n", "cells", 6))],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return write_graph(path, graph)


def write_graph(path: Path, graph: onnx.GraphProto, metadata: Mapping[str, str] | None = None) -> str:
    """Write `graph` with `metadata` as a model; returns its sha256."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, dict(metadata or {}))
    path.write_bytes(model.SerializeToString())
    onnx.checker.check_model(model)
    return hashlib.sha256(path.read_bytes()).hexdigest()
