"""What a real camera has been heard to answer, where the recordings lie beside the checkout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skynet.edge.onvif.camera_error import FaultError
from skynet.edge.onvif.camera_event import read_events
from skynet.edge.onvif.device_time import posix_of
from skynet.edge.onvif.envelope import read_answer
from skynet.edge.onvif.findings import Findings
from skynet.edge.onvif.identity import Identity
from skynet.edge.onvif.media_profile import read_profiles
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.probe_match import read_probe_matches
from skynet.edge.onvif.services import from_capabilities, from_services
from skynet.edge.onvif.xml_node import XmlNode, read_xml


def _folder() -> Path | None:
    for parent in Path(__file__).resolve().parents:
        if (found := parent / "shared" / "data" / "onvif_rtsp" / "agsh_mock" / "serverMockup").is_dir():
            return found
    return None


FOLDER = _folder()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the recorded ONVIF answers are not beside this checkout")


def content(name: str) -> bytes:
    assert FOLDER is not None
    return re.sub(rb"\{\{.*?\}\}", b"", (FOLDER / f"{name}.xml").read_bytes())


def heard(name: str) -> XmlNode:
    return read_answer(content(name), name.rpartition(".")[2])[0]


def test_every_recording_can_be_read() -> None:
    assert FOLDER is not None
    files = sorted(FOLDER.glob("*.xml"))
    assert len(files) > 50
    for file in files:
        assert read_xml(content(file.stem))[0].name == "Envelope", file.name


def test_a_fault_under_an_undeclared_prefix_and_wrong_quotes_is_a_fault() -> None:
    with pytest.raises(FaultError, match="fault reason"):
        read_answer(content("Error"), "GetNodes")


def test_the_camera_says_who_it_is_and_what_time_it_is() -> None:
    assert Identity.of(heard("GetDeviceInformation")).make
    assert posix_of(heard("GetSystemDateAndTime")) == 1419448477.0


def test_its_services_are_found_in_both_ways() -> None:
    findings = Findings()
    url = "http://203.0.113.9:81/onvif/device_service"
    services = from_services(heard("GetServices"), url, findings)
    assert services[Namespace.MEDIA].startswith("http://203.0.113.9:81/")
    assert Namespace.PTZ in services
    assert any("192.168.68.111" in line for line in findings.lines)
    older = from_capabilities(heard("GetCapabilities"), url, findings)
    assert older[Namespace.MEDIA] == services[Namespace.MEDIA]


def test_its_profiles_are_read() -> None:
    profiles = read_profiles(heard("GetProfiles"), media2=False)
    main = profiles[0]
    assert (main.token, main.codec, main.width, main.height) == ("main", "h264", 1920, 1080)
    assert main.fps
    assert main.ptz_configuration


def test_its_answer_to_a_probe_is_read() -> None:
    datagram = content("Probe").replace(b"SERVICE_URI", b"http://10.0.0.9/onvif http://10.1.0.9/onvif ftp://no")
    (device,) = read_probe_matches(datagram, "10.0.0.9")
    assert device.endpoint == "c9790c3a-701b-464d-a189-0060351c8ada"
    assert device.xaddrs == ("http://10.0.0.9/onvif", "http://10.1.0.9/onvif")
    assert (device.name, device.hardware) == ("PREDATOR", "HD_PREDATOR")


def test_its_events_are_read() -> None:
    assert read_events(heard("PullMessages"))[0]
