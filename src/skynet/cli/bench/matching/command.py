"""`skynet bench matching`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skynet.cli.bench.matching.contenders import Contender, Ours, OursWhole, RapidFuzz
from skynet.cli.bench.matching.course import STARTS, Course
from skynet.cli.bench.reach import Reach
from skynet.cli.bench.result import Claim, Result, Row, this_machine
from skynet.domain.hot_list import MAX_ENTRIES

TRAFFIC = "look-ups, 1 in 100 listed"
LISTED = "look-ups, all listed"
EXACT, CONFUSED = "exact plates found", "single confusions found"
_QUICK_ENTRIES = 20_000


@dataclass(frozen=True)
class _Heat:
    """How much each contender is asked: `rated` look-ups a round for its speed, `judged` in all for what it finds."""

    contender: Contender
    rated: int
    judged: int


def matching(
    entries: Annotated[int, typer.Option(min=1000, max=MAX_ENTRIES, help="How long the list is.")] = MAX_ENTRIES,
    rounds: Annotated[int, typer.Option(min=1, max=100)] = 5,
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run; proves nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
) -> None:
    """Look-ups a second on one core, memory and hits found, beside a linear scan with rapidfuzz, in the same run."""
    tell = Console(stderr=True).print
    if quick:
        entries, rounds = min(entries, _QUICK_ENTRIES), 1
    before = _resident_bytes()
    course = Course.make(entries)
    rows = [Row.of("ours", "list in memory", "MB", [course.hot_list.nbytes / 1e6])]
    tell(f"the list and its plates as texts take {(_resident_bytes() - before) / 1e6:.0f} MB of the process")
    for heat in _heats(course, quick, tell):
        rows += _run(course, heat, rounds)
    machine = {**this_machine(), "entries": entries}
    result = Result(machine=machine, rounds=rounds, rows=rows, reach=None if quick else _claims(rows))
    result.show()
    if json:
        result.write(json)


def _heats(course: Course, quick: bool, tell: Callable[[str], None]) -> list[_Heat]:
    ours = Ours(course.hot_list)
    whole = OursWhole(course.hot_list, STARTS.timestamp() + 3600)
    many, judged = (2_000, 1_000) if quick else (200_000, 20_000)
    heats = [_Heat(ours, many, judged), _Heat(whole, many // 20, judged // 10)]
    try:
        heats.append(_Heat(RapidFuzz(course.plates), 5 if quick else 20, 20 if quick else 100))
    except ImportError:
        tell("left out: rapidfuzz scan, its package is not installed (uv sync --group bench)")
    return heats


def _run(course: Course, heat: _Heat, rounds: int) -> list[Row]:
    name, contender = heat.contender.name, heat.contender
    rows = []
    for metric, share in ((TRAFFIC, 0.01), (LISTED, 1.0)):
        rates = [contender.rate(course.passing(heat.rated, share, seed)) for seed in range(rounds)]
        rows.append(Row.of(name, metric, "1/CPU-s", rates))
    exact = [(plate, plate) for plate in course.passing(heat.judged, 1.0, seed=77)]
    for metric, pairs in ((EXACT, exact), (CONFUSED, course.confused(heat.judged, seed=78))):
        rows.append(Row.of(name, metric, "%", [_found(contender, pairs)]))
    return rows


def _found(contender: Contender, pairs: Sequence[tuple[str, str]]) -> float:
    """Share, in per cent, of the pairs (listed, read) in which the reading finds the listed plate."""
    return 100 * sum(listed in contender.find(read) for listed, read in pairs) / len(pairs)


def _claims(rows: Sequence[Row]) -> list[Claim]:
    reach = Reach(rows)
    reach.at_least("look-ups a CPU second, 1 in 100 listed", reach.median("ours", TRAFFIC), 200_000)
    reach.at_least("look-ups a CPU second, all listed", reach.median("ours", LISTED), 200_000)
    reach.at_most("MB in memory", reach.median("ours", "list in memory"), 250)
    reach.at_least("% of exact plates found", reach.median("ours", EXACT), 100)
    reach.at_least("% of single confusions found", reach.median("ours", CONFUSED), 100)
    reach.at_least("times the rapidfuzz scan", reach.ratio("ours", "rapidfuzz scan", TRAFFIC), 1000)
    return reach.claims


def _resident_bytes() -> int:
    """Memory of this process as the system counts it; 0 where it does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:")), 0)
