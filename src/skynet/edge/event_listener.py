"""Holds a subscription to one camera's ONVIF events for as long as the camera is watched, on a thread of its own.

Reading its streams does not wait for it, and it does not wait for them: a camera whose event service fails is watched
all the same, and one whose stream is gone may still say that somebody has covered it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading

from skynet.domain import Clock
from skynet.edge.backoff import Backoff
from skynet.edge.camera_events import CameraEvents
from skynet.edge.onvif import CameraError, Credentials, OnvifCamera
from skynet.edge.onvif.camera_error import RefusedLoginError

log = logging.getLogger(__name__)

FIRST_RETRY_S, LAST_RETRY_S = 2.0, 120.0
REFUSED_RETRY_S = 900.0
"""Cameras lock out after five wrong logins, for some minutes up to half an hour; each attempt costs two to four."""
PROVEN_S = 60.0
"""A subscription that held so long was a good one: the next failure is tried again soon."""
PULL_S = 20.0


class EventListener:
    """`address` is the camera's device service. `start` it once; `ask_to_stop`, then `join`.

    A subscription is given back on the way out, so long as the camera answers.
    """

    def __init__(
        self,
        address: str,
        credentials: Credentials | None,
        events: CameraEvents,
        clock: Clock,
        chance: random.Random,
        *,
        verify_tls: bool = True,
        first_retry_s: float = FIRST_RETRY_S,
    ) -> None:
        self.events = events
        self._address = address
        self._credentials = credentials
        self._clock = clock
        self._verify_tls = verify_tls
        self._backoff = Backoff(first_retry_s, LAST_RETRY_S, least_share=0.5, chance=chance)
        self._lock = threading.Lock()
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._work, name="camera-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Returns at once; `join` waits."""
        with self._lock:
            first, self._stopped = not self._stopped, True
            if first and self._loop and self._task:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when the thread has ended."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - self._clock.monotonic()))
        return not self._thread.is_alive()

    def _work(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        listening = asyncio.ensure_future(self._listen_for_ever())
        with self._lock:
            if self._stopped:
                listening.cancel()
            self._loop, self._task = asyncio.get_running_loop(), listening
        try:
            await listening
        except asyncio.CancelledError:
            self.events.lost("")
        finally:
            with self._lock:
                self._task = None  # the loop ends now, and takes no more calls

    async def _listen_for_ever(self) -> None:
        while True:
            began, refused = self._clock.monotonic(), False
            try:
                await self._listen()
            except CameraError as error:
                refused = isinstance(error, RefusedLoginError)
                self.events.lost(str(error))
            except Exception:  # top of the worker loop: no device may silence its own events for good
                log.exception("camera %s: listening to its events failed", self.events.camera_id)
                self.events.lost("listening failed; the log says why")
            if self._clock.monotonic() - began > PROVEN_S:
                self._backoff.reset()
            await asyncio.sleep(REFUSED_RETRY_S if refused else self._backoff.next())

    async def _listen(self) -> None:
        """One subscription, until it is lost. Raises CameraError."""
        async with OnvifCamera(self._address, self._credentials, self._clock, verify_tls=self._verify_tls) as camera:
            await camera.connect()
            async with camera.events(PULL_S) as subscription:
                self.events.begin()
                async for event in subscription.events():
                    self.events.heard(event)
