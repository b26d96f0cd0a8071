"""The outbox: durable, bounded, never silent about what it gives up."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet.domain import Alert, Severity
from skynet.domain.errors import BadInputError
from skynet.edge.outbox import ROW_BYTES, Outbox, OutboxError, OutboxFullError
from tests.edge.alerts import alert, picture, sha256

PLENTY = 1 << 40


class Disk:
    def __init__(self) -> None:
        self.free = PLENTY

    def __call__(self) -> int:
        return self.free


def make(path: Path, **options: Any) -> Outbox:
    return Outbox(path, **({"max_bytes": PLENTY, "min_free_bytes": 0, "free_bytes": lambda: PLENTY} | options))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    outbox = make(tmp_path / "data" / "outbox.sqlite3")
    yield outbox
    outbox.close()


def bodies(outbox: Outbox) -> list[Alert]:
    return [Alert.model_validate_json(item.body) for item in outbox.pending(100, PLENTY)]


def test_what_is_put_is_found_after_a_restart_with_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    first = make(path)
    raised = alert(picture())
    first.put(raised, picture())
    first.close()

    second = make(path)
    assert bodies(second) == [raised]
    assert second.snapshot(sha256(picture())) == picture()
    assert second.figures().bytes == len(raised.model_dump_json()) + ROW_BYTES + 1000
    assert second.moved_aside is None
    second.close()


def test_a_put_is_synced_to_disk_before_it_returns(box: Outbox, tmp_path: Path) -> None:
    box.put(alert(), None)
    assert (tmp_path / "data" / "outbox.sqlite3-wal").stat().st_size > 0
    with sqlite3.connect(tmp_path / "data" / "outbox.sqlite3") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert box._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL; the setting belongs to the connection


def test_putting_an_id_again_changes_nothing(box: Outbox) -> None:
    raised = alert(picture())
    box.put(raised, picture())
    box.put(raised, picture())
    assert box.count() == 1


def test_severe_alerts_go_first_then_the_oldest(box: Outbox) -> None:
    low, high, older = alert(severity=Severity.LOW), alert(severity=Severity.HIGH), alert(severity=Severity.HIGH)
    for one in (low, high, older):
        box.put(one, None)
    assert [item.id for item in box.pending(10, PLENTY)] == [high.id, older.id, low.id]
    assert [item.id for item in box.pending(2, PLENTY)] == [high.id, older.id]
    assert [item.id for item in box.pending(10, PLENTY, without={high.id})] == [older.id, low.id]


def test_a_batch_is_bounded_by_bytes_but_never_empty(box: Outbox) -> None:
    raised = [alert() for _ in range(3)]
    for one in raised:
        box.put(one, None)
    size = len(raised[0].model_dump_json()) + 1
    assert len(box.pending(10, 2 * size + size // 2)) == 2
    assert len(box.pending(10, 1)) == 1


def test_alerts_of_a_former_box_id_are_not_mixed_with_others(box: Outbox) -> None:
    former, present = alert(box="old-name"), alert(box="new-name")
    box.put(former, None)
    box.put(present, None)
    assert [item.id for item in box.pending(10, PLENTY)] == [former.id]
    box.confirm([former.id])
    assert [item.id for item in box.pending(10, PLENTY)] == [present.id]


def test_a_picture_stays_until_the_last_alert_that_names_it_is_confirmed(box: Outbox) -> None:
    one, two = alert(picture()), alert(picture())
    box.put(one, picture())
    box.put(two, picture())
    words = 2 * (len(one.model_dump_json()) + ROW_BYTES)
    assert box.figures().bytes == words + len(picture()), "the picture is kept once"
    box.confirm([one.id])
    assert box.snapshot(sha256(picture())) == picture()
    box.confirm([two.id])
    assert box.snapshot(sha256(picture())) is None
    assert (box.count(), box.figures().bytes) == (0, 0)


def test_a_refused_alert_is_kept_apart_with_its_reason(box: Outbox, tmp_path: Path) -> None:
    raised = alert(picture())
    box.put(raised, picture())
    box.refuse(raised.id, "malformed: no such camera")
    assert box.pending(10, PLENTY) == []
    figures = box.figures()
    assert (figures.pending, figures.refused) == (0, 1)
    with sqlite3.connect(tmp_path / "data" / "outbox.sqlite3") as other:
        assert other.execute("SELECT reason FROM alerts").fetchall() == [("malformed: no such camera",)]


def test_a_full_outbox_gives_up_the_oldest_pictures_of_least_severity_first(tmp_path: Path) -> None:
    box = make(tmp_path / "o", max_bytes=6 * 4000)
    kept = []
    for number, severity in enumerate([Severity.MEDIUM, Severity.LOW, Severity.LOW, Severity.HIGH]):
        image = picture(number, 4000)
        kept.append(alert(image, severity=severity))
        box.put(kept[-1], image)
    image = picture(9, 4000)
    newest = alert(image, severity=Severity.MEDIUM)
    box.put(newest, image)
    held = [number for number in (0, 1, 2, 3, 9) if box.snapshot(sha256(picture(number, 4000)))]
    assert held == [0, 2, 3, 9], "the older of the two low ones went"
    assert box.count() == 5, "no alert went"
    assert box.figures().snapshots_given_up == 1
    bare = next(item for item in box.pending(10, PLENTY) if item.id == kept[1].id)
    assert bare.snapshot_given_up
    assert json.loads(bare.body)["snapshot"] is None
    box.close()


def test_a_less_severe_alert_takes_no_picture_of_a_more_severe_one(tmp_path: Path) -> None:
    box = make(tmp_path / "o", max_bytes=2 * 4000 + 4 * ROW_BYTES)
    image = picture(1, 4000)
    box.put(alert(image, severity=Severity.MEDIUM), image)
    newest = alert(picture(2, 6000), severity=Severity.LOW)
    box.put(newest, picture(2, 6000))
    assert box.snapshot(sha256(image)) == image
    assert box.snapshot(sha256(picture(2, 6000))) is None
    assert (box.count(), box.figures().snapshots_given_up) == (2, 1)
    box.close()


def test_when_nothing_can_be_given_up_put_refuses_and_counts(tmp_path: Path) -> None:
    size = len(alert(severity=Severity.CRITICAL).model_dump_json()) + ROW_BYTES
    box = make(tmp_path / "o", max_bytes=2 * size + size // 2)
    box.put(alert(severity=Severity.CRITICAL), None)
    box.put(alert(severity=Severity.CRITICAL), None)
    with pytest.raises(OutboxFullError, match="make room"):
        box.put(alert(severity=Severity.CRITICAL), None)
    figures = box.figures()
    assert (figures.pending, figures.full) == (2, 1)
    box.confirm([item.id for item in box.pending(1, PLENTY)])
    box.put(alert(), None)
    assert box.count() == 2, "it goes on once there is room"
    box.close()


def test_refused_alerts_give_way_first(tmp_path: Path) -> None:
    box = make(tmp_path / "o", max_bytes=10_000)
    refused, waiting = alert(picture(1, 3500)), alert(picture(2, 3500), severity=Severity.LOW)
    box.put(refused, picture(1, 3500))
    box.put(waiting, picture(2, 3500))
    box.refuse(refused.id, "conflict")
    box.put(alert(picture(3, 3500)), picture(3, 3500))
    figures = box.figures()
    assert (figures.refused, figures.refused_given_up, figures.snapshots_given_up) == (0, 1, 0)
    box.close()


def test_the_disk_keeps_its_free_space(tmp_path: Path) -> None:
    disk = Disk()
    box = make(tmp_path / "o", min_free_bytes=100_000, free_bytes=disk)
    for number in range(8):
        box.put(alert(picture(number, 20_000), severity=Severity.LOW), picture(number, 20_000))
    disk.free = 90_000
    box.put(alert(picture(99, 20_000)), picture(99, 20_000))
    assert box.snapshot(sha256(picture(99, 20_000))) is not None, "it took the room of an older picture"
    assert box.figures().snapshots_given_up >= 1
    assert box.count() == 9
    box.close()


def test_a_put_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    box = make(tmp_path / "o", max_bytes=9000)
    image = picture(1, 4000)
    box.put(alert(image, severity=Severity.LOW), image)
    big = alert(severity=Severity.LOW).model_copy(update={"rule_id": "r" * 9000})
    with pytest.raises(OutboxFullError):
        box.put(big, None)
    assert box.snapshot(sha256(image)) == image, "pictures are not given up for nothing"
    assert box.figures().snapshots_given_up == 0
    box.close()


def test_a_real_full_database_is_an_outbox_error(box: Outbox) -> None:
    box._db.execute("PRAGMA max_page_count = 20")
    image = picture(1, 4000)
    box.put(alert(image), image)
    image = picture(2, 400_000)
    with pytest.raises(OutboxFullError, match="disk is full"):
        box.put(alert(image), image)
    assert box.snapshot(sha256(picture(1, 4000))) is not None, "what was there is still there"
    assert (box.count(), box.figures().full) == (1, 1)


def test_a_closed_disk_is_an_outbox_error(box: Outbox) -> None:
    box.close()
    with pytest.raises(OutboxError):
        box.put(alert(), None)
    with pytest.raises(OutboxError):
        box.count()


@pytest.mark.parametrize("garbage", [b"this is no database" * 300, b"SQLite format 3\x00" + b"\xff" * 8000])
def test_a_damaged_file_is_moved_aside_and_a_fresh_one_begun(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "outbox.sqlite3"
    path.write_bytes(garbage)
    box = make(path, now=1_772_460_300.0)
    assert box.moved_aside == tmp_path / "outbox.sqlite3.damaged-20260302T140500"
    assert box.moved_aside.read_bytes() == garbage
    box.put(alert(), None)
    assert box.count() == 1
    box.close()


def test_damage_inside_the_file_is_found_at_start(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    box = make(path)
    for number in range(20):
        box.put(alert(picture(number)), picture(number))
    box.close()
    content = bytearray(path.read_bytes())
    content[4096 : len(content) : 7] = b"\x55" * len(content[4096 : len(content) : 7])
    path.write_bytes(content)
    again = make(path)
    assert again.moved_aside is not None
    assert again.count() == 0
    again.close()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(BadInputError, match="schema 99"):
        make(path)
    assert [p.name for p in tmp_path.iterdir()] == ["outbox.sqlite3"]


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match="data_dir"):
        make(tmp_path / "file" / "outbox.sqlite3")


PUTTING = """
import sys
from pathlib import Path
from skynet.edge.outbox import Outbox
from tests.edge.alerts import alert, picture
from skynet.domain.ids import uuid7
import time
box = Outbox(Path(sys.argv[1]), max_bytes=1 << 40, min_free_bytes=0, free_bytes=lambda: 1 << 40)
number = 0
while True:
    number += 1
    image = picture(number + int(sys.argv[2]) * 100000, 30000)
    raised = alert(image, id_=uuid7(time.time()))
    box.put(raised, image)
    print(raised.id, raised.snapshot.sha256, flush=True)
"""


def test_nothing_that_was_put_is_lost_by_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    chance = random.Random(20260302)
    said: dict[str, str] = {}
    for turn in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", PUTTING, str(path), str(turn)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.25))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.wait()
        lines = (first + rest).split("\n")[:-1]  # the last one may be cut short
        assert lines, "it had not begun when it was killed"
        said |= dict(line.split() for line in lines)
    box = make(path)
    assert box.moved_aside is None
    found = {str(item.id): item.snapshot for item in box.pending(1_000_000, PLENTY)}
    missing = said.keys() - found.keys()
    assert not missing, f"{len(missing)} of {len(said)} are lost"
    assert len(found) - len(said) <= 4, "at most the one under way each time"
    for alert_id, sha in said.items():
        assert found[alert_id] == sha
        content = box.snapshot(sha)
        assert content is not None
        assert sha256(content) == sha
    box.close()
