"""An ONVIF camera to test against: real HTTP on a free port of loopback, a make to play, quirks to have.

    with OnvifStub(HIKVISION, {Quirk.MEDIA2_FAILS}) as camera:
        ...  # camera.url, camera.login, camera.journal, camera.moves, camera.emit(notice.motion(True))

Requests are truly checked (SOAP 1.2, the service's own path, token and digest logins); nothing of
the product is used here.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence
from types import TracebackType

import cv2
import numpy as np

from tests.onvif_stub.camera import Camera, Move
from tests.onvif_stub.certificate import server_context
from tests.onvif_stub.device_service import DeviceService
from tests.onvif_stub.discovery import Discovery
from tests.onvif_stub.event_service import EventService
from tests.onvif_stub.gatekeeper import RefusedError
from tests.onvif_stub.journal import Call, Journal
from tests.onvif_stub.login import Login
from tests.onvif_stub.media_service import MediaService
from tests.onvif_stub.message import NAMESPACES, FaultError, Request, envelope, not_supported, parse
from tests.onvif_stub.persona import PROFILE_T, Persona
from tests.onvif_stub.ptz_service import BusyError, EchoError, PtzService
from tests.onvif_stub.quirk import Quirk
from tests.onvif_stub.web_server import WebServer, path_of
from tests.onvif_stub.wire import LOGIN_PAGE, Answer, spoil_text

REBOOT_S = 1.0
SLOW_S = 0.3
_SHARED = "events"


class OnvifStub:
    """`streams` are the RTSP addresses of the profiles in their order, in place of the persona's own on `rtsp_port`;
    `other_url` is where the redirecting quirks lead; `multicast` also joins WS-Discovery's group."""

    def __init__(
        self,
        persona: Persona = PROFILE_T,
        quirks: Iterable[Quirk] = (),
        *,
        login: Login | None = None,
        host: str = "127.0.0.1",
        clock_offset_s: float = 0.0,
        streams: Sequence[str] | None = None,
        rtsp_port: int = 554,
        tls: bool = False,
        other_url: str = "http://127.0.0.2:9/elsewhere",
        multicast: bool = False,
    ) -> None:
        given = None if streams is None else tuple(streams)
        self._camera = Camera(persona, frozenset(quirks), login or Login(), clock_offset_s, given, rtsp_port)
        self._camera.host = host
        self._events = EventService(self._camera)
        self._services = {
            "device": DeviceService(self._camera),
            "media": MediaService(self._camera, 1),
            "media2": MediaService(self._camera, 2),
            "ptz": PtzService(self._camera),
        }
        self._tls, self._other_url, self._multicast = tls, other_url, multicast
        self._servers: list[WebServer] = []
        self._context: ssl.SSLContext | None = None
        self._dead: socket.socket | None = None
        self._discovery: Discovery | None = None
        self._down_until_s = 0.0
        self._booting = 2
        self.reboots = 0

    # What a test looks at.

    @property
    def url(self) -> str:
        """The device service's true address."""
        return f"{self._camera.scheme}://{self.host}:{self.port}{self._camera.persona.paths['device']}"

    @property
    def host(self) -> str:
        return self._camera.host

    @property
    def port(self) -> int:
        return self._camera.port

    @property
    def discovery_address(self) -> tuple[str, int]:
        """Where a WS-Discovery probe is answered: host and UDP port."""
        assert self._discovery is not None
        return self._discovery.address

    @property
    def persona(self) -> Persona:
        return self._camera.persona

    @property
    def quirks(self) -> frozenset[Quirk]:
        return self._camera.quirks

    @property
    def login(self) -> Login:
        return self._camera.login

    @property
    def journal(self) -> Journal:
        return self._camera.journal

    @property
    def moves(self) -> list[Move]:
        return self._camera.moves

    @property
    def presets(self) -> dict[str, str]:
        return self._camera.presets

    @property
    def digest_algorithms(self) -> list[str]:
        """The algorithms of the digest logins that were good, in their order."""
        return self._camera.gatekeeper.digest.algorithms_seen

    @property
    def open_subscriptions(self) -> int:
        return self._events.open_slots()

    @property
    def most_subscriptions(self) -> int:
        return self._events.most_at_once

    @property
    def last_port(self) -> int:
        """The port that was opened last: a subscription's own, under EVENTS_OTHER_PORT."""
        return self._servers[-1].server_port

    def set_clock(self, offset_s: float) -> None:
        """From now on the device's clock is off by this."""
        self._camera.clock_offset_s = offset_s

    def emit(self, message: str) -> None:
        """Tells each open pull point (see `notice`)."""
        self._events.emit(message)

    def emit_at_pull(self, number: int, *messages: str) -> None:
        """Tells them when it is pulled for that time, counted over all subscriptions from one."""
        self._events.emit_at_pull(number, messages)

    # The server's life.

    def __enter__(self) -> OnvifStub:
        self._context = server_context() if self._tls else None
        self._camera.scheme = "https" if self._tls else "http"
        self._camera.open_port = self._open_port
        self._camera.port = self._open_port()
        self._dead = socket.socket()  # bound but not listening: whoever connects is refused
        self._dead.bind((self.host, 0))
        self._camera.dead_port = self._dead.getsockname()[1]
        self._discovery = Discovery(self._camera, lambda: self.url, self._multicast)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._camera.closing.set()
        self._events.wake()
        assert self._discovery is not None
        assert self._dead is not None
        self._discovery.close()
        self._dead.close()
        for server in self._servers:
            server.close()
        errors = [error for server in self._servers for error in server.errors] + self._discovery.errors
        if errors and kind is None:
            raise AssertionError("the stub itself failed") from errors[0]

    def _open_port(self) -> int:
        server = WebServer(self.host, self._camera, self._answer, self._context)
        self._servers.append(server)
        return server.server_port

    # A request's way.

    def _answer(self, call: Call, body: bytes, authorization: str | None, content_type: str) -> Answer | None:
        recent = self.journal.add(call)
        if call.at_s < self._down_until_s or self._reboots(call, recent):
            self.journal.close(call, "down")
            return None
        answer, outcome = self._in_the_way(call)
        if answer is None and outcome == "":
            if call.method == "GET":
                answer, outcome = self._snapshot(call, authorization)
            else:
                answer, outcome = self._soap(call, body, authorization, content_type)
        self.journal.close(call, outcome)
        return answer

    def _reboots(self, call: Call, recent: int) -> bool:
        if not self._camera.has(Quirk.REBOOTS_WHEN_HURRIED) or recent <= 8:
            return False
        self.reboots += 1
        self._down_until_s = call.at_s + REBOOT_S
        return True

    def _in_the_way(self, call: Call) -> tuple[Answer | None, str]:
        """The answers of a device that does not come to look at the request; an empty outcome where it does."""
        camera = self._camera
        if camera.has(Quirk.SILENT):
            camera.closing.wait(60.0)
            return None, "silent"
        if camera.has(Quirk.SLOW):
            camera.closing.wait(SLOW_S)
        if camera.has(Quirk.BOOTING) and self._booting > 0:
            self._booting -= 1
            return Answer(503, b"<html>starting</html>", "text/html", [("Retry-After", "1")]), "booting"
        if camera.has(Quirk.HTML_404):
            return Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html"), "not found"
        if camera.has(Quirk.HTML_200):
            return Answer(200, LOGIN_PAGE, "text/html"), "html"
        if camera.has(Quirk.EMPTY_200):
            return Answer(200, b""), "empty"
        if camera.has(Quirk.REDIRECT_OTHER_HOST):
            return Answer(307, b"", "text/plain", [("Location", self._other_url)]), "redirected"
        return None, ""

    def _soap(self, call: Call, body: bytes, authorization: str | None, content_type: str) -> tuple[Answer, str]:
        try:
            content = self._content(call, body, authorization, content_type)
        except RefusedError as refused:
            return self._refusal(refused), "refused"
        except BusyError:
            return Answer(503, b"", "text/plain"), "unavailable"
        except EchoError:
            return Answer(500, body), "echoed"
        except FaultError as fault:
            status = 200 if self._camera.has(Quirk.FAULT_200) else fault.status
            refused_login = "ter:NotAuthorized" in fault.subcodes or fault.reason == "Error"
            return self._enveloped(status, fault.xml()), "refused" if refused_login else "fault"
        return self._enveloped(200, content), "answered"

    def _content(self, call: Call, body: bytes, authorization: str | None, content_type: str) -> str:
        if not content_type.lower().startswith("application/soap+xml"):
            raise FaultError("application/soap+xml is wanted", "ter:WellFormed", status=415)
        request = parse(body)
        call.action, call.body = request.action, request.body
        path = path_of(call.target)
        call.service = self._service(request, path)
        self._camera.gatekeeper.check_soap(call, request, authorization)
        if call.service == _SHARED:
            return self._events.answer(request, path, call.port)
        return self._services[call.service].answer(request)

    def _service(self, request: Request, path: str) -> str:
        """The service of that namespace, where it lives at that path; a ver10 call at Media2's path finds none."""
        paths = self._camera.persona.paths
        if request.action in ("Renew", "Unsubscribe") or request.namespace == NAMESPACES["events"]:
            if path == paths["events"] or path.startswith(f"{paths['events']}/pull/"):
                return "events"
            raise not_supported(request.action)
        for name, namespace in NAMESPACES.items():
            if namespace == request.namespace and paths[name] == path:
                if name == "media2" and not (
                    self.persona.media2 or self._camera.has(Quirk.MEDIA2_FIRST, Quirk.MEDIA2_FAILS, Quirk.MEDIA2_EMPTY)
                ):
                    break
                return name
        raise not_supported(request.action)

    def _enveloped(self, status: int, content: str) -> Answer:
        content_type = "application/soap+xml; charset=utf-8"
        if self._camera.has(Quirk.WRONG_CONTENT_TYPE):
            content_type = "text/html"
        if self._camera.has(Quirk.WRONG_CHARSET):
            content_type = "application/soap+xml; charset=iso-8859-1"
        return Answer(status, spoil_text(self._camera, envelope(content), self._other_url), content_type)

    def _refusal(self, refused: RefusedError) -> Answer:
        html = self._camera.has(Quirk.LOGIN_HTML)
        body = b"<!DOCTYPE html><html><body>401 Unauthorized</body></html>" if html else b""
        return Answer(401, body, "text/html", [("WWW-Authenticate", challenge) for challenge in refused.challenges])

    def _snapshot(self, call: Call, authorization: str | None) -> tuple[Answer, str]:
        call.action = "snapshot"
        if call.target != self.persona.snapshot_path:
            return Answer(404, b"not found", "text/plain"), "not found"
        try:
            self._camera.gatekeeper.check_snapshot(call, authorization)
        except RefusedError as refused:
            return self._refusal(refused), "refused"
        if self._camera.has(Quirk.SNAPSHOT_EMPTY):
            return Answer(200, b"", "image/jpeg"), "answered"
        if self._camera.has(Quirk.SNAPSHOT_HTML):
            return Answer(200, LOGIN_PAGE, "image/jpeg"), "answered"
        return Answer(200, snapshot_jpeg(), "image/jpeg"), "answered"


def snapshot_jpeg() -> bytes:
    """The picture that a stub gives: 64 × 48, a grey ramp."""
    ramp = np.tile(np.linspace(0, 255, 64, dtype=np.uint8), (48, 1))
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(ramp, cv2.COLOR_GRAY2BGR))[1])
