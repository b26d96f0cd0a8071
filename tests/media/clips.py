"""Short clips made on the spot: a bright bar that walks over a textured ground, so that P-frames have work to do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from skynet.media import Epoch, FileSource, Packet


class StillClock:
    """A clock that is moved by hand."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.now = wall

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now - 1_700_000_000.0


class HurriedClock(StillClock):
    """Every look at it lets 10 ms pass: what waits for it waits no real time to speak of."""

    def monotonic(self) -> float:
        self.now += 0.01
        return super().monotonic()


def picture(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """uint8 (height, width, 3) BGR."""
    y, x = np.mgrid[0:height, 0:width]
    ground = (110 + 50 * np.sin(x / 9) * np.cos(y / 7)).astype(np.uint8)
    drawn = np.dstack([ground, ground // 2 + 60, ground + 40])
    left = (number * 7) % max(1, width - 16)
    drawn[height // 4 : height // 2, left : left + 16] = (20, 230, 230)
    return drawn


def write_clip(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 50,
    size: tuple[int, int] = (160, 120),
    fps: int = 25,
    gop: int = 10,
    b_frames: int = 0,
    pix_fmt: str = "yuv420p",
    container: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A clip of `frames` pictures; the format follows from the name of `path`."""
    with av.open(str(path), "w", options=container or {}) as file:
        stream = file.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.bit_rate = 2_000_000
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.time_base = Fraction(1, fps)
        for number in range(frames):
            shown = av.VideoFrame.from_ndarray(picture(number, *size), format="bgr24")
            shown.pts, shown.time_base = number, Fraction(1, fps)
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))
    return path


def write_song_with_cover(path: Path) -> Path:
    """A second of silence with a picture on its sleeve: to the library, that picture is a video stream."""
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=44100)
        sleeve = file.add_stream("mjpeg", rate=1)
        sleeve.width, sleeve.height, sleeve.pix_fmt = 64, 64, "yuvj420p"
        sleeve.disposition = Disposition.attached_pic
        file.mux(sleeve.encode(av.VideoFrame.from_ndarray(picture(0, 64, 64), format="bgr24")))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        silence.sample_rate = 44100
        for number in range(43):
            silence.pts = 1024 * number
            file.mux(sound.encode(silence))
        file.mux(sound.encode(None))
    return path


def read_packets(path: Path) -> list[Packet]:
    source = FileSource(path, clock=StillClock(), start_time=1000.0)
    source.open()
    return list(source.packets())


def repack(packet: Packet, data: bytes, *, index: int | None = None, epoch: Epoch | None = None) -> Packet:
    """The same packet with other content."""
    coded = av.Packet(data)
    coded.pts, coded.dts, coded.time_base = packet.coded.pts, packet.coded.dts, packet.coded.time_base
    coded.is_keyframe = packet.is_keyframe
    return Packet(coded, packet.index if index is None else index, packet.captured_at, epoch or packet.epoch)


def epoch() -> Epoch:
    return Epoch("h264", "h264", "avc1", None, 160, 120, Fraction(1, 1000), 0)


def bare_packets(gops: list[int], *, size: int = 100, step_s: float = 0.1) -> Iterator[Packet]:
    """Packets without a picture in them: GOPs of these lengths, `size` bytes each, `step_s` apart from time 0 on."""
    run = epoch()
    index = 0
    for length in gops:
        for place in range(length):
            coded: av.Packet[av.VideoStream] = av.Packet(bytes(size))
            coded.is_keyframe = place == 0
            yield Packet(coded, index, index * step_s, run)
            index += 1


def shared_videos() -> Path | None:
    """The folder of real clips beside the checkout, where there is one."""
    for parent in Path(__file__).resolve().parents:
        if (found := parent / "shared" / "data" / "videos").is_dir():
            return found
    return None
