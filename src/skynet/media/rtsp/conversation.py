"""What is said to a camera, from OPTIONS to TEARDOWN, and what its answers lead to (RFC 2326).

A state machine without I/O: it leaves requests in `outgoing` and is told the answers. One request is open at a time.
Raises SourceError where the stream cannot be had and Redirected where it is to be had elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from skynet.domain.camera import CameraState
from skynet.media.rtsp.address import RtspAddress, base_url, control_url
from skynet.media.rtsp.login import Login
from skynet.media.rtsp.message import Message, format_answer, format_request
from skynet.media.rtsp.protocol_error import ProtocolError
from skynet.media.rtsp.request_error import refusal, without_user
from skynet.media.rtsp.session_description import VideoTrack, parse_description, video_track
from skynet.media.rtsp.transport import DEFAULT_SESSION_S, Lower, Path, ask_for, parse_session, parse_transport
from skynet.media.source_error import SourceError

_MAX_TRIES = 3
"""Answers of 401 to one request before the credentials are taken to be wrong."""
_MAX_OUTGOING_BYTES = 64 << 10
_REDIRECTS = (301, 302, 303, 305, 307, 308)
_NO_SUCH_METHOD = (404, 405, 501, 551)
_OTHER_TRANSPORT = (400, 406, 461, 500, 501, 503)
"""What cameras answer to a SETUP over a transport that they do not have; properly it is 461."""


class Redirected(Exception):  # noqa: N818 - the stream is elsewhere: no error
    """The camera sends us on to another address."""

    def __init__(self, address: RtspAddress) -> None:
        super().__init__("the camera redirects")
        self.address = address


class Step(Enum):
    """What is waited for."""

    OPTIONS = auto()
    DESCRIBE = auto()
    SETUP = auto()
    PLAY = auto()
    STREAMING = auto()


@dataclass(slots=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str]
    sequence: int = 0
    tries: int = 0


class Conversation:
    """One session. `transports` in the order in which they are tried; `udp_ports` finds a pair when it is needed."""

    def __init__(
        self,
        address: RtspAddress,
        transports: Sequence[Lower],
        udp_ports: Callable[[], tuple[int, int]],
        login: Login | None = None,
    ) -> None:
        self._address = address
        self._transports = list(transports)
        self._udp_ports = udp_ports
        self._login = login
        self._sequence = 0
        self._open: _Request | None = None
        self._public: frozenset[str] = frozenset()
        self._keeps_by = "OPTIONS"
        self._session = ""
        self._aggregate = address.request_url
        self._base = address.request_url
        self.step = Step.OPTIONS
        self.session_s = DEFAULT_SESSION_S
        self.outgoing = bytearray()
        self.track: VideoTrack | None = None
        self.path: Path | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer is owed to us."""
        return self._open is not None

    @property
    def proving(self) -> bool:
        """Whether the open request answers a 401; some cameras close the connection after one."""
        return self._open is not None and self._open.tries > 0

    def begin(self) -> None:
        self._ask("OPTIONS", self._address.request_url)

    def keep_alive(self) -> None:
        """Tell the camera that we are still there, whether or not it answered the last time: not all do."""
        self._ask(self._keeps_by, self._aggregate)

    def tear_down(self) -> None:
        """The last word; its answer is not waited for."""
        if self._session:
            self._ask("TEARDOWN", self._aggregate)

    def asked(self, request: Message) -> None:
        """The camera asks us something."""
        if request.method in ("TEARDOWN", "REDIRECT"):
            raise SourceError(CameraState.UNREACHABLE, "the camera ended the stream; it will be tried again")
        if len(self.outgoing) > _MAX_OUTGOING_BYTES:
            raise SourceError(CameraState.UNREACHABLE, "the camera asks and does not listen; it will be tried again")
        known = request.method in ("OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "PLAY_NOTIFY")
        self.outgoing += format_answer("200 OK" if known else "501 Not Implemented", request)

    def answered(self, answer: Message) -> None:
        """Go on with an answer; one to a question that is not open is passed over."""
        request = self._open
        if request is None or answer.sequence not in (None, request.sequence):
            return
        if answer.status < 200:
            return
        self._open = None
        if answer.status == 401:
            self._prove(request, answer)
        elif answer.status in _REDIRECTS and self.step is not Step.STREAMING:
            self._redirect(answer)
        elif self.step is Step.OPTIONS:
            self._on_options(answer)
        elif self.step is Step.DESCRIBE:
            self._on_describe(answer)
        elif self.step is Step.SETUP:
            self._on_setup(answer)
        elif self.step is Step.PLAY:
            self._on_play(request, answer)
        else:
            self._on_keep_alive(answer)

    def _ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> None:
        self._send(_Request(method, url, headers or {}))

    def _send(self, request: _Request) -> None:
        self._sequence += 1
        request.sequence = self._sequence
        headers = dict(request.headers)
        if self._session:
            headers["Session"] = self._session
        proof = self._login.header(request.method, request.url) if self._login else None
        if proof:
            headers["Authorization"] = proof
        self._open = request
        self.outgoing += format_request(request.method, request.url, request.sequence, headers)

    def _prove(self, request: _Request, answer: Message) -> None:
        """Ask again, with proof. A nonce that came with this very request cannot be outdated, unless it says so."""
        if self._login is None:
            raise without_user()
        challenge = self._login.challenged(answer.all_of("www-authenticate"))
        if challenge is None:
            raise SourceError(
                CameraState.UNSUPPORTED,
                "the camera asks for a kind of login that is not known (401); set it to digest or basic",
            )
        if request.tries >= _MAX_TRIES or (request.tries and not challenge.stale):
            raise refusal(request.method, 401)
        request.tries += 1
        self._send(request)

    def _redirect(self, answer: Message) -> None:
        try:
            raise Redirected(self._address.redirected(answer.header("location") or ""))
        except ProtocolError as error:
            raise SourceError(CameraState.FAILED, f"{error}; check the address of its source") from None

    def _on_options(self, answer: Message) -> None:
        """Some cameras do not know OPTIONS; what matters comes with DESCRIBE."""
        if answer.status == 200:
            listed = ",".join(answer.all_of("public"))
            self._public = frozenset(name.strip().upper() for name in listed.split(","))
            if "GET_PARAMETER" in self._public:
                self._keeps_by = "GET_PARAMETER"
        self.step = Step.DESCRIBE
        self._ask("DESCRIBE", self._address.request_url, {"Accept": "application/sdp"})

    def _on_describe(self, answer: Message) -> None:
        if answer.status != 200:
            raise refusal("DESCRIBE", answer.status)
        try:
            description = parse_description(answer.body)
        except ProtocolError as error:
            raise SourceError(CameraState.FAILED, f"{error}; check the path of its source") from None
        try:
            self.track = video_track(description)
        except ProtocolError as error:
            raise SourceError(CameraState.UNSUPPORTED, f"{error}; set the camera to H.264 or H.265") from None
        if self.track.parameters.get("packetization-mode") == "2":
            raise SourceError(CameraState.UNSUPPORTED, "the stream is interleaved (packetization-mode 2)")
        self._base = base_url(
            self._address.request_url, answer.header("content-base"), answer.header("content-location")
        )
        self._aggregate = control_url(self._base, description.control)
        self._set_up()

    def _set_up(self) -> None:
        if self.track is None:
            raise RuntimeError("SETUP comes after DESCRIBE")
        self.step = Step.SETUP
        lower = self._transports[0]
        pair = (0, 1) if lower == "tcp" else self._udp_ports()
        self._ask("SETUP", control_url(self._base, self.track.control), {"Transport": ask_for(lower, pair)})

    def _on_setup(self, answer: Message) -> None:
        asked = self._transports[0]
        path = parse_transport(answer.header("transport") or "", asked) if answer.status == 200 else None
        if path is None or path.lower != asked:
            status = answer.status if path is None else 461
            if status in _OTHER_TRANSPORT and len(self._transports) > 1:
                self._transports.pop(0)
                self._session = ""
                self._set_up()
                return
            raise refusal("SETUP", status)
        self.path = path
        self._note_session(answer)
        self.step = Step.PLAY
        self._ask("PLAY", self._aggregate, {"Range": "npt=0.000-"})

    def _on_play(self, request: _Request, answer: Message) -> None:
        if answer.status == 457 and request.headers:
            self._ask("PLAY", self._aggregate)  # a live stream that knows no range at all
            return
        if answer.status != 200:
            raise refusal("PLAY", answer.status)
        self._note_session(answer)
        self.step = Step.STREAMING

    def _on_keep_alive(self, answer: Message) -> None:
        if answer.status == 454:
            raise refusal(self._keeps_by, 454)
        if answer.status in _NO_SUCH_METHOD:
            self._keeps_by = "OPTIONS"

    def _note_session(self, answer: Message) -> None:
        header = answer.header("session")
        if header:
            name, timeout = parse_session(header)
            self._session = self._session or name  # cameras have been seen to spell it otherwise later
            if "timeout" in header.lower():
                self.session_s = timeout
