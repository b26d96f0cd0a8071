"""How long the coordinator takes over a registry file, and how much memory: good rows, the same again, bad rows.

Beside it stands the least that any import must do: csv.DictReader over the same bytes. Each run is a process of its
own.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from skynet.coordinator import setup
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Scope
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.registry.registry_file import FileFormat, read_entries
from skynet.coordinator.registry.registry_import import RegistryImport
from skynet.coordinator.storage.database import Database
from skynet.domain.clock import SystemClock

HEADER = "id,name,site,site_name,place_class,owner_kind,owner,city,source,filing_no\n"
GOOD = "c-{n},东门 {n},s-{site},第三小学,school,police,庐阳分局,合肥,rtsp://192.0.2.10/{n},皖备{n}\n"
BAD = "C {n},东门 {n},s-{site},第三小学,castle,police,庐阳分局,合肥,http://192.0.2.10/{n},皖备{n}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_one(asked.one, asked.rows)))
        return
    print(f"{'what':<28}{'CPU s':>8}{'wall s':>8}{'rows/CPU s':>12}{'MiB more':>10}")
    for what in ("DictReader alone", "good rows, new", "good rows, again", "good rows, dry run", "bad rows"):
        rounds = [_round(what, asked.rows) for _ in range(asked.rounds)]
        cpu, wall, mib = (statistics.median(found[key] for found in rounds) for key in ("cpu", "wall", "mib"))
        print(f"{what:<28}{cpu:>8.1f}{wall:>8.1f}{asked.rows / cpu:>12,.0f}{mib:>10.0f}")


def _round(what: str, rows: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", what, "--rows", str(rows)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _one(what: str, rows: int) -> dict[str, float]:
    line = BAD if what == "bad rows" else GOOD
    content = (HEADER + "".join(line.format(n=n, site=n // 20) for n in range(rows))).encode()
    with tempfile.TemporaryDirectory() as folder:
        where = DataDir(Path(folder) / "data")
        setup.initialise(where, SystemClock(), "cli:bench")
        importer = RegistryImport(Database(where.database), SystemClock(), CommitSignal())
        principal = Principal("0", "bench", Scope.ADMIN, None)

        def take(dry_run: bool = False) -> None:
            importer.take(read_entries(io.BytesIO(content), FileFormat.CSV), principal, dry_run=dry_run)

        if what == "good rows, again":
            take()
        memory, cpu, wall = _memory_mib(), time.process_time(), time.perf_counter()
        if what == "DictReader alone":
            for _ in csv.DictReader(io.TextIOWrapper(io.BytesIO(content), "utf-8")):
                pass
        else:
            take(dry_run="dry" in what)
        return {
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
            "mib": _memory_mib() - memory,
        }


def _memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
