"""Who a device says that it is. Devices leave fields out, or fill them with anything."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.edge.onvif.xml_node import XmlNode


@dataclass(frozen=True, slots=True)
class Identity:
    make: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    hardware: str = ""

    @classmethod
    def of(cls, answer: XmlNode) -> Identity:
        """Out of a GetDeviceInformationResponse."""
        fields = ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber", "HardwareId")
        return cls(*(answer.text(field, limit=80) for field in fields))
