"""A device's clock: read from GetSystemDateAndTime, compared with ours. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from skynet.edge.onvif.xml_node import XmlNode

QUARTER_HOUR_S = 900
_NEAR_S = 90.0
_MAX_ZONE_S = 14 * 3600


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """`offset_s` is what must be added to our wall clock to get the device's."""

    offset_s: float
    local_for_utc: bool = False
    """The offset is a time zone's, to the minute and a half: it most likely gives local time where UTC belongs."""

    @property
    def without_zone_s(self) -> float:
        """The offset of a clock that shows local time: what is left of it without the zone."""
        return self.offset_s - round(self.offset_s / QUARTER_HOUR_S) * QUARTER_HOUR_S


def posix_of(answer: XmlNode) -> float | None:
    """POSIX seconds out of a GetSystemDateAndTimeResponse; its UTCDateTime, else LocalDateTime, or None."""
    time = answer.child("SystemDateAndTime")
    if time is None:
        return None
    for name in ("UTCDateTime", "LocalDateTime"):
        if (node := time.child(name)) and (found := _posix(node)) is not None:
            return found
    return None


def compare(device_s: float, ours_s: float) -> DeviceTime:
    offset = device_s - ours_s
    quarters = round(offset / QUARTER_HOUR_S)
    near = abs(offset - quarters * QUARTER_HOUR_S) <= _NEAR_S
    return DeviceTime(offset, quarters != 0 and near and abs(offset) <= _MAX_ZONE_S + _NEAR_S)


def parse_instant(text: str) -> datetime | None:
    """An xs:dateTime as events carry it; without a zone it is UTC. None for what is none."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _posix(node: XmlNode) -> float | None:
    numbers = [node.number("Date", part) for part in ("Year", "Month", "Day")]
    numbers += [node.number("Time", part) for part in ("Hour", "Minute", "Second")]
    whole = [int(number) for number in numbers if number is not None]
    if len(whole) != len(numbers):
        return None
    year, month, day, hour, minute, second = whole
    try:  # second 60 is a leap second
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
