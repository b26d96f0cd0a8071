"""One heat: one contender in a fresh process, watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from skynet.cli.bench.hotpath.feed import Task
from skynet.cli.bench.hotpath.journal import Record
from skynet.cli.bench.hotpath.process_tree import cpu_seconds, memory_bytes
from skynet.domain.errors import WorkFailedError

_SAMPLE_S = 0.2
_START_S = 60.0
_WEIGHINGS = 4
_OUTRO_S = 4.0
"""A contender may write its last notes for so long."""
_OVERTIME_S = 20.0


@dataclass(frozen=True)
class Heat:
    """`records` one a feed. `cpu`: (stream time, CPU seconds used so far), from the first picture of the first feed.
    `memory` the most bytes seen, of all feeds together."""

    task: Task
    records: tuple[Record, ...]
    cpu: tuple[tuple[float, float], ...]
    memory: int

    def cpu_between(self, since_s: float, until_s: float) -> float:
        """CPU seconds used between two stream times."""
        return self._cpu_at(until_s) - self._cpu_at(since_s)

    def _cpu_at(self, t_s: float) -> float:
        before = (0.0, self.cpu[0][1])
        for sample in self.cpu:
            if sample[0] >= t_s:
                share = (t_s - before[0]) / max(1e-6, sample[0] - before[0])
                return before[1] + (sample[1] - before[1]) * min(1.0, max(0.0, share))
            before = sample
        return before[1]


def run_heat(task: Task, cores: Sequence[int]) -> Heat:
    """Let the contender watch, on the processors `cores`. Raises WorkFailedError when it does not."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "skynet.cli.bench.hotpath.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        return _watched(process, task, cores)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _watched(process: subprocess.Popen[str], task: Task, cores: Sequence[int]) -> Heat:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("pipes were asked for")
    os.sched_setaffinity(process.pid, cores)
    process.stdin.write(task.model_dump_json() + "\n")
    process.stdin.flush()
    records = [Record() for _ in task.feeds]
    complaints: list[str] = []
    readers = [
        threading.Thread(target=_read, args=(process.stdout, records), daemon=True),
        threading.Thread(target=lambda: complaints.extend(process.stderr or ()), daemon=True),
    ]
    for reader in readers:
        reader.start()
    cpu, memory = _sampled(process, task, records)
    for reader in readers:
        reader.join(2.0)
    if not cpu or any(record.began is None for record in records):
        why = complaints[-1].strip() if complaints else "it saw no picture in time"
        raise WorkFailedError(f"{task.contender}: {why}")
    return Heat(task, tuple(records), tuple(cpu), memory)


def _sampled(
    process: subprocess.Popen[str], task: Task, records: list[Record]
) -> tuple[list[tuple[float, float]], int]:
    cpu: list[tuple[float, float]] = []
    memory, weighed, started = 0, 1, time.monotonic()
    while process.poll() is None:
        began, now = records[0].began, time.monotonic()
        if began is not None:
            cpu.append((now - began, cpu_seconds(process.pid)))
            if now - began > task.seconds * weighed / _WEIGHINGS:
                memory, weighed = max(memory, memory_bytes(process.pid)), weighed + 1
            if now - began > task.seconds + _OUTRO_S:
                break
        if now - (began or started) > (task.seconds + _OVERTIME_S if began else _START_S):
            break
        time.sleep(_SAMPLE_S)
    return cpu, memory


def _read(lines: object, records: list[Record]) -> None:
    for line in lines:  # type: ignore[attr-defined]  # the text pipe of the process
        try:
            note = json.loads(line)
        except ValueError:
            continue  # a library's own words
        if isinstance(note, dict) and "feed" in note:
            records[note["feed"]].take(note)
