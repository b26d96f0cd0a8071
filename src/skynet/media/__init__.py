"""Packets and pictures: sources, the packet ring, the decoder and the writer of annotated video. PyAV stays in here."""

from skynet.media.decoder import Decoder
from skynet.media.epoch import Epoch
from skynet.media.file_source import FileSource
from skynet.media.frame_finder import FrameFinder
from skynet.media.gate import ActivityGate
from skynet.media.keyframe_decoder import KeyframeDecoder
from skynet.media.luma_frame import LumaFrame
from skynet.media.open_source import open_source
from skynet.media.packet import Packet
from skynet.media.packet_ring import PacketRing
from skynet.media.ring_cursor import Cursor
from skynet.media.rtsp_source import RtspSource
from skynet.media.source import Source, StreamInfo
from skynet.media.source_error import SourceError
from skynet.media.stream_url import redact
from skynet.media.video_frame import VideoFrame
from skynet.media.video_writer import VideoWriter

__all__ = [
    "ActivityGate",
    "Cursor",
    "Decoder",
    "Epoch",
    "FileSource",
    "FrameFinder",
    "KeyframeDecoder",
    "LumaFrame",
    "Packet",
    "PacketRing",
    "RtspSource",
    "Source",
    "SourceError",
    "StreamInfo",
    "VideoFrame",
    "VideoWriter",
    "open_source",
    "redact",
]
