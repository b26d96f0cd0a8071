"""An RTSP client of our own: all cameras of a box on one thread, packets out of RTP without FFmpeg.

From the wire inwards: `hub` and `connection` (sockets), `session` and `conversation` (who says what when), `splitter`,
`message`, `session_description`, `transport`, `login` (RTSP), `rtp_receiver`, `reorder_window`, `rtcp` (RTP), `h264`,
`h265`, `parameter_sets`, `picture_stream` (access units), `outlet`, `native_source` (the reader's side).
"""

from skynet.media.rtsp.hub import RtspHub
from skynet.media.rtsp.native_source import NativeRtspSource

__all__ = ["NativeRtspSource", "RtspHub"]
