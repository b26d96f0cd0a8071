"""What a camera notices by itself, out of its notification messages: motion, tampering, number plates. Pure.

Face events are left out on purpose, whatever the camera sends: this product does not take faces from cameras.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skynet.edge.onvif.device_time import parse_instant
from skynet.edge.onvif.xml_node import XmlNode

MAX_MESSAGES = 1000


class EventKind(StrEnum):
    MOTION = "motion"
    TAMPER = "tamper"
    PLATE = "plate"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CameraPlate:
    """A number plate as the camera's own rule read it. Likelihoods 0 to 1, None where it does not say."""

    number: str
    kind: str = ""
    country: str = ""
    number_likelihood: float | None = None
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """`topic` without prefixes. `at` by the camera's clock, None where it does not say. `active` None for what has no
    state; `initial` for a state that was so before we listened.
    """

    kind: EventKind
    topic: str
    at: datetime | None
    source: str = ""
    active: bool | None = None
    initial: bool = False
    plate: CameraPlate | None = None


_PLATE_TOPIC = "RuleEngine/Recognition/LicensePlate"
_TAMPER_WORDS = ("tamper", "globalscenechange", "imagetooblurry", "imagetoodark", "imagetoobright", "signalloss")
_TRUE, _FALSE = ("true", "1", "on", "active"), ("false", "0", "off", "inactive")


def read_events(answer: XmlNode) -> tuple[list[CameraEvent], int]:
    """The events of a PullMessagesResponse, and how many messages were left out: about faces, or too many."""
    messages = answer.children("NotificationMessage")
    events = []
    for message in messages[:MAX_MESSAGES]:
        topic = plain_topic(message.text("Topic"))
        if topic and not about_faces(topic, message):
            events.append(_event(topic, message.child("Message", "Message") or message))
    return events, len(messages) - len(events)


def plain_topic(topic: str) -> str:
    """`RuleEngine/CellMotionDetector/Motion` out of `tns1:RuleEngine/tns1:CellMotionDetector/Motion//.`"""
    parts = (part.rpartition(":")[2].strip() for part in topic.split("/"))
    return "/".join(part for part in parts if part and part != ".")[:200]


def about_faces(topic: str, message: XmlNode) -> bool:
    words = topic.lower().replace("interface", "").replace("surface", "")
    return "face" in words or any(_item_name(node) == "EnrollmentID" for node in message.walk("SimpleItem"))


def _event(topic: str, message: XmlNode) -> CameraEvent:
    data = message.child("Data")
    kind = _kind(topic)
    operation = message.attribute("PropertyOperation").lower()
    return CameraEvent(
        kind,
        topic,
        parse_instant(message.attribute("UtcTime", limit=40)),
        source=_source(message),
        active=_state(data) if data else None,
        initial=operation == "initialized",
        plate=_plate(data) if kind is EventKind.PLATE and data else None,
    )


def _kind(topic: str) -> EventKind:
    if topic == _PLATE_TOPIC or topic.startswith(f"{_PLATE_TOPIC}/"):
        return EventKind.PLATE
    words = topic.lower()
    if any(word in words for word in _TAMPER_WORDS):
        return EventKind.TAMPER
    return EventKind.MOTION if "motion" in words else EventKind.OTHER


def _source(message: XmlNode) -> str:
    source = message.child("Source")
    return "/".join(value for _, value in _items(source)) if source else ""


def _state(data: XmlNode) -> bool | None:
    for _, value in _items(data):
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
    return None


def _plate(data: XmlNode) -> CameraPlate | None:
    info = next(data.walk("LicensePlateInfo"), None)
    if info is None:
        return None
    number = info.child("PlateNumber")
    likelihood = next((value for name, value in _items(data) if name == "Likelihood"), "")
    return CameraPlate(
        info.text("PlateNumber", limit=32),
        info.text("PlateType", limit=32),
        info.text("CountryCode", limit=16),
        _share(number.attribute("Likelihood")) if number else None,
        _share(likelihood),
    )


def _items(node: XmlNode) -> Iterator[tuple[str, str]]:
    for item in node.children("SimpleItem")[:32]:
        yield _item_name(item), item.attribute("Value", limit=80)


def _item_name(item: XmlNode) -> str:
    return item.attribute("Name", limit=80)


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
