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
from skynet.media.second_opinion import second_opinion
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
    verify_tls: bool = True,
    patience_s: float | None = None,
    paced: bool = False,
    loop: bool = False,
    start_time: float | None = None,
) -> Source:
    """A source for `rtsp://…`, `rtsps://…` or a file, not opened yet. Raises BadInputError for anything else.

    `transport`, `timeout_s`, `reader`, the `hub` and the `patience_s` of the native one, and `verify_tls` for rtsps are
    for streams; `paced`, `loop` and `start_time` (POSIX s) for files.
    """
    address = str(url_or_path)
    scheme = scheme_of(address)
    if scheme in ("rtsp", "rtsps"):
        _need_host(address)
        make_native = partial(
            NativeRtspSource,
            address,
            transport=transport,
            timeout_s=timeout_s,
            patience_s=patience_s,
            clock=clock,
            hub=hub,
            verify_tls=verify_tls,
        )
        through_ffmpeg = partial(
            RtspSource,
            address,
            transport=transport,
            timeout_s=timeout_s,
            clock=clock,
            verify_tls=verify_tls,
            ask_again=partial(second_opinion, make_native),
        )
        if reader == "ffmpeg":
            return through_ffmpeg()
        native = make_native()
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


def _need_host(address: str) -> None:
    try:
        host_and_port(address)
    except ValueError as error:
        raise BadInputError(str(error)) from None
