"""The clip store: durable, bounded, mended at the start, never silent about what it gives up."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from skynet.domain import Severity
from skynet.domain.errors import BadInputError
from skynet.edge.clip_store import NOTE_BYTES, ClipStore, ClipStoreError
from tests.edge.alerts import alert, sha256
from tests.edge.clips import clip_ref, footage

PLENTY = 1 << 40


def make(folder: Path, **options: Any) -> ClipStore:
    return ClipStore(folder, **({"max_bytes": PLENTY, "min_free_bytes": 0, "free_bytes": lambda: PLENTY} | options))


def content_of(store: ClipStore, sha: str) -> bytes:
    return b"".join(store.chunks(sha))


def test_what_was_put_is_found_after_a_restart(tmp_path: Path) -> None:
    raised, content = alert(), footage(1)
    make(tmp_path / "clips").put(clip_ref(content), content, [raised], 5.0)
    (note,) = make(tmp_path / "clips").pending()
    assert (note.alert_id, note.severity, note.stored_at, note.clip) == (
        raised.id,
        raised.severity,
        5.0,
        clip_ref(content),
    )
    store = make(tmp_path / "clips")
    assert content_of(store, note.clip.sha256) == content
    assert store.figures().mended == 0


def test_a_clip_of_two_alerts_is_kept_once_and_until_the_last(tmp_path: Path) -> None:
    store, content = make(tmp_path), footage(1)
    one, two = alert(), alert()
    store.put(clip_ref(content), content, [one], 1.0)
    store.put(clip_ref(content), content, [two], 2.0)
    assert store.figures().bytes == len(content) + 2 * NOTE_BYTES
    store.forget(one.id)
    assert content_of(store, sha256(content)) == content
    store.forget(two.id)
    store.forget(two.id)
    assert list(tmp_path.iterdir()) == []
    assert (store.figures().pending, store.figures().bytes) == (0, 0)


def test_severe_ones_go_first_then_the_oldest(tmp_path: Path) -> None:
    store = make(tmp_path)
    low, high, later = alert(severity=Severity.LOW), alert(severity=Severity.HIGH), alert(severity=Severity.HIGH)
    for number, one in enumerate((low, high, later)):
        store.put(clip_ref(footage(number)), footage(number), [one], float(number))
    assert [note.alert_id for note in store.pending()] == [high.id, later.id, low.id]
    assert [note.alert_id for note in store.pending(without={high.id})] == [later.id, low.id]


def test_a_full_store_gives_up_the_least_severe_and_oldest_first(tmp_path: Path) -> None:
    store = make(tmp_path, max_bytes=3 * (1000 + NOTE_BYTES))
    severities = [Severity.LOW, Severity.HIGH, Severity.LOW, Severity.MEDIUM]
    raised = [alert(severity=severity) for severity in severities]
    for number, one in enumerate(raised):
        store.put(clip_ref(footage(number)), footage(number), [one], float(number))
    assert {note.alert_id for note in store.pending()} == {one.id for one in raised[1:]}
    with pytest.raises(ClipStoreError, match="no room"):
        store.put(
            clip_ref(footage(9, 4 * NOTE_BYTES)), footage(9, 4 * NOTE_BYTES), [alert(severity=Severity.MEDIUM)], 9.0
        )
    figures = store.figures()
    assert (figures.pending, figures.given_up, figures.full) == (3, 1, 1), "nothing is given up for nothing"
    with pytest.raises(ClipStoreError):
        store.put(clip_ref(footage(8)), footage(8), [alert(severity=Severity.INFO)], 9.0)


def test_the_disk_keeps_its_free_space(tmp_path: Path) -> None:
    free = [PLENTY]
    store = make(tmp_path, min_free_bytes=50_000, free_bytes=lambda: free[0])
    store.put(clip_ref(footage(1, 20_000)), footage(1, 20_000), [alert()], 1.0)
    free[0] = 60_000
    store.put(clip_ref(footage(2, 20_000)), footage(2, 20_000), [alert()], 2.0)
    assert store.figures().given_up == 1
    free[0] = 10_000
    with pytest.raises(ClipStoreError):
        store.put(clip_ref(footage(3, 20_000)), footage(3, 20_000), [alert()], 3.0)


def test_what_a_crash_left_is_mended_and_counted(tmp_path: Path) -> None:
    store = make(tmp_path)
    raised = [alert() for _ in range(4)]
    for number, one in enumerate(raised):
        store.put(clip_ref(footage(number)), footage(number), [one], float(number))
    store.path(sha256(footage(0))).unlink()
    store.path(sha256(footage(1))).write_bytes(b"short")
    (tmp_path / f"{raised[2].id}.json").write_bytes(b"{}")
    (tmp_path / "x.mp4.part").write_bytes(b"half")
    again = make(tmp_path)
    assert [note.alert_id for note in again.pending()] == [raised[3].id]
    assert again.figures().mended == 6, "note; file, note; note, file; part"
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".mp4"]
    assert make(tmp_path).figures().mended == 0


def test_a_disk_that_fails_is_a_store_error_and_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ClipStoreError, match="No space left"):
        store.put(clip_ref(footage(1)), footage(1), [alert()], 1.0)
    assert list(tmp_path.iterdir()) == []
    assert store.pending() == []


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match="data_dir"):
        make(tmp_path / "file" / "clips")


PUTTING = """
import sys, time
from pathlib import Path
from skynet.domain.ids import uuid7
from skynet.edge.clip_store import ClipStore
from tests.edge.alerts import alert
from tests.edge.clips import clip_ref, footage
store = ClipStore(Path(sys.argv[1]), max_bytes=1 << 40, min_free_bytes=0, free_bytes=lambda: 1 << 40)
number = int(sys.argv[2]) * 100000
while True:
    number += 1
    content = footage(number, 200000)
    raised = alert(id_=uuid7(time.time()))
    store.put(clip_ref(content), content, [raised], time.time())
    print(raised.id, flush=True)
    if number % 3 == 0:
        store.forget(raised.id)
        print(raised.id, flush=True)
"""


def test_nothing_that_was_put_is_lost_by_kill_9(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    said: list[str] = []
    for turn in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", PUTTING, str(tmp_path / "clips"), str(turn)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.25))
        process.send_signal(signal.SIGKILL)
        said += (first + process.stdout.read()).split("\n")[:-1]
        process.wait()
    kept = {one for one in said if said.count(one) == 1}
    store = make(tmp_path / "clips")
    found = {str(note.alert_id): note.clip.sha256 for note in store.pending()}
    assert len(kept - found.keys()) <= 4, "at most the one that was being forgotten each time"
    assert len(found.keys() - kept) <= 4, "at most the one under way each time"
    assert len(kept) > 4
    for sha in found.values():
        assert sha256(content_of(store, sha)) == sha
    assert not list((tmp_path / "clips").glob("*.part"))
