"""The repository of boxes and their cameras, as last reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, false, func, insert, not_, select, update

from skynet.coordinator.storage.area_clause import camera_within
from skynet.coordinator.storage.tables import boxes, cameras
from skynet.domain.area import EVERYWHERE


@dataclass(frozen=True, slots=True)
class BoxRow:
    id: str
    version: str
    outbox_pending: int
    sent_ms: int
    last_report_ms: int


@dataclass(frozen=True, slots=True)
class CameraRow:
    """`listed`: the newest report of its box still names the camera; `health` is JSON."""

    id: str
    box_id: str
    listed: bool
    health: str
    last_report_ms: int


class FleetRows:
    """Boxes and cameras in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_box(self, box: BoxRow) -> bool:
        """Store what a box says of itself; true when the box is new."""
        values = {
            "version": box.version,
            "outbox_pending": box.outbox_pending,
            "sent_ms": box.sent_ms,
            "last_report_ms": box.last_report_ms,
        }
        if self._connection.execute(update(boxes).where(boxes.c.id == box.id).values(values)).rowcount:
            return False
        self._connection.execute(insert(boxes).values(id=box.id, **values))
        return True

    def put_camera(self, camera: CameraRow) -> bool:
        """Store a camera, whoever had it before; true when the camera is new."""
        values = {
            "box_id": camera.box_id,
            "listed": camera.listed,
            "health": camera.health,
            "last_report_ms": camera.last_report_ms,
        }
        if self._connection.execute(update(cameras).where(cameras.c.id == camera.id).values(values)).rowcount:
            return False
        self._connection.execute(insert(cameras).values(id=camera.id, **values))
        return True

    def unlist_except(self, box_id: str, kept: Iterable[str]) -> None:
        """Mark the cameras of `box_id` that its complete report no longer names."""
        gone = cameras.c.id.not_in(list(kept))
        self._connection.execute(update(cameras).where(cameras.c.box_id == box_id, gone).values(listed=False))

    def several(self, camera_ids: Sequence[str]) -> dict[str, RowMapping]:
        """Those of `camera_ids` that are known, as last reported."""
        rows = self._connection.execute(select(cameras).where(cameras.c.id.in_(camera_ids))).mappings()
        return {row["id"]: row for row in rows}

    def listed(self, areas: Sequence[str]) -> Iterator[RowMapping]:
        """Every camera in `areas` that its box still reports."""
        query = (
            select(cameras).where(cameras.c.listed, camera_within(cameras.c.id, areas)).execution_options(yield_per=500)
        )
        yield from self._connection.execute(query).mappings()

    def camera(self, camera_id: str, areas: Sequence[str]) -> RowMapping | None:
        """The camera, if it lies in `areas`."""
        query = select(cameras).where(cameras.c.id == camera_id, camera_within(cameras.c.id, areas))
        return self._connection.execute(query).mappings().one_or_none()

    def cameras(self, after: str, limit: int, areas: Sequence[str]) -> Sequence[RowMapping]:
        """At most `limit` cameras in `areas` with ids behind `after`, by id."""
        query = select(cameras).where(cameras.c.id > after, camera_within(cameras.c.id, areas))
        query = query.order_by(cameras.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def boxes(self, after: str, limit: int, areas: Sequence[str]) -> Sequence[RowMapping]:
        """At most `limit` boxes with a camera in `areas` and ids behind `after`, by id; `partly` says that the box has
        cameras outside them, too."""
        partly = boxes.c.id.in_(select(cameras.c.box_id).where(not_(camera_within(cameras.c.id, areas))))
        query = select(boxes, (false() if EVERYWHERE in areas else partly).label("partly")).where(boxes.c.id > after)
        if EVERYWHERE not in areas:
            query = query.where(boxes.c.id.in_(select(cameras.c.box_id).where(camera_within(cameras.c.id, areas))))
        return self._connection.execute(query.order_by(boxes.c.id).limit(limit)).mappings().all()

    def outside(self, box_id: str, areas: Sequence[str]) -> int:
        """How many of the cameras that the box reports lie outside `areas`."""
        query = select(func.count()).where(cameras.c.box_id == box_id, not_(camera_within(cameras.c.id, areas)))
        return self._connection.execute(query).scalar_one()
