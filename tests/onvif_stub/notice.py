"""What a camera tells of what it sees: the messages of ONVIF's event service, by their kind."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

_CONCRETE = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"


def motion(active: bool, at: datetime | None = None) -> str:
    source = _items(
        {
            "VideoSourceConfigurationToken": "VideoSourceToken",
            "VideoAnalyticsConfigurationToken": "Analytics",
            "Rule": "Motion",
        }
    )
    return _message("tns1:RuleEngine/CellMotionDetector/Motion", source, _items({"IsMotion": str(active).lower()}), at)


def foreign_motion(active: bool, at: datetime | None = None) -> str:
    """Reolink's topic, which no standard knows."""
    return _message(
        "tns1:RuleEngine/MyRuleDetector/PeopleDetect",
        _items({"Source": "000"}),
        _items({"State": str(active).lower()}),
        at,
    )


def tamper(active: bool, at: datetime | None = None) -> str:
    data = _items({"State": str(active).lower()})
    return _message("tns1:VideoSource/GlobalSceneChange/ImagingService", _items({"Source": "VideoSource_1"}), data, at)


def plate(text: str, likelihood: float = 0.97, at: datetime | None = None) -> str:
    info = (
        f'<tt:LicensePlateInfo><tt:PlateNumber Likelihood="{likelihood}">{escape(text)}</tt:PlateNumber>'
        '<tt:PlateType Likelihood="0.9">Normal</tt:PlateType>'
        '<tt:CountryCode Likelihood="0.9">CN</tt:CountryCode></tt:LicensePlateInfo>'
    )
    data = _items({"Likelihood": str(likelihood)}) + f'<tt:ElementItem Name="LicensePlateInfo">{info}</tt:ElementItem>'
    return _message(
        "tns1:RuleEngine/Recognition/LicensePlate",
        _items({"VideoSource": "VideoSource_1", "Rule": "Plates"}),
        data,
        at,
        None,
    )


def face(enrollment: str, likelihood: float = 0.8, at: datetime | None = None) -> str:
    data = _items({"Likelihood": str(likelihood), "EnrollmentID": enrollment})
    return _message(
        "tns1:RuleEngine/Recognition/Face", _items({"VideoSource": "VideoSource_1", "Rule": "Faces"}), data, at, None
    )


def unparsable() -> str:
    """A message without time, operation or data."""
    return (
        f'<wsnt:NotificationMessage><wsnt:Topic Dialect="{_CONCRETE}">'
        "tns1:RuleEngine/CellMotionDetector/Motion</wsnt:Topic>"
        "<wsnt:Message/></wsnt:NotificationMessage>"
    )


def _items(values: dict[str, str]) -> str:
    return "".join(
        f'<tt:SimpleItem Name="{name}" Value="{escape(value, {chr(34): "&quot;"})}"/>' for name, value in values.items()
    )


def _message(topic: str, source: str, data: str, at: datetime | None, operation: str | None = "Changed") -> str:
    stamp = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    property_operation = f' PropertyOperation="{operation}"' if operation else ""
    return (
        f'<wsnt:NotificationMessage><wsnt:Topic Dialect="{_CONCRETE}">{topic}</wsnt:Topic>'
        f'<wsnt:Message><tt:Message UtcTime="{stamp}"{property_operation}><tt:Source>{source}</tt:Source>'
        f"<tt:Data>{data}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )
