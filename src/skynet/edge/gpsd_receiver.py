"""Where the box is, asked of gpsd: for cameras on buses and taxis.

gpsd's JSON protocol (gpsd_json(5)): a `?WATCH` and then one object a line, of which `TPV` with a fix (`mode` 2 or 3) is
a position. A thread of its own reads; what it was told last stays true until it is told something else.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import socket
import threading

from pydantic import ValidationError

from skynet.domain import Clock
from skynet.domain.geo_position import GeoPosition
from skynet.edge.backoff import Backoff
from skynet.edge.issues import Issues

log = logging.getLogger(__name__)

MAX_LINE_BYTES = 64 << 10
"""A report of all satellites has some kilobytes."""
SILENCE_S = 30.0
"""gpsd reports every second; after so long without a word it is asked anew."""
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
_WATCH = b'?WATCH={"enable":true,"json":true};\n'
_FIX_MODES = (2, 3)


def position_of(line: bytes) -> GeoPosition | None:
    """The position that a line of gpsd's tells, None where it tells none. Never raises."""
    try:
        said = json.loads(line)
        if not isinstance(said, dict) or said.get("class") != "TPV" or said.get("mode") not in _FIX_MODES:
            return None
        return GeoPosition(latitude=said["lat"], longitude=said["lon"], error_m=_error_m(said))
    except (ValueError, LookupError, RecursionError, ValidationError):
        return None


def _error_m(said: dict[str, object]) -> float | None:
    """`eph` is the horizontal error, `epx` and `epy` are its parts, in metres."""
    parts = [said[name] for name in ("eph", "epx", "epy") if isinstance(said.get(name), int | float)]
    errors = [float(part) for part in parts if isinstance(part, int | float) and 0 <= part < float("inf")]
    return max(errors, default=None)


class GpsdReceiver:
    """One gpsd at `host`:`port`. `start` once, `stop` at the end."""

    def __init__(self, host: str, port: int, clock: Clock, issues: Issues, chance: random.Random) -> None:
        self._where = (host, port)
        self._clock = clock
        self._issues = issues
        self._issue = f"gpsd-{host}-{port}"
        self._backoff = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S, least_share=0.5, chance=chance)
        self._position: GeoPosition | None = None
        self._stopped = threading.Event()
        self._sock: socket.socket | None = None
        self._thread = threading.Thread(target=self._work, name="gpsd", daemon=True)

    def position(self) -> GeoPosition | None:
        """Where the box was when it last knew; None while it never did."""
        return self._position

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        self._stopped.set()
        if sock := self._sock:
            with contextlib.suppress(OSError):  # it has ended by itself
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
                reason = "it hung up"
            except OSError as error:
                reason = error.strerror or str(error) or type(error).__name__
            except Exception:  # top of the worker loop: a bus without a position still has cameras
                log.exception("listening to gpsd failed")
                reason = "the log says why"
            if self._stopped.is_set():
                return
            host, port = self._where
            self._issues.open(self._issue, f"gpsd at {host}:{port} tells no position ({reason}); check that it runs")
            self._stopped.wait(self._backoff.next())

    def _listen(self) -> None:
        """One connection, to its end. Raises OSError."""
        with socket.create_connection(self._where, timeout=SILENCE_S) as sock:
            self._sock = sock
            sock.sendall(_WATCH)
            with sock.makefile("rb") as lines:
                while not self._stopped.is_set() and (line := lines.readline(MAX_LINE_BYTES)):
                    if position := position_of(line):
                        self._position = position
                        self._issues.close(self._issue)
                        self._backoff.reset()
