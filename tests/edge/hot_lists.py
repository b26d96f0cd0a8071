"""Hot-list files for a box's tests. Their entries hold whatever the day is."""

from __future__ import annotations

import time
from pathlib import Path

from skynet.domain.hot_list_words import COLUMNS

HEADER = ",".join(COLUMNS)


def row(plate: str = "皖A12345", **cells: str) -> str:
    day = 86400
    now = time.time()
    values = {
        "plate": plate,
        "kind": "",
        "purpose": "stolen_vehicle",
        "authority": "公字1号",
        "issuing_unit": "滨江分局",
        "case_number": "A1",
        "valid_from": time.strftime("%Y-%m-%d %H:%M", time.gmtime(now - day)),
        "valid_to": time.strftime("%Y-%m-%d %H:%M", time.gmtime(now + 9 * day)),
        "priority": "critical",
        "area": "everywhere",
        "created_by": "王警官",
        "approved_by": "李队长",
    } | cells
    return ",".join(values[name] for name in COLUMNS)


def write_list(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path
