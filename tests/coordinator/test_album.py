from __future__ import annotations

import errno
import hashlib
import os

import pytest

from skynet.domain.contract import MAX_SNAPSHOT_BYTES
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import png


def put(coordinator: DeskCoordinator, sha256: str, content: bytes) -> int:
    return coordinator.call("PUT", f"/api/v1/edge/snapshots/{sha256}", "edge", content=content).status_code


def files(coordinator: DeskCoordinator) -> list[str]:
    return sorted(path.name for path in (coordinator.site / "data" / "snapshots").rglob("*") if path.is_file())


def test_a_picture_is_stored_once_and_seen_as_it_was_sent(coordinator: DeskCoordinator) -> None:
    sha256, content = png()
    assert [put(coordinator, sha256, content) for _ in range(3)] == [201, 200, 200]
    assert files(coordinator) == [sha256]
    answer = coordinator.call("GET", f"/api/v1/snapshots/{sha256}", "console")
    assert answer.content == content
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"


def test_every_view_is_audited_also_of_an_unchanged_picture(coordinator: DeskCoordinator) -> None:
    sha256, content = png()
    put(coordinator, sha256, content)
    url = f"/api/v1/snapshots/{sha256}"
    etag = coordinator.call("GET", url, "console").headers["etag"]
    again = coordinator.call("GET", url, "console", headers={"If-None-Match": f"W/{etag}"})
    assert (again.status_code, again.content) == (304, b"")
    assert [e["action"] for e in coordinator.audit() if e["subject"] == f"snapshot:{sha256}"] == [
        "snapshot.stored",
        "snapshot.viewed",
        "snapshot.viewed",
    ]


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff\xe0", b"RIFF\x10\x00\x00\x00WEBPVP8 "])
def test_other_formats_are_told_by_their_first_bytes(coordinator: DeskCoordinator, magic: bytes) -> None:
    content = magic + b"rest"
    assert put(coordinator, hashlib.sha256(content).hexdigest(), content) == 201


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 415), (b"<svg/>", 415), (b"GIF89a", 415), (b"\xff\xd8\xff" + bytes(MAX_SNAPSHOT_BYTES), 413)],
)
def test_what_is_no_picture_or_too_large_is_refused(coordinator: DeskCoordinator, content: bytes, status: int) -> None:
    assert put(coordinator, hashlib.sha256(content).hexdigest(), content) == status
    assert files(coordinator) == []


def test_content_must_fit_its_address(coordinator: DeskCoordinator) -> None:
    sha256, content = png()
    assert put(coordinator, sha256, content + b"!") == 422
    assert put(coordinator, sha256.upper(), content) == 422
    assert put(coordinator, "..%2F..%2Fetc", content) in (404, 422)
    assert files(coordinator) == []


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    coordinator: DeskCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256, content = png()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answer = coordinator.call("PUT", f"/api/v1/edge/snapshots/{sha256}", "edge", content=content)
        assert (answer.status_code, answer.json()["type"]) == (507, "urn:skynet:problem:storage-full")
        assert files(coordinator) == []
    assert coordinator.call("GET", f"/api/v1/snapshots/{sha256}", "console").status_code == 404
    assert put(coordinator, sha256, content) == 201


def test_a_lost_file_is_gone_until_it_is_sent_again(coordinator: DeskCoordinator) -> None:
    sha256, content = png()
    put(coordinator, sha256, content)
    (coordinator.site / "data" / "snapshots" / sha256[:2] / sha256).unlink()
    assert coordinator.call("GET", f"/api/v1/snapshots/{sha256}", "console").status_code == 410
    assert put(coordinator, sha256, content) == 200
    assert coordinator.call("GET", f"/api/v1/snapshots/{sha256}", "console").content == content
