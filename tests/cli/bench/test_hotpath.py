"""Contenders in processes of their own, on a small scene from a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.heat import run_heat
from skynet.cli.bench.hotpath.score import Sight
from skynet.cli.bench.scenes.truth import Truth
from skynet.domain.errors import WorkFailedError


def _task(contender: str, folder: Path, truth: Truth, seconds: float) -> Task:
    feed = Feed(main=str(folder / truth.files["cbr"]), sub=str(folder / truth.files["sub"]))
    return Task(contender=contender, feeds=(feed,), seconds=seconds, detector="motion")


def test_our_worker_sees_who_walks_through(small_folder: Path, small_scene: Truth) -> None:
    seconds = small_scene.events[0].end_s + 0.5
    heat = run_heat(_task("ours-sub", small_folder, small_scene, seconds), sorted(os.sched_getaffinity(0)))
    sight = Sight()
    sight.add(small_scene, heat.records[0], seconds)
    assert (sight.events, sight.seen) == (1, 1)
    assert heat.cpu_between(0.5, seconds) > 0
    assert heat.memory > 1e6


def test_ffmpeg_of_the_recorders_sees_who_walks_through(small_folder: Path, small_scene: Truth) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("there is no ffmpeg program here; install ffmpeg")
    seconds = small_scene.events[0].end_s + 0.5
    heat = run_heat(_task("frigate-main", small_folder, small_scene, seconds), sorted(os.sched_getaffinity(0)))
    sight = Sight()
    sight.add(small_scene, heat.records[0], seconds)
    assert sight.seen == 1


def test_a_stream_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    task = Task(contender="demux", feeds=(Feed(main=str(tmp_path / "none.mp4")),), seconds=1, detector="motion")
    with pytest.raises(WorkFailedError, match=r"demux: .*none\.mp4: cannot be opened"):
        run_heat(task, sorted(os.sched_getaffinity(0)))
