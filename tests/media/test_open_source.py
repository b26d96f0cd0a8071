from __future__ import annotations

from pathlib import Path

import pytest

from skynet.domain.errors import BadInputError
from skynet.media import FileSource, RtspSource, open_source
from skynet.media.open_source import Reader
from skynet.media.rtsp import NativeRtspSource
from tests.media.clips import StillClock, write_clip


def test_the_scheme_decides(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a clip.mp4", frames=2)
    clock = StillClock()
    assert isinstance(open_source("rtsp://10.0.0.5/main", clock=clock), RtspSource)
    assert isinstance(open_source("rtsp://10.0.0.5/main", clock=clock, reader="native"), NativeRtspSource)
    for address in (clip, str(clip), f"file://{str(clip).replace(' ', '%20')}"):
        source = open_source(address, clock=clock, start_time=5.0)
        assert isinstance(source, FileSource)
        source.open()
        assert [packet.captured_at for packet in source.packets()] == pytest.approx([5.0, 5.04])


@pytest.mark.parametrize("address", ["http://u:s3cret@host/x.mp4", "concat://a|b", "", "rtsp://", "rtsp://u:s3cret@"])
def test_other_addresses_are_refused_in_one_line(address: str) -> None:
    with pytest.raises(BadInputError, match="expected rtsp://") as caught:
        open_source(address, clock=StillClock())
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("reader", ["ffmpeg", "native"])
def test_credentials_show_nowhere(reader: Reader) -> None:
    source = open_source("rtsp://u:s3cret@10.0.0.5/main", clock=StillClock(), reader=reader)
    assert "s3cret" not in repr(source) + str(source) + source.name
