"""Opening a file that should hold video, and saying in one line why it cannot be used."""

from __future__ import annotations

import stat
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from skynet.domain.camera import CameraState
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError

_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts,mpeg,mpegvideo,flv,asf,h264,hevc,mjpeg,ogg,ivf,gif,dhav,mxf"
)
"""Containers of video alone: left to itself, FFmpeg would draw text as a terminal or fetch what a playlist names."""
_REMEDY = "expected MP4, AVI or MKV with video"


def open_video_file(path: Path) -> tuple[InputContainer, av.VideoStream]:
    """The opened file and its video stream, for the caller to close. Raises SourceError."""
    _check_is_file(path)
    try:
        container = av.open(f"file:{path}", "r", options={"protocol_whitelist": "file", "format_whitelist": _FORMATS})
    except av.FFmpegError as error:
        raise SourceError(CameraState.UNSUPPORTED, _why_not_video(path, error)) from None
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        container.close()
        raise SourceError(CameraState.UNSUPPORTED, f"there is no video in this file; {_REMEDY}")
    stream = moving[0]
    if stream.codec_context is None:
        container.close()
        raise SourceError(
            CameraState.UNSUPPORTED, "its video is coded in a way that is not supported; convert it to H.264 or H.265"
        )
    return container, stream


def stream_info(container: InputContainer, stream: av.VideoStream) -> StreamInfo:
    """What an opened container says about its video."""
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate
    duration = None
    if stream.duration and stream.time_base:
        duration = float(stream.duration * stream.time_base)
    elif container.duration:
        duration = container.duration / av.time_base
    return StreamInfo(
        codec=context.codec.canonical_name,
        width=context.width,
        height=context.height,
        fps=float(rate) if rate else None,
        duration_s=duration,
        frames=stream.frames or None,
    )


def _check_is_file(path: Path) -> None:
    try:
        kind = path.stat().st_mode
        if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):  # opening one would wait for somebody at its other end
            raise SourceError(CameraState.UNSUPPORTED, "this is a pipe; name a video file, which can be read twice")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise SourceError(CameraState.NOT_FOUND, "there is no such file; check the path") from None
    except IsADirectoryError:
        raise SourceError(CameraState.UNSUPPORTED, "this is a folder; name a video file in it") from None
    except PermissionError:
        raise SourceError(CameraState.UNAUTHORISED, "this user may not read it; give it read permission") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(CameraState.FAILED, f"it cannot be opened ({reason}); check the path") from None
    if empty:
        raise SourceError(CameraState.UNSUPPORTED, f"the file is empty (0 bytes); {_REMEDY}")


def _why_not_video(path: Path, error: av.FFmpegError) -> str:
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] in (b"ftyp", b"mdat", b"moov"):
        return "this MP4 has no readable index: it is cut short or damaged; copy it again from its origin"
    if isinstance(error, av.error.InvalidDataError | av.error.ArgumentError):  # the latter: not of our formats
        return f"this is no video file; {_REMEDY}"
    return f"it cannot be read as video ({error.strerror or type(error).__name__}); {_REMEDY}"
