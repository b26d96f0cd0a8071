"""The camera's side of WS-Discovery: answers a Probe that is sent to its port, or to the group where it may join."""

from __future__ import annotations

import re
import socket
import struct
import threading
import uuid
from collections.abc import Callable

from lxml import etree

from tests.onvif_stub.camera import LAN_ADDRESS, Camera
from tests.onvif_stub.device_service import scopes
from tests.onvif_stub.quirk import Quirk

GROUP, PORT = "239.255.255.250", 3702
_DIALECTS = {
    "2005": ("http://schemas.xmlsoap.org/ws/2005/04/discovery", "http://schemas.xmlsoap.org/ws/2004/08/addressing"),
    "2009": ("http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01", "http://www.w3.org/2005/08/addressing"),
}
_TYPES = {"NetworkVideoTransmitter", "Device"}


class Discovery:
    """Two sockets: `address` on loopback for directed probes, and the group's where `multicast` is wished for."""

    def __init__(self, camera: Camera, url: Callable[[], str], multicast: bool) -> None:
        self._camera, self._url = camera, url
        self.endpoint = f"urn:uuid:{uuid.uuid4()}"
        self.errors: list[BaseException] = []
        own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        own.bind((camera.host, 0))
        self.address: tuple[str, int] = own.getsockname()
        self._sockets = [own]
        if multicast:
            self._sockets.append(_join(camera.host))
        self._threads = [threading.Thread(target=self._serve, args=(each,), daemon=True) for each in self._sockets]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """The camera's `closing` is set by then; an empty datagram wakes each thread."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            for each in self._sockets:
                waker.sendto(b"", (self._camera.host, each.getsockname()[1]))
        for thread in self._threads:
            thread.join(1.0)
        for each in self._sockets:
            each.close()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(1.0)
        while not self._camera.closing.is_set():
            try:
                data, sender = sock.recvfrom(65_535)
            except TimeoutError:
                continue
            try:
                for answer in self._answers(data):
                    sock.sendto(answer, sender)
            except (ValueError, OSError, etree.LxmlError) as error:
                self.errors.append(error)

    def _answers(self, data: bytes) -> list[bytes]:
        if not data or self._camera.has(Quirk.DISCOVERY_SILENT):
            return []
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        probe = next(root.iter("{*}Probe"), None)
        message_id = next((element.text for element in root.iter("{*}MessageID")), None)
        if probe is None or not message_id or not self._asked_for(probe):
            return []
        discovery = etree.QName(probe).namespace or ""
        dialect = (
            "2009" if discovery == _DIALECTS["2009"][0] or self._camera.has(Quirk.DISCOVERY_DIALECT_2009) else "2005"
        )
        matches = [self._match(dialect, message_id, self._addresses())]
        if self._camera.has(Quirk.DISCOVERY_JUNK):
            matches.insert(0, b"\x00\xffHTTP/1.1 200 OK\r\n\r\n")
        if self._camera.has(Quirk.DISCOVERY_TWICE):
            matches.append(self._match(dialect, message_id, f"http://{LAN_ADDRESS}/onvif/device_service {self._url()}"))
        return matches

    def _asked_for(self, probe: etree._Element) -> bool:
        """Types in the request are to be honoured: those of a camera, or none at all."""
        types = (next((element.text for element in probe.iter("{*}Types")), None) or "").split()
        return all(name.rpartition(":")[2] in _TYPES for name in types)

    def _addresses(self) -> str:
        if self._camera.has(Quirk.DISCOVERY_NO_XADDRS):
            return ""
        first = (
            f"http://{LAN_ADDRESS}/onvif/device_service " if self._camera.has(Quirk.DISCOVERY_BAD_XADDR_FIRST) else ""
        )
        return first + self._url()

    def _match(self, dialect: str, relates_to: str, addresses: str) -> bytes:
        discovery, addressing = _DIALECTS[dialect]
        version = (
            "" if self._camera.has(Quirk.DISCOVERY_NO_METADATA_VERSION) else "<d:MetadataVersion>1</d:MetadataVersion>"
        )
        xaddrs = f"<d:XAddrs>{addresses}</d:XAddrs>" if addresses else ""
        bomb = ""
        if self._camera.has(Quirk.DISCOVERY_XML_BOMB):
            bomb = f'<!DOCTYPE b [<!ENTITY a "{"x" * 100}"><!ENTITY b "{"&a;" * 50}"><!ENTITY c "{"&b;" * 50}">]>'
        xml = (
            f'<?xml version="1.0" encoding="UTF-8"?>{bomb}'
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            f'xmlns:a="{addressing}" xmlns:d="{discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" '
            f'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header><a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>'
            f"<a:RelatesTo>{relates_to}</a:RelatesTo><a:To>{addressing}/role/anonymous</a:To>"
            f"<a:Action>{discovery}/ProbeMatches</a:Action></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>"
            f"<a:EndpointReference><a:Address>{self.endpoint}</a:Address></a:EndpointReference>"
            f"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
            f"<d:Scopes>{' '.join(scopes(self._camera))}</d:Scopes>"
            f"{xaddrs}{version}</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
        )
        if bomb:
            xml = re.sub(r"(<d:Scopes>)", r"\1&c; ", xml)
        return xml.encode()


def _join(host: str) -> socket.socket:
    """A socket on the group's port, a member of the group on the interface of `host`."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", PORT))
    sock.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(host)),
    )
    return sock
