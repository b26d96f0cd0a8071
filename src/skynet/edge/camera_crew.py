"""The workers of a box, one a camera, that come and go one by one: what happens to one touches no other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skynet.domain import Clock
from skynet.domain.errors import BadInputError
from skynet.edge.camera_status import CameraStatus
from skynet.edge.config import CameraConfig
from skynet.edge.worker import CameraWorker

log = logging.getLogger(__name__)

LEAVE_S = 5.0
"""So long is waited for a worker that is to go."""


@dataclass(frozen=True, slots=True)
class _Member:
    config: CameraConfig
    worker: CameraWorker
    assigned: bool


class Roster:
    """How all cameras are doing, in their order: who goes through it sees one moment, whatever changes meanwhile."""

    def __init__(self, members: Callable[[], Mapping[str, _Member]]) -> None:
        self._members = members

    def __iter__(self) -> Iterator[CameraStatus]:
        return iter([member.worker.status for member in self._members().values()])


class CameraCrew:
    """`make` makes a worker that has not started; it may raise BadInputError. Thread-safe.

    The table of members is replaced as a whole and never changed, so readers need no lock.
    """

    def __init__(self, make: Callable[[CameraConfig], CameraWorker], clock: Clock) -> None:
        self._make = make
        self._clock = clock
        self._changing = threading.Lock()
        self._members: Mapping[str, _Member] = {}
        self._stopped = False
        self.roster = Roster(lambda: self._members)

    def start(self, cameras: Iterable[CameraConfig]) -> None:
        """Watch the cameras of the box's own configuration, which stay. Raises BadInputError."""
        with self._changing:
            members = [_Member(camera, self._make(camera), assigned=False) for camera in cameras]
            self._add(members)

    def assign(self, cameras: Sequence[CameraConfig]) -> list[str]:
        """Watch these besides those of the configuration, and no others; what is as it was goes on undisturbed.

        Returns a line for each that cannot be watched. Returns when those that are not wanted have ended.
        """
        with self._changing:
            if self._stopped:
                return []
            wanted = {camera.id: camera for camera in cameras}
            leaving = [
                member
                for camera_id, member in self._members.items()
                if member.assigned and member.config != wanted.get(camera_id)
            ]
            self._remove(leaving)
            coming, mistakes = [], []
            for camera in cameras:
                if camera.id not in self._members:
                    try:
                        coming.append(_Member(camera, self._make(camera), assigned=True))
                    except BadInputError as error:
                        mistakes.append(f"camera {camera.id}: {error}")
            self._add(coming)
            return mistakes

    def watch(self) -> None:
        """Notice what the cameras' own threads cannot."""
        for member in self._members.values():
            member.worker.watch()

    def stop(self, within_s: float) -> None:
        """End all of them, and take in no more."""
        for member in self._members.values():  # before the lock: a change that is under way may wait for one of them
            member.worker.ask_to_stop()
        with self._changing:
            self._stopped = True
            self._end(self._members.values(), within_s)

    def _add(self, coming: Sequence[_Member]) -> None:
        self._members = {**self._members, **{member.config.id: member for member in coming}}
        for member in coming:
            camera = member.config
            log.info("camera %s: %s, %d rules", camera.id, camera.shown_source, len(camera.rules))
            member.worker.start()

    def _remove(self, leaving: Sequence[_Member]) -> None:
        gone = {member.config.id for member in leaving}
        self._members = {key: member for key, member in self._members.items() if key not in gone}
        self._end(leaving, LEAVE_S)
        for member in leaving:
            log.info("camera %s: not watched any more as it was", member.config.id)

    def _end(self, members: Iterable[_Member], within_s: float) -> None:
        members = list(members)
        for member in members:
            member.worker.ask_to_stop()
        deadline = self._clock.monotonic() + within_s
        for member in members:
            if not member.worker.join(deadline):
                log.warning("camera %s did not stop in time and is left behind", member.config.id)
