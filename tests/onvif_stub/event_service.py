"""Events (ver10): pull points with their slots, their ends and their managers' addresses."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.onvif_stub import notice
from tests.onvif_stub.camera import LAN_ADDRESS, Camera
from tests.onvif_stub.message import FaultError, Request, invalid, not_supported
from tests.onvif_stub.quirk import Quirk

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
LATE_S = 2.0


@dataclass
class Subscription:
    """`ends_s` is monotonic; the queue holds messages that were not fetched yet."""

    number: int
    port: int
    ends_s: float
    lasts_s: float
    queue: deque[str] = field(default_factory=deque)
    pulls: int = 0


class EventService:
    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._changed = threading.Condition()
        self._numbers = 0
        self.subscriptions: dict[int, Subscription] = {}
        self.most_at_once = 0
        self._pulls = 0
        self._script: dict[int, tuple[str, ...]] = {}

    def emit(self, message: str) -> None:
        """Puts a message into each living pull point."""
        with self._changed:
            for subscription in self.subscriptions.values():
                subscription.queue.append(message)
            self._changed.notify_all()

    def emit_at_pull(self, number: int, messages: tuple[str, ...]) -> None:
        """Puts the messages in when the camera is pulled for that time, counted over all subscriptions from one."""
        self._script[number] = messages

    def open_slots(self) -> int:
        """How many subscriptions live now."""
        with self._changed:
            self._expire()
            return len(self.subscriptions)

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def answer(self, request: Request, target: str, port: int) -> str:
        if not self._camera.persona.events:
            raise not_supported(request.action)
        if request.action == "CreatePullPointSubscription":
            return self._create(request)
        actions = {
            "PullMessages": self._pull,
            "SetSynchronizationPoint": self._sync,
            "Renew": self._renew,
            "Unsubscribe": self._unsubscribe,
        }
        if request.action not in actions:
            raise not_supported(request.action)
        return actions[request.action](request, self._subscription(request, target, port))

    def _create(self, request: Request) -> str:
        lasts_s = _seconds(request.text("InitialTerminationTime") or "PT60S")
        with self._changed:
            self._expire()
            if self._camera.has(Quirk.EVENTS_FOUR_SLOTS) and len(self.subscriptions) >= 4:
                raise FaultError(
                    "no free subscription", "ter:Action", "ter:MaxSubscriptions", status=500, receiver=True
                )
            self._numbers += 1
            port = self._camera.open_port() if self._camera.has(Quirk.EVENTS_OTHER_PORT) else self._camera.port
            if self._camera.has(Quirk.EVENTS_EXPIRED):
                lasts_s = 0.0
            subscription = Subscription(self._numbers, port, time.monotonic() + lasts_s, lasts_s)
            self.subscriptions[subscription.number] = subscription
            self.most_at_once = max(self.most_at_once, len(self.subscriptions))
            if self._camera.has(Quirk.EVENTS_UNPARSABLE):
                subscription.queue.append(notice.unparsable())
            if self._camera.has(Quirk.EVENTS_UNLIMITED):
                subscription.queue.extend(notice.motion(number % 2 == 0) for number in range(1000))
        return (
            f"<tev:CreatePullPointSubscriptionResponse>{self._reference(subscription)}{self._times(lasts_s)}"
            "</tev:CreatePullPointSubscriptionResponse>"
        )

    def _reference(self, subscription: Subscription) -> str:
        host = f"{self._camera.host}:{subscription.port}"
        if self._camera.has(Quirk.EVENTS_LAN_ADDRESS, Quirk.XADDR_LAN_ADDRESS):
            host = LAN_ADDRESS
        path, parameters = f"{self._camera.persona.paths['events']}/pull/{subscription.number}", ""
        if self._camera.has(Quirk.EVENTS_REFERENCE_PARAMETERS):
            path = self._camera.persona.paths["events"]
            parameters = (
                '<wsa5:ReferenceParameters><dom0:SubscriptionId xmlns:dom0="http://www.example.com/2009/event">'
                f"{subscription.number}</dom0:SubscriptionId></wsa5:ReferenceParameters>"
            )
        address = f"<wsa5:Address>{self._camera.scheme}://{host}{path}</wsa5:Address>{parameters}"
        if self._camera.has(Quirk.EVENTS_FLAT_ADDRESS):
            return address
        return f"<tev:SubscriptionReference>{address}</tev:SubscriptionReference>"

    def _times(self, lasts_s: float, prefix: str = "wsnt") -> str:
        now = datetime.fromtimestamp(self._camera.now(), UTC)
        current, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (now, now + timedelta(seconds=lasts_s)))
        return (
            f"<{prefix}:CurrentTime>{current}</{prefix}:CurrentTime>"
            f"<{prefix}:TerminationTime>{end}</{prefix}:TerminationTime>"
        )

    def _subscription(self, request: Request, target: str, port: int) -> Subscription:
        """By what the reference said: the address's path, or the parameter that must come back as a header."""
        named = request.header_text("SubscriptionId") or target.rpartition("/pull/")[2]
        with self._changed:
            self._expire()
            subscription = self.subscriptions.get(int(named)) if named.isdigit() else None
        if subscription is None or subscription.port != port:
            raise FaultError("no such subscription", "wsrf-rw:ResourceUnknownFault", status=400)
        return subscription

    def _pull(self, request: Request, subscription: Subscription) -> str:
        timeout_s, limit = _seconds(request.need("Timeout")), int(request.need("MessageLimit"))
        if limit < 1:
            raise invalid("MessageLimit is at least 1")
        subscription.pulls += 1
        self._pulls += 1
        for message in self._script.pop(self._pulls, ()):
            self.emit(message)
        if self._camera.has(Quirk.EVENTS_PULL_FAULT) and subscription.pulls == 2:
            with self._changed:
                self.subscriptions.pop(subscription.number, None)
            raise FaultError("internal error", "ter:Action", status=500, receiver=True)
        if self._camera.has(Quirk.EVENTS_LATE) and self._camera.closing.wait(timeout_s + LATE_S):
            timeout_s = 0.0
        with self._changed:
            self._changed.wait_for(lambda: subscription.queue or self._camera.closing.is_set(), timeout_s)
            if self._camera.has(Quirk.EVENTS_EMPTY):
                subscription.queue.clear()
            if self._camera.has(Quirk.EVENTS_UNLIMITED):
                limit = len(subscription.queue)
            messages = [subscription.queue.popleft() for _ in range(min(limit, len(subscription.queue)))]
            subscription.ends_s = max(subscription.ends_s, time.monotonic() + subscription.lasts_s)
        content = self._times(subscription.lasts_s, "tev") + "".join(messages)
        return f"<tev:PullMessagesResponse>{content}</tev:PullMessagesResponse>"

    def _sync(self, request: Request, subscription: Subscription) -> str:
        if self._camera.has(Quirk.EVENTS_NO_SYNC_POINT):
            raise not_supported(request.action)
        return "<tev:SetSynchronizationPointResponse/>"

    def _renew(self, request: Request, subscription: Subscription) -> str:
        if self._camera.has(Quirk.EVENTS_RENEW_FAILS):
            raise FaultError(
                "the subscription cannot be renewed",
                "wsntw:UnacceptableTerminationTimeFault",
                status=500,
                receiver=True,
            )
        subscription.lasts_s = _seconds(request.need("TerminationTime"))
        subscription.ends_s = time.monotonic() + subscription.lasts_s
        now = datetime.fromtimestamp(self._camera.now(), UTC)
        end = (now + timedelta(seconds=subscription.lasts_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"<wsnt:RenewResponse><wsnt:TerminationTime>{end}</wsnt:TerminationTime></wsnt:RenewResponse>"

    def _unsubscribe(self, request: Request, subscription: Subscription) -> str:
        with self._changed:
            self.subscriptions.pop(subscription.number, None)
        return "<wsnt:UnsubscribeResponse/>"

    def _expire(self) -> None:
        now = time.monotonic()
        for number in [number for number, subscription in self.subscriptions.items() if subscription.ends_s < now]:
            del self.subscriptions[number]


def _seconds(text: str) -> float:
    """An xs:duration of hours, minutes and seconds, or a moment in UTC; raises FaultError for what is neither."""
    found = _DURATION.fullmatch(text.strip())
    if found:
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00")).timestamp() - time.time()
    except ValueError as error:
        raise invalid(f"{text} is no duration") from error
