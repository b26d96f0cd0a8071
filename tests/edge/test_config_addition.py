"""Adding a camera to a configuration: comments and order stay, and what would be wrong is not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet.domain.errors import BadInputError
from skynet.edge import load_edge_config
from skynet.edge.config_addition import add_camera
from skynet.edge.onvif.camera_entry import CameraEntry

BEFORE = """\
# our box
box_id: box-1      # do not rename
coordinator: {url: "http://127.0.0.1:8700", token_env: TOKEN}
data_dir: data
cameras:
  # the gate
  - id: gate
    name: 大门
    site: school
    source: rtsp://10.0.0.1/live   # by cable
    zones:
      yard: [[0, 0], [1, 0], [1, 1]]

  # nothing behind here yet
plates: false      # until the new lens
"""
ENTRY = CameraEntry("yard-2", 'The "yard"', "school", "rtsp://10.0.0.2:554/a?x=${y}", "rtsp://10.0.0.2/b", True)


def write(folder: Path, text: str) -> Path:
    path = folder / "edge.yaml"
    path.write_bytes(text.encode())
    path.chmod(0o640)
    return path


def test_the_entry_goes_to_the_end_of_the_list_and_all_else_stays(tmp_path: Path) -> None:
    path = write(tmp_path, BEFORE)
    add_camera(path, ENTRY, {"TOKEN": "t"})
    after = path.read_text()
    added = ENTRY.yaml(2)
    assert after.replace(added, "") == BEFORE
    assert after.index(added) < after.index("# nothing behind")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["edge.yaml"]
    user, password = ENTRY.variables
    loaded = load_edge_config(path, {"TOKEN": "t", user: "me", password: "p@ss/w"})
    assert [camera.id for camera in loaded.cameras] == ["gate", "yard-2"]
    assert loaded.cameras[1].name == 'The "yard"'
    assert loaded.cameras[1].source.get_secret_value() == "rtsp://me:p%40ss%2Fw@10.0.0.2:554/a?x=$%7By}"


@pytest.mark.parametrize("list_text", ["cameras: []\n", "cameras:\n", ""])
def test_the_first_camera_of_a_box_can_be_added(tmp_path: Path, list_text: str) -> None:
    head = BEFORE.partition("cameras:")[0]
    path = write(tmp_path, f"{head}{list_text}plates: false")
    add_camera(path, ENTRY, {"TOKEN": "t"})
    assert "plates: false" in path.read_text()


@pytest.mark.parametrize("indent", [0, 4])
def test_other_indents_and_line_ends_are_kept(tmp_path: Path, indent: int) -> None:
    cameras = f"cameras:\n{' ' * indent}- {{id: gate, name: G, site: s, source: 'rtsp://h/1'}}"
    text = f"{BEFORE.partition('cameras:')[0]}{cameras}".replace("\n", "\r\n")
    path = write(tmp_path, text)
    add_camera(path, ENTRY, {"TOKEN": "t"})
    after = path.read_bytes().decode()
    assert after.startswith(text)
    assert f"\r\n{' ' * indent}- id: yard-2\r\n" in after
    assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    ("before", "entry", "says"),
    [
        (BEFORE, CameraEntry("gate", "x", "s", "rtsp://h/1"), "'gate' is the id of cameras"),
        (BEFORE, CameraEntry("Not An Id", "x", "s", "rtsp://h/1"), "is no id"),
        (BEFORE.replace("plates: false", "plates: perhaps"), ENTRY, "plates"),
        ("a: [", ENTRY, "is not YAML"),
        ("- 1\n", ENTRY, "keys and values"),
        (BEFORE.partition("cameras:")[0] + "cameras: [{id: gate}]\n", ENTRY, "on lines of its own"),
    ],
)
def test_what_would_be_wrong_is_told_and_not_written(
    tmp_path: Path, before: str, entry: CameraEntry, says: str
) -> None:
    path = write(tmp_path, before)
    with pytest.raises(BadInputError, match=says) as raised:
        add_camera(path, entry, {"TOKEN": "t"})
    assert path.read_text() == before
    assert ".new" not in str(raised.value)
    assert [file.name for file in tmp_path.iterdir()] == ["edge.yaml"]
