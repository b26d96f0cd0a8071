"""A subscription to a camera's events that is pulled, renewed, made anew when it is lost, and always given back.

Cameras have room for few subscriptions (four, on some): each way out of `PullPoint` unsubscribes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType

from skynet.domain.clock import Clock
from skynet.edge.onvif.address import Reached
from skynet.edge.onvif.camera_error import CameraError, FaultError, SilentError, StrangeAnswerError
from skynet.edge.onvif.camera_event import CameraEvent, read_events
from skynet.edge.onvif.envelope import Operation
from skynet.edge.onvif.namespace import NOTIFICATION, Namespace
from skynet.edge.onvif.soap_client import SoapClient
from skynet.edge.onvif.xml_node import XmlNode

LEASE_S = 120
RENEW_AFTER_S = 50.0
MESSAGE_LIMIT = 100
MAX_LOSSES = 3
"""So many failures on end before it is given up."""
_MANAGER = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"
_GRACE_S = 10.0


class PullPoint:
    """`pull_s` is how long the camera may keep a question open while nothing happens. For one event loop."""

    def __init__(
        self,
        client: SoapClient,
        url: str,
        reached: Reached,
        clock: Clock,
        pull_s: float = 20.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.left_out = 0
        """Messages about faces, or more than we take at once."""
        self._client = client
        self._url = url
        self._reached = reached
        self._clock = clock
        self._pull_s = pull_s
        self._sleep = sleep
        self._address = ""
        self._named = ""
        self._reference = ""
        self._renewed_at = 0.0

    async def __aenter__(self) -> PullPoint:
        await self._subscribe()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.shield(asyncio.ensure_future(self._unsubscribe()))

    async def events(self) -> AsyncIterator[CameraEvent]:
        """Events as they come, without an end. Raises CameraError when the camera is lost for good."""
        losses = 0
        while True:
            try:
                if not self._address:
                    await self._subscribe()
                found = await self._pull()
                losses = 0
                await self._renew_in_time()
            except (FaultError, SilentError, StrangeAnswerError):
                losses += 1
                if losses > MAX_LOSSES:
                    raise
                self._client.findings.note("a subscription to its events was lost; a new one was made")
                await self._unsubscribe()
                await self._sleep(losses - 1.0)
                continue
            for event in found:
                yield event

    async def _subscribe(self) -> None:
        answer = await self._client.call(
            self._url,
            Operation(
                Namespace.EVENTS,
                "CreatePullPointSubscription",
                f"<s:InitialTerminationTime>PT{LEASE_S}S</s:InitialTerminationTime>",
                action=f"{Namespace.EVENTS}/EventPortType/CreatePullPointSubscriptionRequest",
            ),
        )
        reference = answer.child("SubscriptionReference") or answer  # some leave this layer out
        self._named = reference.text("Address")
        self._reference = _parameters(reference)
        self._renewed_at = self._clock.monotonic()
        try:
            self._address = self._reached.rewrite(self._named, keep_port=True)
        except ValueError:
            self._client.findings.note("it names no address for its events; the event service itself is asked")
            self._address = self._named = self._url
        await self._find_port()

    async def _find_port(self) -> None:
        """The subscription's own port may not be open to us; the first call on it asks for the states as they are."""
        try:
            await self._synchronise()
        except SilentError:
            elsewhere = self._reached.rewrite(self._named)
            if elsewhere == self._address:
                raise
            self._client.findings.note("the port that it named for events does not answer; they were asked at ours")
            self._address = elsewhere
            await self._synchronise()

    async def _synchronise(self) -> None:
        with contextlib.suppress(FaultError, StrangeAnswerError):  # optional on many devices
            await self._ask(Namespace.EVENTS, "SetSynchronizationPoint", f"{Namespace.EVENTS}/PullPointSubscription")

    async def _pull(self) -> list[CameraEvent]:
        answer = await self._ask(
            Namespace.EVENTS,
            "PullMessages",
            f"{Namespace.EVENTS}/PullPointSubscription",
            f"<s:Timeout>PT{self._pull_s:g}S</s:Timeout><s:MessageLimit>{MESSAGE_LIMIT}</s:MessageLimit>",
            self._pull_s + _GRACE_S,
        )
        events, left_out = read_events(answer)
        self.left_out += left_out
        return events

    async def _renew_in_time(self) -> None:
        if self._clock.monotonic() - self._renewed_at < RENEW_AFTER_S:
            return
        lease = f"<n:TerminationTime>PT{LEASE_S}S</n:TerminationTime>"
        try:
            await self._ask(NOTIFICATION, "Renew", _MANAGER, lease)
        except (FaultError, StrangeAnswerError):
            self._client.findings.note("it does not renew subscriptions; a new one is made in time")
            await self._unsubscribe()
            await self._subscribe()
        self._renewed_at = self._clock.monotonic()

    async def _unsubscribe(self) -> None:
        if not self._address:
            return
        with contextlib.suppress(CameraError):  # it ends by itself when its time is over
            await self._ask(NOTIFICATION, "Unsubscribe", _MANAGER)
        self._address = ""

    async def _ask(
        self, namespace: str, name: str, port: str, parameters: str = "", within_s: float = _GRACE_S
    ) -> XmlNode:
        return await self._client.call(
            self._address,
            Operation(namespace, name, parameters, f"{port}/{name}Request", self._named, self._reference),
            within_s,
        )


def _parameters(reference: XmlNode) -> str:
    """What must come back in the header of each call, by WS-Addressing."""
    held = reference.child("ReferenceParameters")
    text = "".join(node.xml for node in held.children()) if held else ""
    return text if len(text) <= 4096 else ""
