"""The demo as a newcomer starts it: real programs, real sample streams, a real polling client."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def free_port_pair() -> int:
    """A port whose successor is free as well."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)
    raise RuntimeError("no two free ports in a row")


def demo(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "skynet", "demo", "--data-dir", str(home), "--port", str(free_port_pair()), *options]


@pytest.mark.timeout(240)
def test_headless_shows_the_whole_path_and_a_second_start_finds_its_data(tmp_path: Path) -> None:
    home, figures_file = tmp_path / "demo", tmp_path / "figures.json"
    first = subprocess.run(
        demo(home, "--headless", "--seconds", "45", "--json", str(figures_file)),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert first.returncode == 0, first.stdout + first.stderr
    figures = json.loads(figures_file.read_text(encoding="utf-8"))
    assert len(figures["cameras"]) == 4
    assert all(camera["frames_decoded"] > 300 for camera in figures["cameras"].values())
    assert figures["alerts_seen"] == figures["alerts_raised"] > 0
    assert figures["alerts_doubled"] == 0
    assert "new data folder" in first.stdout

    second = subprocess.run(
        demo(home, "--headless", "--seconds", "30", "--json", str(figures_file)),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert second.returncode == 0, second.stdout + second.stderr
    assert f"found its data again: {figures['alerts_seen']} alerts seen before" in second.stdout


@pytest.mark.timeout(90)
def test_ctrl_c_stops_it_cleanly(tmp_path: Path) -> None:
    running = subprocess.Popen(demo(tmp_path / "demo"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert running.stdout is not None
        # However long a busy machine takes to start: it runs when it tells of its cameras.
        started = []
        for line in running.stdout:
            started.append(line)
            if "cameras" in line:
                break
        assert running.poll() is None, "".join(started)
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=40)
    finally:
        running.kill()
    assert running.returncode == 0, output
    assert "Traceback" not in output
    assert "Skynet demo" in output, "the summary is printed on Ctrl-C as well"


@pytest.mark.timeout(60)
def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "skynet", "demo", "--data-dir", str(tmp_path / "demo"), "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert ended.stderr.strip() == f"skynet: port {port} on 127.0.0.1 is in use; choose another with --port"
