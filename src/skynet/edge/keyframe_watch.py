"""Only keyframes are decoded and analysed: cheap, and blind to what happens between them. To count, not to guard."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.domain import Polygon
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.picture_watch import PictureWatch
from skynet.media import KeyframeDecoder, Packet


class KeyframeWatch:
    """Analyses the keyframes as they come, at most as many as are wanted."""

    asleep = True
    keeps_up = False
    skipped = 0

    def __init__(self, masks: Sequence[Polygon], analyst: FrameAnalyst, pictures: PictureWatch | None = None) -> None:
        self._decoder = KeyframeDecoder(masks)
        self._analyst = analyst
        self._pictures = pictures

    @property
    def decoded(self) -> int:
        return self._decoder.decoded

    @property
    def errors(self) -> int:
        return self._decoder.errors

    def take(self, packet: Packet) -> None:
        if packet.is_keyframe and self._analyst.wants(packet.captured_at):
            frame = self._decoder.decode(packet)
            if frame:
                if self._pictures:
                    self._pictures.note(packet)
                    self._pictures.see(frame)
                self._analyst.analyse(frame)

    def live(self) -> None:
        """All that has come has been taken."""

    def finish(self) -> None:
        self._analyst.finish()
