"""SOAP answers as devices send them."""

from __future__ import annotations

from skynet.edge.onvif.envelope import SOAP


def answer(name: str, inside: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><e:Envelope xmlns:e="{SOAP}" xmlns:tt="http://www.onvif.org/ver10/schema"><e:Body>'
        f'<r:{name} xmlns:r="urn:r">{inside}</r:{name}></e:Body></e:Envelope>'
    ).encode()


def fault(reason: str, subcode: str) -> bytes:
    return (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode>'
        f"<e:Value>{subcode}</e:Value></e:Subcode></e:Code><e:Reason><e:Text>{reason}</e:Text></e:Reason>"
        "</e:Fault></e:Body></e:Envelope>"
    ).encode()


def time_answer(year: int, month: int, day: int, hour: int, minute: int, second: int) -> bytes:
    return answer(
        "GetSystemDateAndTimeResponse",
        f"<r:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>{hour}</tt:Hour><tt:Minute>{minute}</tt:Minute>"
        f"<tt:Second>{second}</tt:Second></tt:Time><tt:Date><tt:Year>{year}</tt:Year><tt:Month>{month}</tt:Month>"
        f"<tt:Day>{day}</tt:Day></tt:Date></tt:UTCDateTime></r:SystemDateAndTime>",
    )
