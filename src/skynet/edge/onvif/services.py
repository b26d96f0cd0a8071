"""Which services a device has, and where, out of GetServices or GetCapabilities. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from skynet.edge.onvif.address import Reached
from skynet.edge.onvif.findings import Findings
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.xml_node import XmlNode

_CAPABILITIES = {
    "Device": Namespace.DEVICE,
    "Media": Namespace.MEDIA,
    "PTZ": Namespace.PTZ,
    "Events": Namespace.EVENTS,
}


def from_services(answer: XmlNode, device_url: str, findings: Findings) -> dict[Namespace, str]:
    """The first address of each service that we use, as we reach it, out of a GetServicesResponse."""
    named = ((service.text("Namespace").rstrip("/"), service.text("XAddr")) for service in answer.children("Service"))
    return _reachable(dict(named), device_url, findings)


def from_capabilities(answer: XmlNode, device_url: str, findings: Findings) -> dict[Namespace, str]:
    """The same out of a GetCapabilitiesResponse, which older devices know; Media 2 stands in its extension."""
    capabilities = answer.child("Capabilities")
    found: dict[str, str] = {}
    for name, namespace in _CAPABILITIES.items():
        if capabilities and (xaddr := capabilities.text(name, "XAddr")):
            found[namespace] = xaddr
    if capabilities and (xaddr := capabilities.text("Extension", "Media2", "XAddr")):
        found[Namespace.MEDIA2] = xaddr
    return _reachable(found, device_url, findings)


def _reachable(named: Mapping[str, str], device_url: str, findings: Findings) -> dict[Namespace, str]:
    reached = Reached.of(device_url)
    services: dict[Namespace, str] = {}
    for namespace in Namespace:
        xaddr = named.get(namespace)
        if xaddr is None:
            continue
        if not xaddr:
            findings.note("it names services without their addresses; they were asked at the device service")
            services[namespace] = device_url
            continue
        try:
            services[namespace] = reached.rewrite(xaddr)
            own = Reached.of(xaddr)
        except ValueError:
            findings.note(f"the address of its {namespace.name.lower()} service is none; the service is left out")
            continue
        if (own.host, own.port) != (reached.host, reached.port):
            findings.note(f"it names itself {own.netloc[:80]}; its services were asked at {reached.netloc}")
    return services
