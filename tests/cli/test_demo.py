"""The demo's start: what can go wrong before there is anything to see."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from skynet.cli.demo.child_process import ChildProcess
from skynet.cli.demo.stage import Stage
from skynet.domain.errors import WorkFailedError


def test_figures_that_could_not_be_kept_are_refused_before_the_run(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "skynet", "demo", "--headless", "--data-dir", str(tmp_path / "demo")]
    ended = subprocess.run(
        [*command, "--json", str(tmp_path / "no" / "figures.json")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("skynet: --json ")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "demo").exists()


def test_who_stops_it_while_it_starts_does_not_wait_for_it(tmp_path: Path) -> None:
    stopped = Event()
    stopped.set()
    stage = Stage(tmp_path / "demo", tmp_path / "unused.yaml", 18799, stopped)
    stage.data_dir.mkdir()
    try:
        with pytest.raises(WorkFailedError, match="stopped before the demo had started"):
            stage.start()
    finally:
        stage.close()
    assert (stage.coordinator, stage.edge) == (None, None), "nothing more was begun"


def test_a_killed_demo_leaves_no_program_behind(tmp_path: Path) -> None:
    """Else it would hold the ports, and the next start would be told that they are in use."""
    setup = [sys.executable, "-m", "skynet", "coordinator", "init", "--data-dir", str(tmp_path / "data")]
    subprocess.run(setup, check=True, timeout=60, capture_output=True)
    script = (
        "import sys, time; from pathlib import Path; from skynet.cli.demo.child_process import ChildProcess;"
        "child = ChildProcess('c', ['coordinator', 'serve', '--port', '0', '--data-dir', sys.argv[1]],"
        " Path(sys.argv[2])); print(child.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "data"), str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        child = int(demo.stdout.readline())
        _wait_for(lambda: "listening" in (tmp_path / "log").read_text())
        demo.send_signal(signal.SIGKILL)
    _wait_for(lambda: not _is_running(child))


def test_a_child_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    child = ChildProcess("c", ["coordinator", "serve", "--data-dir", str(tmp_path / "none")], tmp_path / "log")
    _wait_for(lambda: child.ended)
    assert child.returncode == 2
    assert "no coordinator database there" in child.last_words()


def test_a_log_that_could_not_be_written_is_not_shown_as_nothing(tmp_path: Path) -> None:
    child = ChildProcess("c", ["--version"], tmp_path / "log")
    _wait_for(lambda: child.ended)
    (tmp_path / "log").write_text("")
    assert "has room" in child.last_words()


def _is_running(pid: int) -> bool:
    """A zombie, which waits for whoever adopted it, has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
