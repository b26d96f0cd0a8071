"""The thread that talks to one camera, and the short queue that it fills.

FFmpeg blocks inside its own code while a camera is silent, and its way to interrupt that takes Python's lock for every
look. So a thread of its own opens, reads and closes the connection under FFmpeg's socket timeout, and whoever waits
for packets waits on a queue that `stop` can end at once. The thread is a daemon and outlives `stop` by no more than
the socket timeout. It alone touches the container.

The queue never drops: when it is full, the thread stops reading and TCP makes the camera wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

import av

from skynet.domain.clock import Clock
from skynet.media.epoch import Epoch
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError
from skynet.media.video_file import stream_info

_QUEUE_PACKETS = 256
_LOOK_AGAIN_S = 0.01
"""How often a full queue is looked at; it is full only when the reader has stopped reading."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream that has answered."""

    info: StreamInfo
    epoch: Epoch


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet and when it came: POSIX seconds and monotonic ones."""

    coded: av.Packet[av.VideoStream]
    wall: float
    monotonic: float


class RtspPump:
    """One connection.

    `explain` turns what FFmpeg raised (None when the stream just ended) into words, knowing whether the stream had been
    opened. `preflight` runs first, on the same thread.
    """

    def __init__(
        self,
        url: str,
        options: dict[str, str],
        clock: Clock,
        explain: Callable[[av.FFmpegError | None, bool], SourceError],
        preflight: Callable[[], None],
    ) -> None:
        self._url = url
        self._options = options
        self._clock = clock
        self._explain = explain
        self._preflight = preflight
        self._out: SimpleQueue[Opened | Arrival | Exception | None] = SimpleQueue()
        self._opened: Opened | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtsp-pump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends all waiting at once, from any thread; what is left in the queue is lost."""
        self._stop.set()
        self._out.put(None)

    @property
    def epoch(self) -> Epoch:
        """Parameters of the opened stream; `wait_opened` must have given it."""
        if self._opened is None:
            raise RuntimeError("the stream has not been opened")
        return self._opened.epoch

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def join(self, timeout: float) -> bool:
        """Wait until the connection has been closed; False when that takes longer."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def wait_opened(self, timeout: float) -> Opened | None:
        """What answered; None when nothing did in time or the pump was stopped. Raises what opening failed with."""
        first = self._take(timeout)
        return first if isinstance(first, Opened) else None

    def next(self, timeout: float) -> Arrival | None:
        """The next packet; None when none came in time or the pump was stopped. Raises what the stream ended with."""
        arrival = self._take(timeout)
        return arrival if isinstance(arrival, Arrival) else None

    def _take(self, timeout: float) -> Opened | Arrival | None:
        try:
            taken = self._out.get(timeout=timeout)
        except Empty:
            return None
        if self.stopped:
            return None
        if isinstance(taken, Exception):
            raise taken
        return taken

    def _run(self) -> None:
        try:
            self._preflight()
            self._pump()
        except av.FFmpegError as error:
            self._out.put(self._explain(error, self._opened is not None))
        except Exception as error:  # noqa: BLE001 - the thread's top: it is raised again where packets are read
            self._out.put(error)

    def _pump(self) -> None:
        with av.open(self._url, "r", format="rtsp", options=self._options) as container:
            if not container.streams.video or container.streams.video[0].codec_context is None:
                self._out.put(self._explain(None, False))
                return
            stream = container.streams.video[0]
            info = replace(stream_info(container, stream), duration_s=None, frames=None)  # what a server plays may end
            self._opened = Opened(info, Epoch.of(stream))
            self._out.put(self._opened)
            for coded in container.demux(stream):
                if coded.size:
                    self._out.put(Arrival(coded, self._clock.wall(), self._clock.monotonic()))
                while self._out.qsize() >= _QUEUE_PACKETS and not self._stop.wait(_LOOK_AGAIN_S):
                    pass
                if self.stopped:
                    return
        self._out.put(self._explain(None, True))
