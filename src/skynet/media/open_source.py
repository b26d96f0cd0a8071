"""The right source for an address."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from skynet.domain.clock import Clock
from skynet.domain.errors import BadInputError
from skynet.media.auto_rtsp_source import AutoRtspSource
from skynet.media.file_source import FileSource
from skynet.media.rtsp import NativeRtspSource, RtspHub
from skynet.media.rtsp_source import RtspSource, Transport
from skynet.media.source import Source
from skynet.media.stream_url import host_and_port, redact, scheme_of

Reader = Literal["ffmpeg", "native", "auto"]
"""`auto`: the native one, and FFmpeg's for a camera that the native one cannot read."""


def open_source(
    url_or_path: str | Path,
    *,
    clock: Clock,
    transport: Transport = "auto",
    timeout_s: float = 10.0,
    reader: Reader = "ffmpeg",
    hub: RtspHub | None = None,
    paced: bool = False,
    loop: bool = False,
    start_time: float | None = None,
) -> Source:
    """A source for `rtsp://…`, `rtsps://…` or a file, not opened yet. Raises BadInputError for anything else.

    `transport`, `timeout_s`, `reader` and the `hub` of the native one are for streams; `paced`, `loop` and `start_time`
    (POSIX s) for files.
    """
    address = str(url_or_path)
    scheme = scheme_of(address)
    if scheme in ("rtsp", "rtsps"):
        try:
            host_and_port(address)
        except ValueError as error:
            raise BadInputError(str(error)) from None
        through_ffmpeg = partial(RtspSource, address, transport=transport, timeout_s=timeout_s, clock=clock)
        if reader == "ffmpeg":
            return through_ffmpeg()
        native = NativeRtspSource(address, transport=transport, timeout_s=timeout_s, clock=clock, hub=hub)
        if reader == "native":
            return native
        return AutoRtspSource(native, lambda first_index: through_ffmpeg(first_index=first_index))
    if scheme == "file":
        address = unquote(address.removeprefix("file://"))
    elif scheme:
        raise BadInputError(
            f"{redact(address)}: '{scheme}' is no kind of source; expected rtsp://…, rtsps://… or a video file"
        )
    if not address or "\0" in address:
        raise BadInputError("a source is empty; expected rtsp://…, rtsps://… or a video file")
    return FileSource(address, clock=clock, paced=paced, loop=loop, start_time=start_time)
