"""The box's detectors: a network is loaded once and serves all cameras, a motion detector is made for each.

Thread-safe.
"""

from __future__ import annotations

import logging
import threading

from skynet.vision import Detector, ModelStore, MotionDetector, choose_detector, create_detector
from skynet.vision.create_detector import AUTO, MOTION

log = logging.getLogger(__name__)


class Detectors:
    """Networks run with `provider`, one of `skynet.vision.onnx_session.PROVIDERS`, as many calls `at_once` as the
    inference scheduler has slots. `auto` is decided once, for all cameras."""

    def __init__(self, store: ModelStore, *, provider: str = "cpu", at_once: int = 1) -> None:
        self._store = store
        self._provider = provider
        self._at_once = at_once
        self._lock = threading.Lock()
        self._networks: dict[str, Detector] = {}
        self._auto: str | None = None

    def detector(self, name: str) -> Detector:
        """The detector of that name, ready for one more camera. Raises ModelError."""
        with self._lock:
            if name == AUTO:
                name = self._chosen()
            if name == MOTION:
                return MotionDetector()
            if name not in self._networks:
                self._networks[name] = create_detector(
                    name, self._store, provider=self._provider, at_once=self._at_once
                )
            return self._networks[name]

    def _chosen(self) -> str:
        if self._auto is None:
            choice = choose_detector(self._store)
            level = logging.WARNING if choice.passed_over else logging.INFO
            log.log(level, "detector %s: %s", choice.name, choice.reason)
            self._auto = choice.name
        return self._auto
