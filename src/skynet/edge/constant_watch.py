"""Every picture is decoded: the dearest way to watch, and the measure of all others."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.domain import Frame, Polygon
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.picture_watch import PictureWatch
from skynet.edge.pipeline import Analysis
from skynet.edge.shadow import Shadow
from skynet.media import Decoder, Packet


class ConstantWatch:
    """`shadow` looks over its shoulder and says what a gate would have done."""

    def __init__(
        self,
        masks: Sequence[Polygon],
        analyst: FrameAnalyst,
        shadow: Shadow | None = None,
        pictures: PictureWatch | None = None,
    ) -> None:
        self._decoder = Decoder(masks)
        self._analyst = analyst
        self._shadow = shadow
        self._pictures = pictures

    asleep = False
    keeps_up = True

    @property
    def decoded(self) -> int:
        return self._decoder.decoded

    @property
    def skipped(self) -> int:
        return self._decoder.skipped

    @property
    def errors(self) -> int:
        return self._decoder.errors

    def take(self, packet: Packet) -> None:
        if self._shadow:
            self._shadow.weigh(packet)
        if self._pictures:
            self._pictures.note(packet)
        for frame in self._decoder.decode(packet):
            self._look(frame)

    def live(self) -> None:
        """All that has come has been taken."""

    def finish(self) -> None:
        for frame in self._decoder.flush():
            self._look(frame)
        self._analyst.finish()

    def _look(self, frame: Frame) -> None:
        if self._pictures:
            self._pictures.see(frame)
        analysis: Analysis | None = None
        if self._analyst.wants(frame.captured_at):
            analysis = self._analyst.analyse(frame)
        if self._shadow:
            self._shadow.look(frame, analysis)
