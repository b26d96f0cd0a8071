"""The scene of a camera over restarts, and an operator's consent to another one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from skynet.domain import Camera
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.edge.camera_faults import CameraFaults
from skynet.edge.picture_figures import PictureFigures
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.picture_watch import PictureWatch
from skynet.edge.scene_file import SceneFile
from skynet.edge.scene_keeper import SceneKeeper
from tests.array_frame import ArrayFrame
from tests.media.clips import StillClock
from tests.vision.picture_health.clips import CLIPS, clip_frames
from tests.vision.picture_health.degradations import Picture, Sensor

HERE, ELSEWHERE = (clip_frames(clip) for clip in [clip for clip in CLIPS if not clip.public][:2])


class Box:
    """One run of a box, with one camera."""

    def __init__(self, path: Path, clock: StillClock) -> None:
        self.clock = clock
        self.file = SceneFile(path)
        self.faults = CameraFaults("box-1", Camera(id="gate", name="Gate", site="s"), PictureHealthConfig(), clock)
        self.figures = PictureFigures()
        self.pictures = PictureWatch(self.faults, (), self.figures)
        self.keeper = SceneKeeper("gate", self.file, self.pictures, clock)
        self.keeper.begin()
        self._sensor = Sensor(1)
        self._shown = 0

    def show(self, frames: tuple[Picture, ...], seconds: float) -> list[Kind]:
        """Look at a scene for so long; what stands in the end."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now += 4
            self._shown += 1
            picture = self._sensor.as_coded(frames[self._shown % len(frames)])
            self.pictures._keyframes.append(self._shown)
            self.pictures.see(ArrayFrame(picture, captured_at=self.clock.now, index=self._shown))
            self.keeper.tick()
        return [fault.kind for fault in self.faults.standing()]


def test_a_camera_that_was_turned_while_the_box_was_off_is_found_and_may_be_accepted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, clock = tmp_path / "scenes" / "gate.npz", StillClock()
    assert Box(path, clock).show(HERE, 80) == []
    assert path.stat().st_size < 400_000
    clock.now += 86_400
    box = Box(path, clock)
    assert box.show(ELSEWHERE, 40) == [Kind.MOVED]
    path.unlink()
    with caplog.at_level(logging.INFO):
        assert box.show(ELSEWHERE, 80) == []
    assert "camera gate: its view is accepted and learned anew" in caplog.messages
    assert path.exists()
    assert box.show(HERE, 40) == [Kind.MOVED]


def test_a_clock_that_is_set_back_does_not_blind_the_looks(tmp_path: Path) -> None:
    box = Box(tmp_path / "gate.npz", StillClock())
    box.show(HERE, 80)
    looks = box.figures.looks
    box.clock.now -= 3600
    box.show(HERE, 40)
    assert box.figures.looks == looks + 10


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 torn"])
def test_a_damaged_file_is_said_and_the_scene_learned_anew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "gate.npz"
    path.write_bytes(content)
    box = Box(path, StillClock())
    assert "camera gate: its scene is learned anew: " in caplog.text
    assert "Traceback" not in caplog.text
    assert box.show(HERE, 80) == []
    assert SceneFile(path).load()


def test_a_scene_of_another_shape_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, clock = tmp_path / "gate.npz", StillClock()
    Box(path, clock).show(HERE, 80)
    memory = SceneFile(path).load()
    assert memory
    SceneFile(path).save({**memory, "colour-detail": memory["colour-detail"][:4]})
    Box(path, clock)
    assert "'detail' is missing or damaged" in caplog.text


def test_a_disk_that_fails_is_one_line_and_no_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "scenes").write_text("a file where the folder should be")
    box = Box(tmp_path / "scenes" / "gate.npz", StillClock())
    assert box.show(HERE, 80) == []
    assert "its scene" in caplog.text
