"""How others watch a camera: each function watches one feed for `seconds` and notes what it does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import av
import cv2
import numpy as np

from skynet.cli.bench.hotpath.eye import Eye
from skynet.cli.bench.hotpath.feed import Feed
from skynet.cli.bench.hotpath.ffmpeg_pipe import FfmpegPipe
from skynet.cli.bench.hotpath.journal import Journal, Shares
from skynet.cli.bench.hotpath.motion import RunningAverage, regions_of
from skynet.domain.errors import WorkFailedError

_FPS = 5
_WIDTH, _HEIGHT = 640, 360
_QUIET_S = 10.0
"""The adaptive recorder goes back to keyframes after so long without motion."""


def naive(feed: Feed, journal: Journal, eye: Eye, seconds: float) -> None:
    """cv2.VideoCapture, the detector on every picture."""
    capture = cv2.VideoCapture(feed.main, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    index, first_ms = 0, None
    while True:
        good, picture = capture.read()
        if not good:
            break
        stamp_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
        first_ms = stamp_ms if first_ms is None else first_ms
        t_s = (stamp_ms - first_ms) / 1000
        if index == 0:
            journal.begin()
            journal.awake(0.0, True)
        index += 1
        if t_s > seconds:
            break
        _pace(feed, journal, t_s)
        journal.look(t_s, eye.look(np.asarray(picture, np.uint8), t_s))
    capture.release()


def frigate(feed: Feed, journal: Journal, eye: Eye, seconds: float, *, sub: bool) -> None:
    """ffmpeg decodes every picture, 5 a second come through a pipe; motion decides where the detector looks."""
    pipe = FfmpegPipe(feed, (feed.sub or feed.main) if sub else feed.main, _WIDTH, _HEIGHT, fps=_FPS)
    average, objects, awake = RunningAverage(), list[Shares](), False
    index = 0
    while (picture := pipe.read()) is not None:
        journal.begin()
        t_s = index / _FPS
        index += 1
        if t_s > seconds:
            break
        moved = average.moved(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))
        regions = regions_of(moved + objects, _WIDTH, _HEIGHT)
        if bool(regions) != awake:
            awake = not awake
            journal.awake(t_s, awake)
        if regions:
            found = eye.look_at(picture, regions, t_s)
            objects = found if moved else []
            journal.look(t_s, found, regions)
    pipe.close()


def adaptive(feed: Feed, journal: Journal, eye: Eye, seconds: float) -> None:
    """Keyframes only while quiet; on motion that ffmpeg is killed and one that decodes all takes its place.

    What came between the keyframe that showed motion and the first picture of the new process is lost.
    """
    average, alert, moved_at = RunningAverage(), False, 0.0
    pipe = FfmpegPipe(feed, feed.main, _WIDTH, _HEIGHT, keyframes=True)
    while journal.now_s < seconds:
        picture = pipe.read()
        if picture is None:
            break
        journal.begin()
        t_s = journal.now_s
        moved = average.moved(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))
        moved_at = t_s if moved else moved_at
        if moved and alert:
            regions = regions_of(moved, _WIDTH, _HEIGHT)
            journal.look(t_s, eye.look_at(picture, regions, t_s), regions)
        wanted = bool(moved) or (alert and t_s - moved_at < _QUIET_S)
        if wanted != alert:
            alert = wanted
            journal.awake(t_s, alert)
            pipe.close()
            pipe = FfmpegPipe(feed, feed.main, _WIDTH, _HEIGHT, keyframes=not alert, fps=_FPS, seek_s=t_s)
    pipe.close()


def keyframes(feed: Feed, journal: Journal, eye: Eye, seconds: float) -> None:
    """Only keyframes are decoded; the detector looks at each."""
    for frame in _decoded(feed, journal, seconds, only_keyframes=True):
        picture = frame.reformat(width=_WIDTH, height=_HEIGHT, format="bgr24").to_ndarray()
        journal.look(float(frame.time or 0), eye.look(np.asarray(picture, np.uint8), float(frame.time or 0)))


def decode(feed: Feed, journal: Journal, eye: Eye, seconds: float) -> None:
    """The floor of all that decode everything."""
    for _ in _decoded(feed, journal, seconds, only_keyframes=False):
        pass


def demux(feed: Feed, journal: Journal, eye: Eye, seconds: float) -> None:
    """The floor of all that read a stream through FFmpeg's library."""
    with _opened(feed) as container:
        for packet in _paced(container, feed, journal, seconds):
            bytes(packet)


def _decoded(feed: Feed, journal: Journal, seconds: float, *, only_keyframes: bool) -> Iterator[av.VideoFrame]:
    with _opened(feed) as container:
        context = container.streams.video[0].codec_context
        context.thread_count = 1
        for packet in _paced(container, feed, journal, seconds):
            if packet.is_keyframe or not only_keyframes:
                for frame in context.decode(packet):
                    if frame.pts is None:
                        continue
                    frame.pts -= container.streams.video[0].start_time or 0
                    yield frame


def _opened(feed: Feed) -> av.container.InputContainer:
    try:
        return av.open(feed.main, options={"rtsp_transport": "tcp"} if feed.live else {})
    except (av.FFmpegError, OSError) as error:
        raise WorkFailedError(f"{feed.main}: cannot be opened ({error.strerror})") from None


def _paced(
    container: av.container.InputContainer, feed: Feed, journal: Journal, seconds: float
) -> Iterator[av.Packet[av.VideoStream]]:
    stream = container.streams.video[0]
    first: int | None = None
    for packet in container.demux(stream):
        if packet.dts is None or stream.time_base is None:
            continue
        journal.begin()
        first = packet.dts if first is None else first
        t_s = float((packet.dts - first) * stream.time_base)
        if t_s > seconds:
            return
        _pace(feed, journal, t_s)
        yield packet


def _pace(feed: Feed, journal: Journal, t_s: float) -> None:
    if not feed.live and (early := t_s - journal.now_s) > 0:
        time.sleep(early)
