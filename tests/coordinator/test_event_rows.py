from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text

from skynet.coordinator.storage import schema
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import EventRows
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_registry import camera, move, put_camera, put_site, site

LUYANG = "合肥/庐阳区"


def log(coordinator: DeskCoordinator, *areas: str) -> list[tuple[int, str, str, str]]:
    with coordinator.app.state.parts.database.reading() as connection:
        rows = EventRows(connection)
        found = rows.page(0, rows.head(), areas or ("",), 100)
    return [(row["seq"], row["type"], row["subject"], row["area"]) for row in found]


def test_every_change_is_in_the_log_in_its_order_and_place(coordinator: DeskCoordinator) -> None:
    put_site(coordinator, site())
    put_camera(coordinator, camera("gate-3"))
    known, unknown = alert(camera_id="gate-3"), alert(camera_id="elsewhere")
    coordinator.send(known, unknown)
    url = f"/api/v1/alerts/{known['id']}/acknowledge"
    coordinator.call("POST", url, "console", json={"operator": "王"}, headers={"If-Match": "*"})
    move(coordinator, "gate-3", "retired")
    everything = [
        (1, "site.changed", "site:school-3", LUYANG),
        (2, "camera.changed", "camera:gate-3", LUYANG),
        (3, "alert.created", f"alert:{known['id']}", LUYANG),
        (4, "alert.created", f"alert:{unknown['id']}", ""),
        (5, "alert.changed", f"alert:{known['id']}", LUYANG),
        (6, "camera.changed", "camera:gate-3", LUYANG),
    ]
    assert log(coordinator) == everything
    assert log(coordinator, LUYANG) == log(coordinator, "合肥") == [row for row in everything if row[3]]
    assert log(coordinator, "合肥/庐阳") == log(coordinator, "nowhere") == []


def test_what_changes_nothing_is_not_in_the_log(coordinator: DeskCoordinator) -> None:
    sent = alert()
    coordinator.send(sent)
    coordinator.send(sent)
    coordinator.call("POST", f"/api/v1/alerts/{sent['id']}/acknowledge", "console", json={"operator": "王"})
    put_camera(coordinator, camera(site="nowhere"))
    assert len(log(coordinator)) == 1


def test_the_migration_places_what_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    database = Database(tmp_path / "old.db")
    with database.writing() as connection:
        schema.upgrade(connection, "0003")
        insert = "INSERT INTO sites (id, version, body, changed_ms) VALUES ('s', 1, :body, 0)"
        connection.execute(text(insert), {"body": json.dumps(site("s"), ensure_ascii=False)})
        connection.execute(
            text(
                "INSERT INTO registered_cameras (id, site_id, state, version, body, changed_ms)"
                " VALUES ('gate-3', 's', 'draft', 1, '{}', 0)"
            )
        )
        for seq, camera_id in ((1, "gate-3"), (2, "unknown")):
            connection.execute(
                text(
                    "INSERT INTO alerts (seq, id, camera_id, kind, severity, occurred_ms, received_ms, state, version,"
                    " content_sha256, body) VALUES (:seq, :camera, :camera, 'k', 'low', 0, 0, 'new', 1, '', '{}')"
                ),
                {"seq": seq, "camera": camera_id},
            )
        schema.upgrade(connection)
        places = connection.execute(text("SELECT area FROM alerts ORDER BY seq")).scalars().all()
        assert connection.execute(text("SELECT area FROM sites")).scalars().all() == [LUYANG]
    database.close()
    assert places == [LUYANG, ""]
