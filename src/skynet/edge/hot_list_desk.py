"""The box's hot list: loaded from its file, loaded anew when that changes, asked by all cameras.

A new list takes the old one's place in one assignment. One that cannot be read leaves the old one where it is, and the
box says so. Reads are counted and forgotten: neither a text nor a time of a read that fits nothing is kept or logged.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from skynet.analytics.matching import HotList, Reading, match
from skynet.domain import Clock, PlateHit, PlateRead
from skynet.domain.errors import BadInputError
from skynet.edge.hot_list_file import load_hot_list
from skynet.edge.issues import Issues

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How often the file is looked at."""
BROKEN_ISSUE, ROWS_ISSUE = "hot-list", "hot-list-rows"
_Stamp = tuple[int, int, int]


@dataclass(slots=True)
class HitFigures:
    """Since the start. `reads` counts the plates that were asked about, `exact` and `possible` the hits."""

    reads: int = 0
    exact: int = 0
    possible: int = 0
    loads: int = 0
    failures: int = 0


class HotListDesk:
    """Raises BadInputError where the list cannot be loaded at the start."""

    def __init__(self, path: Path, clock: Clock, issues: Issues, look_every_s: float = LOOK_EVERY_S) -> None:
        self._path = path
        self._clock = clock
        self._issues = issues
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._figures = HitFigures()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hot-list", daemon=True)
        self._stamp = _stamp(path)
        self.hot_list = self._load()

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def camera(self, camera_id: str, site: str) -> CameraHotList:
        """The list as the camera asks it."""
        return CameraHotList(self, camera_id, site)

    def ask(self, read: PlateRead, places: frozenset[str], at: float) -> tuple[PlateHit, ...]:
        """Hits of `read`, counted. Any thread may call."""
        hits = match(self.hot_list, Reading.of(read), places, at)
        with self._lock:
            self._figures.reads += 1
            for hit in hits:
                if hit.confirmation_required:
                    self._figures.possible += 1
                else:
                    self._figures.exact += 1
        return hits

    def figures(self) -> dict[str, int]:
        hot_list = self.hot_list
        with self._lock:
            counts = {name: getattr(self._figures, name) for name in HitFigures.__slots__}
        return {"version": hot_list.version, "entries": len(hot_list), "memory_bytes": hot_list.nbytes, **counts}

    def look(self) -> None:
        """Load the file if it has changed; drop entries that have expired."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self.hot_list = self._load()
            except BadInputError as error:
                self._figures.failures += 1
                self._issues.open(BROKEN_ISSUE, f"{error}; the list of version {self.hot_list.version} stays in use")
                return
            log.info("hot list %s: %d vehicles, version %d", self._path, len(self.hot_list), self.hot_list.version)
        self.hot_list = self.hot_list.without_expired(self._clock.wall())

    def _load(self) -> HotList:
        loaded = load_hot_list(self._path, self._clock.wall())
        self._figures.loads += 1
        self._issues.close(BROKEN_ISSUE)
        if loaded.bad_rows:
            text = f"{self._path}: {loaded.bad_rows} rows were left out; 'skynet lists check' says why"
            self._issues.open(ROWS_ISSUE, text)
        else:
            self._issues.close(ROWS_ISSUE)
        return loaded.hot_list

    def _work(self) -> None:
        while not self._closed.wait(self._look_every_s):
            try:
                self.look()
            except Exception:  # top of the worker loop: whatever is in the file, the old list stays in use
                log.exception("the hot list could not be looked after")


class CameraHotList:
    """The hot list at one camera of one site."""

    def __init__(self, desk: HotListDesk, camera_id: str, site: str) -> None:
        self._desk = desk
        self._places = frozenset((camera_id, site))
        self.site = site

    def match(self, read: PlateRead, at: float) -> tuple[PlateHit, ...]:
        return self._desk.ask(read, self._places, at)


def _stamp(path: Path) -> _Stamp | None:
    """What changes when the file does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
