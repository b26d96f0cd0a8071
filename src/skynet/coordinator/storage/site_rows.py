"""The repository of sites."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.tables import sites
from skynet.coordinator.wire import dumps
from skynet.domain.area import area_of
from skynet.domain.site import Site


class SiteRows:
    """Sites in the transaction of `connection`; `body` is the Site as JSON."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str) -> RowMapping | None:
        return self._connection.execute(select(sites).where(sites.c.id == site_id)).mappings().one_or_none()

    def several(self, site_ids: Sequence[str]) -> dict[str, RowMapping]:
        """Those of `site_ids` that there are."""
        rows = self._connection.execute(select(sites).where(sites.c.id.in_(site_ids))).mappings()
        return {row["id"]: row for row in rows}

    def page(self, after: str, limit: int, areas: Sequence[str]) -> Sequence[RowMapping]:
        """At most `limit` sites in `areas` with ids behind `after`, by id."""
        query = select(sites).where(sites.c.id > after, within(sites.c.area, areas)).order_by(sites.c.id).limit(limit)
        return self._connection.execute(query).mappings().all()

    def put(self, site: Site, version: int, at_ms: int) -> None:
        """Store a site: insert version 1, replace with any later one."""
        values = {"version": version, "body": dumps(site), "changed_ms": at_ms, "area": area_of(site.region)}
        if version == 1:
            self._connection.execute(insert(sites).values(id=site.id, **values))
        else:
            self._connection.execute(update(sites).where(sites.c.id == site.id).values(values))
