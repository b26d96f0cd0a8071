"""Answers to a probe, as they come off the network."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.probe_match import MAX_XADDRS, read_probe_matches, write_probe
from skynet.edge.onvif.xml_node import read_xml


def match(xaddrs: str, scopes: str = "", endpoint: str = "urn:uuid:A-1") -> bytes:
    return (
        '<e:Envelope xmlns:e="x"><e:Body><d:ProbeMatches xmlns:d="y"><d:ProbeMatch><a:EndpointReference xmlns:a="z">'
        f"<a:Address>{endpoint}</a:Address></a:EndpointReference><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
    ).encode()


def test_the_question_asks_for_no_type() -> None:
    root, mended = read_xml(write_probe(UUID(int=7)))
    probe = root.child("Body", "Probe")
    assert not mended
    assert probe
    assert probe.children() == []


def test_endpoints_are_the_same_however_they_are_written() -> None:
    written = ("urn:uuid:A-1", "uuid:a-1", "A-1")
    assert len({read_probe_matches(match("http://h/", endpoint=one), "h")[0].endpoint for one in written}) == 1


def test_scopes_are_words_for_people() -> None:
    scopes = "onvif://www.onvif.org/name/%E5%A4%A7%E9%97%A8%1b onvif://www.onvif.org/hardware/X http://other/scope"
    (device,) = read_probe_matches(match("http://h/", scopes), "h")
    assert (device.name, device.hardware) == ("大门", "X")


def test_only_addresses_by_http_count_and_only_so_many() -> None:
    many = " ".join(f"http://h/{n}" for n in range(50))
    (device,) = read_probe_matches(match(f"rtsp://h/ javascript:1 {many}"), "h")
    assert len(device.xaddrs) <= MAX_XADDRS
    assert all(xaddr.startswith("http://h/") for xaddr in device.xaddrs)
    assert read_probe_matches(match("rtsp://h/"), "h") == []


@given(st.binary(max_size=300) | st.text('<>/:=" ProbeMatchesXAddrsScopeshttp.onvif', max_size=150).map(str.encode))
def test_whatever_comes_is_devices_or_refused(content: bytes) -> None:
    for datagram in (content, match(content.decode("utf-8", "replace"), content.decode("utf-8", "replace"))):
        try:
            devices = read_probe_matches(datagram, "h")
        except StrangeAnswerError:
            continue
        assert all(device.name.isprintable() and device.xaddrs for device in devices)


def test_a_page_is_no_answer() -> None:
    with pytest.raises(StrangeAnswerError):
        read_probe_matches(b"<e:Envelope xmlns:e='x'><e:Body/></e:Envelope>", "h")
