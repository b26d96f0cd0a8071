"""The camera behind the services: its clock, its addresses, its head."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.onvif_stub.gatekeeper import Gatekeeper
from tests.onvif_stub.journal import Journal
from tests.onvif_stub.login import Login
from tests.onvif_stub.persona import Persona, StreamProfile
from tests.onvif_stub.quirk import Quirk

LAN_ADDRESS = "192.168.1.64"
SINCE_BOOT_S = 946_684_800.0


@dataclass(frozen=True)
class Move:
    """A command to the head: `pan_tilt` and `zoom` are None where that axis was not commanded."""

    kind: str
    profile: str
    pan_tilt: tuple[float, float] | None = None
    zoom: float | None = None
    preset: str | None = None


class Camera:
    """What the services share; the port is filled in when the server listens."""

    def __init__(
        self,
        persona: Persona,
        quirks: frozenset[Quirk],
        login: Login,
        clock_offset_s: float,
        streams: tuple[str, ...] | None,
        rtsp_port: int,
    ) -> None:
        self.persona, self.quirks, self.login = persona, quirks, login
        self.clock_offset_s = clock_offset_s
        self.streams, self.rtsp_port = streams, rtsp_port
        self.host, self.port, self.scheme = "127.0.0.1", 0, "http"
        self.dead_port = 0
        self.journal = Journal()
        self.gatekeeper = Gatekeeper(persona, quirks, login, self.now, self.journal)
        self.open_port: Callable[[], int] = lambda: self.port
        self.closing = threading.Event()
        self.lock = threading.RLock()
        self.moves: list[Move] = []
        self.position = {"x": 0.0, "y": 0.0, "zoom": 0.0}
        self.moving = False
        self.presets = self._factory_presets()
        self._booted_s = time.monotonic()

    def has(self, *quirks: Quirk) -> bool:
        """Whether one of these is switched on."""
        return not self.quirks.isdisjoint(quirks)

    def now(self) -> float:
        """The device's clock: Unix seconds in what it holds for UTC."""
        if self.has(Quirk.CLOCK_SINCE_BOOT):
            return SINCE_BOOT_S + time.monotonic() - self._booted_s + self.clock_offset_s
        off_s = self.clock_offset_s
        if self.has(Quirk.CLOCK_HOURS_OFF, Quirk.WINDOW_5_S):
            off_s -= 83 * 60.0
        if self.has(Quirk.WINDOW_20_S):
            off_s += 30.0
        return time.time() + off_s

    def xaddr(self, service: str) -> str:
        """The address of a service as the device gives it, wrong where a quirk wants it."""
        if self.has(Quirk.XADDR_EMPTY) and service != "device":
            return ""
        return self.origin() + self.persona.paths[service]

    def origin(self) -> str:
        host, port = self.host, self.port
        if self.has(Quirk.XADDR_WRONG_PORT):
            port = self.dead_port
        if self.has(Quirk.XADDR_LAN_ADDRESS):
            host, port = LAN_ADDRESS, 80
        if self.has(Quirk.XADDR_ZERO_ADDRESS):
            host = "0.0.0.0"  # noqa: S104 - what such a device answers; nothing is bound to it
        return f"{self.scheme}://{host}:{port}"

    def profile(self, token: str) -> StreamProfile | None:
        return next((profile for profile in self.persona.profiles if profile.token == token), None)

    def stream_uri(self, profile: StreamProfile) -> str:
        index = self.persona.profiles.index(profile)
        if self.has(Quirk.STREAM_URI_EMPTY) and index == 1:
            return ""
        if self.has(Quirk.STREAM_URI_HTTP):
            return f"http://{self.host}:{self.port}/live.html"
        uri = f"rtsp://{self.host}:{self.rtsp_port}{profile.path}"
        if self.streams is not None:
            uri = self.streams[min(index, len(self.streams) - 1)]
        scheme, _, rest = uri.partition("://")
        address, slash, path = rest.partition("/")
        if self.has(Quirk.STREAM_URI_FACTORY_ADDRESS):
            address = f"{LAN_ADDRESS}:{address.rpartition(':')[2]}"
        if self.has(Quirk.STREAM_URI_USERINFO):
            address = f"service:factory1@{address}"
        return f"{scheme}://{address}{slash}{path}"

    def snapshot_uri(self) -> str:
        return f"{self.origin()}{self.persona.snapshot_path}"

    def turn(self, move: Move) -> None:
        with self.lock:
            self.moves.append(move)
            self.moving = move.kind == "continuous"
            if move.kind == "absolute" and not self.has(Quirk.PTZ_STATUS_FROZEN):
                if move.pan_tilt is not None:
                    self.position["x"], self.position["y"] = move.pan_tilt
                if move.zoom is not None:
                    self.position["zoom"] = move.zoom

    def _factory_presets(self) -> dict[str, str]:
        if not self.has(Quirk.PTZ_PRESETS_300):
            return {"1": "gate", "2": "car park"}
        special = {
            33: "Auto-flip",
            34: "Back to origin",
            94: "Remote reboot",
            95: "Call OSD menu",
            99: "Start auto scan",
        }
        return {str(number): special.get(number, f"Preset {number}") for number in range(1, 301)}
