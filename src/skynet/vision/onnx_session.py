"""One ONNX model, loaded and checked. The file is read when the session is made; `run` does no I/O, on any thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from skynet.domain.errors import BadInputError

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
PACKAGES = {
    "cpu": "onnxruntime",
    "cuda": "onnxruntime-gpu",
    "tensorrt": "onnxruntime-gpu and NVIDIA's TensorRT",
    "openvino": "onnxruntime-openvino",
}
"""Each takes the place of the plain onnxruntime: of these packages only one may be installed."""
MAX_BATCH = 16
BATCHING = ("cuda", "tensorrt")
_ERRORS_ONLY = 3
_UNUSABLE = (ort_errors.InvalidProtobuf, ort_errors.InvalidGraph, ort_errors.Fail, ort_errors.NotImplemented)


class ModelError(BadInputError):
    """A model or its manifest cannot be used; the text names the file, the fault and the remedy."""


class OnnxSession:
    """A model with one float32 image input (1, 3, height, width), or any input that the caller feeds rightly.

    One thread a session: on a CPU a second one costs up to 30 % more for the same work, and cameras are the unit that
    runs in parallel; `at_once` says how many calls may come together. Raises ModelError when the file is no usable
    model or the provider cannot be had here: one that was asked for is never replaced by another.
    """

    def __init__(self, path: Path, *, provider: str = "cpu", threads: int = 1, at_once: int = 1) -> None:
        self.path = path
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        wanted = _installed(provider)
        try:
            self._session = ort.InferenceSession(
                str(path), options, providers=[(wanted, _options(provider, threads, at_once))]
            )
        except ort_errors.NoSuchFile:
            raise ModelError(f"{path}: no such model file") from None
        except _UNUSABLE as error:
            reason = str(error).splitlines()[0][:160]
            raise ModelError(f"{path}: is not a usable ONNX model ({reason})") from None
        if wanted not in self._session.get_providers():  # the library goes on without it, and says so only in its log
            raise ModelError(
                f"{path}: provider '{provider}' is installed and does not start on this machine; "
                "check its driver and libraries or use 'cpu'"
            )
        self._input = self._session.get_inputs()[0]
        batches = provider in BATCHING and not isinstance(self.input_shape[0], int)
        self.batch_limit = MAX_BATCH if batches else 1
        """Pictures that one run may take at most; 1 on a CPU, where together they cost what they cost one by one."""

    @property
    def input_shape(self) -> tuple[int | str | None, ...]:
        """The first input's shape; a free dimension is a name or None."""
        return tuple(self._input.shape)

    @property
    def output_shapes(self) -> list[tuple[int | str | None, ...]]:
        return [tuple(output.shape) for output in self._session.get_outputs()]

    def metadata(self, key: str) -> str | None:
        """A value that the model's maker stored in the file."""
        value: str | None = self._session.get_modelmeta().custom_metadata_map.get(key)
        return value

    def require(self, input_shape: tuple[int, ...], *output_shapes: tuple[int, ...]) -> None:
        """Raise ModelError unless the model takes and gives these shapes (free dimensions match anything).

        Outputs beyond those asked for are of no matter.
        """
        given = self.output_shapes
        if len(given) < len(output_shapes):
            raise ModelError(f"{self.path}: gives {len(given)} outputs where {len(output_shapes)} are needed")
        sides = [("takes", self.input_shape, input_shape)]
        sides += [("gives", found, wanted) for found, wanted in zip(given, output_shapes, strict=False)]
        for side, found, wanted in sides:
            same = len(found) == len(wanted) and all(
                not isinstance(f, int) or f == w for f, w in zip(found, wanted, strict=True)
            )
            if not same:
                raise ModelError(
                    f"{self.path}: {side} {_dims(found)} where its manifest entry needs {_dims(wanted)}; "
                    "correct 'input', 'classes' or 'adapter' of the entry"
                )

    def run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """The first output for `tensor` as the first input."""
        return self.run_all(tensor)[0]

    def run_all(self, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """All outputs for `tensor` as the first input."""
        outputs: list[Any] = self._session.run(None, {self._input.name: tensor})
        return [np.asarray(output, np.float32) for output in outputs]

    def run_each(self, pictures: Sequence[NDArray[np.uint8]], *, divisor: float = 1) -> list[NDArray[np.float32]]:
        """The first output for each picture, uint8 (3, height, width), without its batch dimension.

        Pictures are divided by `divisor` first and go together as far as `batch_limit` allows.
        """
        answers: list[NDArray[np.float32]] = []
        for start in range(0, len(pictures), self.batch_limit):
            batch = pictures[start : start + self.batch_limit]
            tensor = np.empty((len(batch), *batch[0].shape), np.float32)
            for plane, picture in zip(tensor, batch, strict=True):
                plane[...] = picture
            if divisor != 1:
                tensor /= np.float32(divisor)
            answers.extend(self.run(tensor))
        return answers


def _installed(provider: str) -> str:
    name = PROVIDERS.get(provider)
    if name is None:
        raise ModelError(f"unknown provider '{provider}' (known: {', '.join(PROVIDERS)})")
    if name not in ort.get_available_providers():
        raise ModelError(
            f"provider '{provider}' is not in this build of onnxruntime; use 'cpu', or install {PACKAGES[provider]} "
            "in place of onnxruntime"
        )
    return name


def _options(provider: str, threads: int, at_once: int) -> dict[str, str]:
    """What a provider is told besides: OpenVINO has threads of its own, and runs one after the other on one stream."""
    if provider != "openvino":
        return {}
    return {"device_type": "CPU", "num_of_threads": str(threads * at_once), "num_streams": str(at_once)}


def _dims(shape: tuple[int | str | None, ...]) -> str:
    return "×".join(str(d) if isinstance(d, int) else "?" for d in shape) or "a scalar"
