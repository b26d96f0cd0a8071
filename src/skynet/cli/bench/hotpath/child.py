"""A contender's process: reads its task as one JSON line, watches all feeds at once, writes its journal, ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import partial

import cv2

from skynet.cli.bench.hotpath import others, ours
from skynet.cli.bench.hotpath.eye import Eye
from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.journal import Journal
from skynet.domain.errors import BadInputError, WorkFailedError
from skynet.vision.create_detector import MOTION

Way = Callable[[Feed, Journal, Eye, float], None]
WAYS: dict[str, Way] = {
    "demux": others.demux,
    "decode": others.decode,
    "naive": others.naive,
    "frigate-main": partial(others.frigate, sub=False),
    "frigate-sub": partial(others.frigate, sub=True),
    "keyframes": others.keyframes,
    "adaptive": others.adaptive,
}


def main() -> None:
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp|threads;1"
    cv2.setNumThreads(1)
    task = Task.model_validate_json(sys.stdin.readline())
    try:
        if task.contender in WAYS:
            _watch(task, WAYS[task.contender])
        else:
            ours.watch(task, sub=task.contender == "ours-sub")
    except (BadInputError, WorkFailedError) as error:
        sys.exit(f"{task.contender}: {error}")


def _watch(task: Task, way: Way) -> None:
    """One thread a feed. Raises the first error that one of them met."""
    shared = Eye.open(task.detector, task.models_dir)
    errors: list[BadInputError | WorkFailedError] = []

    def run(number: int, feed: Feed) -> None:
        eye = Eye.open(MOTION, None) if task.detector == MOTION else shared
        try:
            way(feed, Journal(number), eye, task.seconds)
        except (BadInputError, WorkFailedError) as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(task.feeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


if __name__ == "__main__":
    main()
