"""Clips as the box makes them, played by a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet.domain import Point, Polygon
from skynet.media.clip import Clip
from skynet.media.clip_cutter import cut_clip
from skynet.media.masked_clip import masked_clip
from tests.e2e.chromium import Chromium
from tests.media.clips import read_packets, write_clip

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
LEFT = Polygon((Point(0.0, 0.0), Point(0.5, 0.0), Point(0.5, 1.0), Point(0.0, 1.0)))


def test_chromium_plays_clips_from_their_first_picture_and_can_seek(tmp_path: Path) -> None:
    plain = read_packets(write_clip(tmp_path / "plain.ts", frames=150, gop=25, size=(640, 360)))
    reordered = read_packets(write_clip(tmp_path / "b.mp4", frames=150, gop=50, b_frames=3, size=(640, 360)))
    clips: dict[str, Clip] = {
        "annex_b": cut_clip(plain, 1001.0),
        "reordered": cut_clip(reordered, 1001.0),
        "masked": masked_clip(plain, [LEFT], 1000.0, 1006.0),
    }
    videos = ""
    for name, clip in clips.items():
        (tmp_path / f"{name}.mp4").write_bytes(clip.content)
        videos += f'<video id="{name}" src="{name}.mp4" muted preload="auto"></video>'
    (tmp_path / "page.html").write_text(f"<!doctype html><title>clips</title>{videos}")
    with Chromium(tmp_path / "profile") as browser:
        browser.open((tmp_path / "page.html").as_uri())
        for name in clips:
            video = f"document.querySelector('#{name}')"
            browser.wait_for(f"{video}?.readyState === HTMLMediaElement.HAVE_ENOUGH_DATA")
            size = browser.run(f"[{video}.videoWidth, {video}.videoHeight, {video}.buffered.start(0)]")
            assert size == [640, 360, 0], name
            assert browser.run(f"{video}.duration") == pytest.approx(6.0, abs=0.05), name
            browser.run(f"{video}.currentTime = 4.01")
            browser.wait_for(f"!{video}.seeking && {video}.currentTime > 4")
            browser.run(f"{video}.play()")
            browser.wait_for(f"{video}.ended")
            assert browser.run(f"{video}.error") is None
