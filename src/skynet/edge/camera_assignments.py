"""Asks the coordinator which cameras to watch, and has the crew watch them.

A thread of its own holds one request open (a long poll), so a change arrives within a round trip and costs nothing
while there is none. The last answer is kept on disk: a box starts, and goes on, without its coordinator. A camera that
cannot be watched as it is assigned is one line among the box's issues; the others are watched.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from skynet.domain import Clock
from skynet.domain.camera_assignment import AssignedCameras
from skynet.edge.assigned_camera import AssignmentError, camera_config
from skynet.edge.assignment_file import AssignmentFile, AssignmentFileError
from skynet.edge.backoff import Backoff
from skynet.edge.camera_logins import CameraLogin, CameraLoginsError, load_camera_logins
from skynet.edge.config import CameraConfig
from skynet.edge.coordinator_client import CoordinatorClient, DeliveryError
from skynet.edge.issues import Issues

log = logging.getLogger(__name__)

WAIT_S = 25.0
"""Below the half minute after which middleboxes end silent connections."""
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
LEAST_ROUND_S = 1.0
"""A coordinator that does not wait is not asked more often."""
_ASK, _REFUSED, _FILE, _LOGINS = "assignments", "assigned-cameras", "assignment-file", "camera-logins"


class CameraAssignments:
    """`apply` has cameras watched, all others of its own not any more, and returns what went wrong, a line each.

    `taken` are ids that the box's own configuration uses. `logins` is read anew for each change of it.
    """

    def __init__(
        self,
        box_id: str,
        client: CoordinatorClient,
        apply: Callable[[Sequence[CameraConfig]], list[str]],
        file: AssignmentFile,
        logins: Path | None,
        taken: Collection[str],
        issues: Issues,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._box_id = box_id
        self._client = client
        self._apply = apply
        self._file = file
        self._logins_path = logins
        self._taken = frozenset(taken)
        self._issues = issues
        self._clock = clock
        self._backoff = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S, least_share=0.5, chance=chance)
        self._assigned: AssignedCameras | None = None
        self._logins: Mapping[str, CameraLogin] = {}
        self._logins_seen: tuple[int, int] | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="assignments", daemon=True)

    @property
    def version(self) -> int | None:
        """Of the cameras that are watched; None while none were ever assigned."""
        return self._assigned.version if self._assigned else None

    def start(self) -> None:
        """Watch what was assigned last, and ask for what is now."""
        self._logins_changed()
        try:
            self._assigned = self._file.load()
        except AssignmentFileError as error:
            self._issues.open(_FILE, str(error))
        if self._assigned:
            self._watch(self._assigned)
        self._thread.start()

    def stop(self) -> None:
        """Returns at once: the thread hangs in its request for up to `WAIT_S` and then does nothing more."""
        self._stopped.set()

    def _work(self) -> None:
        while not self._stopped.is_set():
            began = self._clock.monotonic()
            try:
                self._ask()
                self._backoff.reset()
                pause_s = began + LEAST_ROUND_S - self._clock.monotonic()
            except DeliveryError as error:
                if self._stopped.is_set():
                    return
                self._issues.open(_ASK, f"{error}; the cameras stay as they were assigned last")
                pause_s = self._backoff.next()
            except Exception:  # top of the worker loop: the next answer may be one that can be worked with
                log.exception("asking for the cameras of this box failed")
                self._issues.open(_ASK, "asking for the cameras of this box failed; the log says why")
                pause_s = self._backoff.next()
            if self._logins_changed() and self._assigned and not self._stopped.is_set():
                self._watch(self._assigned)
            if pause_s > 0:
                self._stopped.wait(pause_s)

    def _ask(self) -> None:
        """One long poll. Raises DeliveryError."""
        answer = self._client.assigned_cameras(self._box_id, self.version, WAIT_S)
        self._issues.close(_ASK)
        if answer is None or answer.version == self.version or self._stopped.is_set():
            return
        log.info("the coordinator assigns %d cameras (version %d)", len(answer.cameras), answer.version)
        self._watch(answer)
        self._assigned = answer
        try:
            self._file.save(answer)
            self._issues.close(_FILE)
        except AssignmentFileError as error:
            self._issues.open(_FILE, str(error))

    def _watch(self, assigned: AssignedCameras) -> None:
        cameras, mistakes = [], []
        for one in assigned.cameras:
            try:
                if one.id in self._taken:
                    raise AssignmentError(f"camera {one.id}: is in this box's own configuration; remove it from one")
                cameras.append(camera_config(one, self._logins))
            except AssignmentError as error:
                mistakes.append(str(error))
        mistakes += self._apply(cameras)
        if mistakes:
            self._issues.open(_REFUSED, f"not watched: {'; '.join(mistakes)}")
        else:
            self._issues.close(_REFUSED)

    def _logins_changed(self) -> bool:
        """Read the logins if their file is another than before; one that is no good leaves those that are known."""
        path = self._logins_path
        if path is None:
            return False
        try:
            stat = path.stat()
            seen = (stat.st_mtime_ns, stat.st_mode)
        except OSError:
            seen = (0, 0)
        if seen == self._logins_seen:
            return False
        self._logins_seen = seen
        try:
            self._logins = load_camera_logins(path)
        except CameraLoginsError as error:
            self._issues.open(_LOGINS, f"{error}; the logins stay as they were")
            return False
        self._issues.close(_LOGINS)
        return True
