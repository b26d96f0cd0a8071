"""`skynet edge …` as people type it: one clear line for what is wrong, a clean end on SIGTERM."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.hot_lists import row, write_list
from tests.edge.moving_clip import write_moving_clip

CONFIG = """\
box_id: box-1
coordinator: {{url: "http://127.0.0.1:9", token_file: edge.token}}
data_dir: data
detector: motion
plates: false
health: {{port: {port}}}
cameras:
  - {{id: yard, name: Yard, site: s, source: yard.mp4, loop: true}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_moving_clip(tmp_path / "yard.mp4", seconds=2)
    (tmp_path / "edge.token").write_text("good", encoding="ascii")
    path = tmp_path / "edge.yaml"
    path.write_text(CONFIG.format(port=0), encoding="utf-8")
    return path


def edge(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "skynet", "edge", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_check_says_that_a_configuration_is_good(config: Path) -> None:
    ended = edge("check", "--config", config)
    assert (ended.returncode, ended.stdout) == (0, f"{config}: good; box box-1, 1 cameras, 0 rules\n"), ended.stderr


def test_check_tells_every_mistake_with_its_line(config: Path) -> None:
    config.write_text(config.read_text().replace("box-1", "Box").replace("yard.mp4", "gone.mp4"), encoding="utf-8")
    ended = edge("check", "--config", config)
    assert ended.returncode == 2
    first, second = ended.stderr.splitlines()
    assert first.startswith(f"skynet: {config}:1: box_id: 'Box' is no id")
    assert second.startswith(f"{config}:8: cameras[0].source: there is no file")


def test_check_reads_the_hot_list_and_names_its_bad_rows(config: Path) -> None:
    write_list(config.with_name("list.csv"), row(), row("皖A1"))
    text = config.read_text().replace("plates: false", "plates: true\nhot_list: list.csv")
    config.write_text(text, encoding="utf-8")
    ended = edge("check", "--config", config)
    assert (ended.returncode, ended.stdout.endswith("0 rules, 1 vehicles looked for\n")) == (0, True), ended.stderr
    assert ended.stderr.startswith(f"skynet: {config.with_name('list.csv')}:3: plate: '皖A1' is not a number plate")


def test_check_names_a_detector_that_is_not_known(config: Path) -> None:
    config.write_text(config.read_text().replace("detector: motion", "detector: yolo-99"), encoding="utf-8")
    ended = edge("check", "--config", config)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "yolo-99" in ended.stderr


def test_run_with_a_port_in_use_is_one_clear_line(config: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = edge("run", "--config", config, "--health-port", str(port))
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"skynet: health: 127.0.0.1:{port} cannot be listened on")
    assert len(ended.stderr.splitlines()) == 1


def test_run_ends_cleanly_on_sigterm(config: Path) -> None:
    command = [sys.executable, "-m", "skynet", "edge", "run", "--config", str(config)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    try:
        said = ""
        for line in running.stderr:
            said += line
            if "camera yard: live" in line:
                break
        running.send_signal(signal.SIGTERM)
        said += running.stderr.read()
        assert running.wait(20) == 0, said
    finally:
        running.kill()
        running.stderr.close()
    assert "box box-1: 1 cameras, status on http://127.0.0.1:" in said
    assert "Traceback" not in said
    assert said.rstrip().endswith("stopped; the outbox is empty")
