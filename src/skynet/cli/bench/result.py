"""A benchmark's result: rows with their spread, and claims that were put to the test."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from skynet.domain.errors import BadInputError

_WIDTH = 200
"""Columns that the table takes where nobody says how wide the paper is."""


class Row(BaseModel):
    """One metric of one contender over the rounds."""

    contender: str
    metric: str
    unit: str
    median: float
    min: float
    max: float

    @classmethod
    def of(cls, contender: str, metric: str, unit: str, values: Sequence[float]) -> Row:
        return cls(
            contender=contender,
            metric=metric,
            unit=unit,
            median=round(statistics.median(values), 4),
            min=round(min(values), 4),
            max=round(max(values), 4),
        )


class Claim(BaseModel):
    """What was hoped for, what was measured, and whether that is enough."""

    claim: str
    value: float
    target: float
    met: bool


class Result(BaseModel):
    """`reach` stays None in a smoke run, which proves nothing."""

    machine: dict[str, str | int]
    rounds: int
    rows: list[Row]
    reach: list[Claim] | None = None

    def write(self, path: Path) -> None:
        """Raises BadInputError."""
        try:
            path.write_text(self.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")
        except OSError as error:
            raise BadInputError(
                f"{path}: cannot be written ({error.strerror}); name a file in a folder of yours"
            ) from None

    def show(self) -> None:
        """The same as tables on standard output."""
        console = Console(width=max(_WIDTH, Console().width), soft_wrap=True)
        names = list(dict.fromkeys(row.contender for row in self.rows))
        table = Table("metric", "unit", *names, box=None)
        cells = {(row.contender, row.metric): row for row in self.rows}
        for metric, unit in dict.fromkeys((row.metric, row.unit) for row in self.rows):
            table.add_row(metric, unit, *(_cell(cells.get((name, metric))) for name in names))
        console.print(table)
        for claim in self.reach or []:
            console.print(
                f"{'met' if claim.met else 'not met'}: {claim.claim}: {claim.value:g} (target {claim.target:g})"
            )


def this_machine() -> dict[str, str | int]:
    """What the figures hold for."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")), platform.machine()
    )
    return {
        "cpu": model,
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
        "system": platform.system(),
    }


def _cpu_info() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    if row.min == row.max:
        return f"{row.median:.3g}"
    return f"{row.median:.3g} ({row.min:.3g}–{row.max:.3g})"
