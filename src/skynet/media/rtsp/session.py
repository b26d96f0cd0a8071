"""One RTSP session from its first byte to its pictures, without sockets: talk, packets, reports and patience.

On the hub's thread. Bytes come in by `feed` and `datagram`, go out by `conversation.outgoing`; `tick` looks at the
clock. Raises SourceError when the stream cannot be had or is over.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from skynet.domain.camera import CameraState
from skynet.media.rtsp.conversation import Conversation, Step
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.h264 import H264Depacketizer
from skynet.media.rtsp.h265 import H265Depacketizer
from skynet.media.rtsp.message import Message
from skynet.media.rtsp.outlet import Outlet
from skynet.media.rtsp.picture_stream import PictureStream
from skynet.media.rtsp.protocol_error import ProtocolError
from skynet.media.rtsp.reorder_window import ReorderWindow
from skynet.media.rtsp.rtcp import Farewell, SenderReport, parse_rtcp, receiver_report
from skynet.media.rtsp.rtp_receiver import Reception, RtpReceiver
from skynet.media.rtsp.session_description import VideoTrack
from skynet.media.rtsp.splitter import Splitter
from skynet.media.source_error import SourceError

_LOOK_S = 1.0
"""So long may a camera take to tell the size of its pictures before the stream counts as opened without."""
_REPORT_EVERY_S = 5.0
_NO_KEYFRAME_S = 60.0
"""Longer than any GOP that cameras are set to, "smart" codecs included."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a camera may be silent: with an answer and its first packet, and once its pictures come."""

    answer_s: float
    stream_s: float


class Session:
    """A camera's session, from `now` (monotonic seconds) on."""

    def __init__(
        self, conversation: Conversation, outlet: Outlet, counts: RtspCounts, patience: Patience, now: float
    ) -> None:
        self.conversation = conversation
        self._outlet = outlet
        self._counts = counts
        self._patience = patience
        self._splitter = Splitter(self._on_message, counts)
        self._pictures: PictureStream | None = None
        self._receiver: RtpReceiver | None = None
        self._window: ReorderWindow | None = None
        self._ssrc = secrets.randbits(32)
        self._now = now
        self._heard_at = now
        self._spoke_at = now
        self._began_at: float | None = None
        self._reported_at = now
        self._reported: Reception | None = None
        self._heard_report: tuple[int, float] | None = None
        self._received = 0
        self._waits_since: float | None = None

    @property
    def streaming(self) -> bool:
        return self.conversation.step is Step.STREAMING

    @property
    def opened(self) -> bool:
        """Whether the reader knows that the stream runs."""
        return self._pictures is not None and self._pictures.told_opened

    @property
    def got_packets(self) -> bool:
        return self._received > 0

    def feed(self, buffer: bytearray, view: memoryview, end: int, now: float, wall: float) -> int:
        """Take what came over the connection; returns how many bytes are done with."""
        self._arrived(now, wall)
        try:
            used = self._splitter.feed(buffer, view, end)
        except ProtocolError as error:
            raise SourceError(CameraState.FAILED, f"{error}; check the port of its source") from None
        self._note()
        return used

    def datagram(self, view: memoryview, size: int, now: float, wall: float) -> None:
        """One RTP packet that came by UDP."""
        if self._window:
            self._arrived(now, wall)
            self._window.push(view, size, now)

    def datagrams_done(self) -> None:
        """No more of them lie ready."""
        self._note()

    def control(self, view: memoryview, start: int, stop: int) -> None:
        """One compound RTCP packet."""
        pictures, receiver = self._pictures, self._receiver
        reception = receiver.reception() if receiver else None
        for said in parse_rtcp(view, start, stop):
            if pictures is None or reception is None:
                continue
            if isinstance(said, SenderReport) and said.ssrc == reception.ssrc:
                pictures.report = said
                self._heard_report = (said.ntp_middle, self._now)
            elif isinstance(said, Farewell) and reception.ssrc in said.sources:
                raise SourceError(CameraState.UNREACHABLE, "the camera ended the stream; it will be tried again")

    def tick(self, now: float) -> bytes | None:
        """Look at the clock; returns a report for the camera when one is due."""
        self._now = now
        if self._window:
            self._window.expire(now)
        if now - self._heard_at > (self._patience.stream_s if self.opened else self._patience.answer_s):
            raise self._silent()
        if not self.streaming:
            return None
        self._open(now)
        self._look_for_keyframe(now)
        if now - self._spoke_at > self.conversation.session_s / 2:
            self._spoke_at = now
            self.conversation.keep_alive()
        return self._report(now) if now - self._reported_at > _REPORT_EVERY_S else None

    def _arrived(self, now: float, wall: float) -> None:
        self._now = now
        if self._pictures:
            self._pictures.arrived_at = (wall, now)

    def _note(self) -> None:
        """Packets of the track are what counts as a sign of life, not any byte."""
        if self._receiver and self._receiver.received != self._received:
            self._received = self._receiver.received
            self._heard_at = self._now
            if not self.opened and self.streaming:
                self._open(self._now)

    def _open(self, now: float) -> None:
        """Tell the reader what the stream is, once there is something to tell."""
        pictures = self._pictures
        if self.opened or pictures is None or not self.got_packets:
            return
        self._began_at = now if self._began_at is None else self._began_at
        if pictures.knows_format or now - self._began_at > _LOOK_S:
            pictures.tell_opened()

    def _look_for_keyframe(self, now: float) -> None:
        """A stream may be slow to show one, but one that never does is of no use."""
        if self._pictures is None or not self._pictures.waits:
            self._waits_since = None
        elif self._waits_since is None:
            self._waits_since = now
        elif now - self._waits_since > max(_NO_KEYFRAME_S, self._patience.stream_s):
            raise SourceError(
                CameraState.STALLED,
                f"no keyframe for {_NO_KEYFRAME_S:.0f} s; set a shorter keyframe (I-frame) interval at the camera",
            )

    def _on_message(self, message: Message) -> None:
        if message.method:
            self.conversation.asked(message)
            return
        step = self.conversation.step
        self.conversation.answered(message)
        if step is not Step.STREAMING:
            self._heard_at = self._spoke_at = self._now
        if self.conversation.path and self.conversation.track and self._receiver is None:
            self._prepare(self.conversation.track)

    def _prepare(self, track: VideoTrack) -> None:
        """SETUP is done: packets may come from now on."""
        pictures = PictureStream(track, self._outlet, self._counts)
        depacketizer: H264Depacketizer | H265Depacketizer
        if track.codec == "h264":
            depacketizer = H264Depacketizer(pictures, self._counts)
        else:
            order_numbers = track.parameters.get("sprop-max-don-diff", "0") not in ("", "0")
            depacketizer = H265Depacketizer(pictures, self._counts, order_numbers)
        receiver = RtpReceiver(track.payload_type, depacketizer, self._counts)
        self._pictures, self._receiver = pictures, receiver
        path = self.conversation.path
        if path and path.lower == "udp":
            self._window = ReorderWindow(receiver.push, self._counts)
        elif path:
            media, control = path.channels or (0, 1)
            self._splitter.channels.update({control: self.control, media: receiver.push})
            self._splitter.run = receiver.run

    def _report(self, now: float) -> bytes | None:
        self._reported_at = now
        reception = self._receiver.reception() if self._receiver else None
        if reception is None:
            return None
        heard = self._heard_report
        report = receiver_report(self._ssrc, reception, self._reported, (heard[0], now - heard[1]) if heard else None)
        self._reported = reception
        return report

    def _silent(self) -> SourceError:
        if self.opened:
            silent = f"no picture for {self._patience.stream_s:g} s"
            return SourceError(CameraState.STALLED, f"{silent}; check the camera and the network to it")
        what = "no picture came" if self.streaming else "no answer"
        return SourceError(
            CameraState.TIMED_OUT,
            f"{what} within {self._patience.answer_s:g} s; check that the camera is on and reachable",
        )
