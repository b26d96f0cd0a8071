"""The detectors that are held side by side: ours, and those of others through the same adapters."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skynet.cli.bench.eyes.timed_session import TimedSession
from skynet.domain.detections import Detections
from skynet.vision import Detector, ModelError, ModelStore, StillImage
from skynet.vision.class_list import ClassList
from skynet.vision.create_detector import ADAPTERS

OURS = "street-nano"
YOLOX = "yolox-nano"
FASTESTDET = "fastestdet"
MODELS = {OURS: "street-nano", YOLOX: "yolox-nano-coco", FASTESTDET: "fastestdet-coco"}
"""Contenders by name, and their names in the manifest."""
FLOOR_SCORE = 0.01
"""Average precision asks for weak detections too, weaker ones than are of use to a tracker."""


@dataclass(frozen=True, slots=True)
class DetectorContender:
    """A detector and the session of its network."""

    name: str
    detector: Detector
    session: TimedSession

    def cpu_ms(self, frames: Sequence[StillImage]) -> tuple[float, float]:
        """CPU-ms a picture of everything, and of the network alone, over `frames`."""
        network, started = self.session.network_s, time.process_time()
        for frame in frames:
            self.detector.detect(frame)
        spent = time.process_time() - started
        return 1000 * spent / len(frames), 1000 * (self.session.network_s - network) / len(frames)

    @property
    def megabytes(self) -> float:
        """Size of the model's file."""
        return self.session.path.stat().st_size / 1e6

    def detect(self, frame: StillImage) -> Detections:
        return self.detector.detect(frame)


def manifest_contender(name: str, store: ModelStore) -> DetectorContender | None:
    """The contender `name`; None where its model is not at hand. Raises ModelError when the model is another."""
    model = MODELS[name]
    entry = store.manifest.models.get(model)
    if entry is None or store.find(model) is None:
        return None
    return _contender(
        name, store.path(model), entry.adapter, store.manifest.class_names(model), entry.input, entry.score_threshold
    )


def file_contender(path: Path, size: tuple[int, int], threshold: float | None) -> DetectorContender:
    """A model file of the six classes in the YOLOX layout that no manifest knows, at an input of `size` (width,
    height). Raises ModelError when it is no such model."""
    classes = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
    return _contender(path.stem, path, "yolox", classes, size, threshold)


def _contender(
    name: str, path: Path, adapter: str, classes: Sequence[str], size: tuple[int, int], threshold: float | None
) -> DetectorContender:
    if adapter not in ADAPTERS:
        raise ModelError(f"{path}: its adapter '{adapter}' is unknown (known: {', '.join(ADAPTERS)})")
    session = TimedSession(path, threads=1)
    settings = {} if threshold is None else {"trusted_score": threshold}
    detector = ADAPTERS[adapter](name, session, ClassList(classes), size, floor_score=FLOOR_SCORE, **settings)
    return DetectorContender(name, detector, session)
