"""Keeps what a camera is known to show on disk, and learns of an operator's consent to another view.

Consent is the file taken away: it needs no open port, no token and no program on the box but `rm`.
"""

from __future__ import annotations

import logging

from skynet.domain import Clock
from skynet.edge.picture_watch import PictureWatch
from skynet.edge.scene_file import SceneFile

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0


class SceneKeeper:
    """`begin` once, before the first picture; `tick` often, from one thread. A disk that fails costs the memory of the
    scene over a restart and nothing else; it is a line in the log."""

    def __init__(self, camera_id: str, file: SceneFile, pictures: PictureWatch, clock: Clock) -> None:
        self._camera_id = camera_id
        self._file = file
        self._pictures = pictures
        self._clock = clock
        self._kept = False
        self._looked_at = float("-inf")

    def begin(self) -> None:
        try:
            memory = self._file.load()
            if memory:
                self._pictures.recall(memory)
                self._kept = True
        except (OSError, ValueError) as error:
            log.warning("camera %s: its scene is learned anew: %s", self._camera_id, error)

    def tick(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        if self._kept and not self._file.exists:
            log.info("camera %s: its view is accepted and learned anew", self._camera_id)
            self._kept = False
            self._pictures.take_memory()
            self._pictures.accept()
            return
        memory = self._pictures.take_memory()
        if memory:
            try:
                self._file.save(memory)
                self._kept = True
            except OSError as error:
                log.warning("camera %s: its scene cannot be kept over a restart: %s", self._camera_id, error)
