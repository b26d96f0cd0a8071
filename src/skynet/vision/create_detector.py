"""From a name to a detector: the one place where adapters are known by the names that manifest entries use."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from skynet.vision.class_list import ClassList
from skynet.vision.detector import Detector
from skynet.vision.fastestdet import FastestDetDetector
from skynet.vision.model_store import ModelStore
from skynet.vision.motion_detector import MotionDetector
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.yolox import YoloxDetector

AUTO = "auto"
MOTION = "motion"
ADAPTERS: dict[str, type[YoloxDetector] | type[FastestDetDetector]] = {
    "yolox": YoloxDetector,
    "fastestdet": FastestDetDetector,
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DetectorChoice:
    """The detector that `auto` stands for here, and why, in words for an operator. `passed_over` when a better one is
    there and cannot be used."""

    name: str
    reason: str
    passed_over: bool = False


def choose_detector(store: ModelStore) -> DetectorChoice:
    """The first detector of the manifest whose verified file is at hand, else `motion`.

    A file that is there but is not the model meant is passed over, and the reason says so.
    """
    passed_over = ""
    for name, entry in store.manifest.models.items():
        if entry.task != "detector" or store.find(name) is None:
            continue
        try:
            path = store.path(name)
        except ModelError as error:
            passed_over = f"; passed over {error}"
            continue
        return DetectorChoice(name, f"{path} is the best detector model at hand{passed_over}", bool(passed_over))
    return DetectorChoice(
        MOTION, f"no detector model is at hand, objects carry no class{passed_over}", bool(passed_over)
    )


def create_detector(
    name: str, store: ModelStore, *, provider: str = "cpu", threads: int = 1, at_once: int = 1
) -> Detector:
    """A new detector: `motion`, a model of the manifest, or `auto` (logs which one and why).

    `provider` runs the model, each call on `threads` threads, and as many calls `at_once` as are to come together.
    Raises ModelError when the name or its adapter is unknown, or the model's file is missing or wrong.
    """
    if name == AUTO:
        choice = choose_detector(store)
        level = logging.WARNING if choice.passed_over else logging.INFO  # what falls back is never silent
        _log.log(level, "detector %s: %s", choice.name, choice.reason)
        name = choice.name
    if name == MOTION:
        return MotionDetector()
    entry = store.manifest.entry(name)
    if entry.task != "detector":
        raise ModelError(f"model '{name}' is no detector, it is for the task '{entry.task}'")
    adapter = ADAPTERS.get(entry.adapter)
    if adapter is None:
        raise ModelError(
            f"{store.manifest_path}: models.{name}.adapter: '{entry.adapter}' is unknown (known: {', '.join(ADAPTERS)})"
        )
    session = OnnxSession(store.path(name), provider=provider, threads=threads, at_once=at_once)
    classes = ClassList(store.manifest.class_names(name))
    if entry.score_threshold is None:
        return adapter(name, session, classes, entry.input)
    return adapter(name, session, classes, entry.input, entry.score_threshold)
