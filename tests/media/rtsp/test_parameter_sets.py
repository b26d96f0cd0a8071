from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.parameter_sets import ParameterSets
from skynet.media.rtsp.picture_format import h264_format, h265_format
from skynet.media.rtsp.protocol_error import ProtocolError
from tests.media.clips import write_clip
from tests.media.rtsp.wire import PPS, SPS, nal_units


@pytest.mark.parametrize(
    ("codec", "size", "pix_fmt", "b_frames", "options"),
    [
        ("libx264", (160, 120), "yuv420p", 0, {}),
        ("libx264", (322, 182), "yuv420p", 2, {}),
        ("libx264", (322, 182), "yuv422p", 0, {}),
        ("libx264", (322, 182), "yuv444p", 0, {}),
        ("libx264", (320, 180), "yuv420p", 0, {"profile": "baseline"}),
        ("libx264", (320, 176), "yuv420p", 0, {"flags": "+ilme+ildct"}),
        (
            "libx264",
            (320, 176),
            "yuv420p",
            0,
            {"x264-params": "nal-hrd=cbr:bitrate=900:vbv-maxrate=900:vbv-bufsize=900"},
        ),
        ("libx264", (320, 176), "yuv420p", 0, {"x264-params": "cqm=jvt"}),
        ("libx265", (322, 182), "yuv420p", 0, {}),
        ("libx265", (322, 182), "yuv420p", 2, {}),
        ("libx265", (322, 182), "yuv444p", 0, {}),
    ],
)
def test_sizes_rates_and_reordering_are_as_ffmpeg_sees_them(
    tmp_path: Path, codec: str, size: tuple[int, int], pix_fmt: str, b_frames: int, options: dict[str, str]
) -> None:
    if codec == "libx265":
        options = {"x265-params": f"log-level=none:bframes={b_frames}"}
    clip = write_clip(
        tmp_path / "a.mp4",
        codec=codec,
        size=size,
        pix_fmt=pix_fmt,
        b_frames=b_frames,
        frames=12,
        fps=25,
        options=options,
    )
    with av.open(str(clip)) as file:
        stream = file.streams.video[0]
        name = stream.codec_context.codec.canonical_name
        packet = next(iter(file.demux(stream)))
        filtered = av.BitStreamFilterContext(f"{name}_mp4toannexb", stream).filter(packet)
        depth = stream.codec_context.reorder_depth
    sets = ParameterSets(name)
    for unit in nal_units(bytes(filtered[0])):
        sets.add(unit)
    assert sets.complete
    shape = sets.picture_format()
    assert shape is not None
    assert (shape.width, shape.height, shape.reorder_depth) == (*size, depth)
    if name == "h264":
        assert shape.fps == pytest.approx(25)


def test_only_what_changes_counts() -> None:
    sets = ParameterSets("h264")
    assert not sets.complete
    sets.add(SPS)
    assert (sets.version, sets.shape_version, sets.complete) == (1, 1, False)
    sets.add(PPS)
    sets.add(SPS)
    assert (sets.version, sets.shape_version, sets.complete) == (2, 1, True)
    sets.add(PPS + b"\x01")
    assert (sets.version, sets.shape_version) == (3, 1)
    sets.add(SPS[:-1] + b"\x25")
    assert (sets.version, sets.shape_version) == (4, 2)
    sets.add(b"\x65not a set")
    assert sets.version == 4


def test_sets_stand_in_the_order_in_which_they_build_on_each_other() -> None:
    sets = ParameterSets("h264")
    sets.add(PPS)
    sets.add(b"\0\0\0\1" + SPS + b"\0\0\0\1")
    assert sets.annex_b() == b"\0\0\0\1" + SPS + b"\0\0\0\1" + PPS


def test_a_damaged_set_leaves_the_size_unknown() -> None:
    sets = ParameterSets("h264")
    sets.add(SPS[:6])
    assert sets.picture_format() is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_format_or_a_protocol_error(content: bytes) -> None:
    for read, head in ((h264_format, SPS[:4]), (h264_format, b"\x67\x42\x00\x1e"), (h265_format, b"\x42\x01\x01")):
        try:
            shape = read(head + content)
        except ProtocolError:
            continue
        assert 0 < shape.width <= 16_384
        assert 0 < shape.height <= 16_384
        assert 0 <= shape.reorder_depth <= 16


@given(st.lists(st.binary(max_size=30), max_size=200), st.sampled_from(["h264", "hevc"]))
def test_sets_do_not_grow_without_bound(units: list[bytes], codec: str) -> None:
    sets = ParameterSets(codec)
    for unit in units:
        sets.add(unit)
        sets.add((b"\x68" if codec == "h264" else b"\x44\x01") + unit)
    assert len(sets._sets) <= 64
    sets.picture_format()
