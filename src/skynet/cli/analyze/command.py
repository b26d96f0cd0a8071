"""The `skynet analyze` command: what may be asked, and one source after another."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from skynet.cli.analyze.report import JsonReport, Report, TextReport
from skynet.cli.analyze.run import AnalysisRun, Wishes
from skynet.domain import Clock, RuleSet, SystemClock
from skynet.domain.errors import BadInputError
from skynet.edge import load_rules
from skynet.media import Source, SourceError, StreamInfo, open_source
from skynet.media.rtsp_source import Transport
from skynet.vision import ModelStore, PlateReader, create_detector, create_plate_reader

_YEARS = (1970, 2200)


def analyze(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="MP4, AVI or MKV files, or rtsp:// addresses.")
    ],
    rules: Annotated[Path | None, typer.Option(help="YAML with zones, lines and rules.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else.")] = False,
    frames: Annotated[bool, typer.Option("--frames", help="With --json: a line for every analysed frame.")] = False,
    every_frame: Annotated[bool, typer.Option("--every-frame", help="Analyse all frames, not --fps of them.")] = False,
    fps: Annotated[float, typer.Option(min=0.1, max=120, help="Frames to analyse a second.")] = 5.0,
    annotate: Annotated[
        Path | None, typer.Option(metavar="OUT.mp4", help="Write the picture with what was seen.")
    ] = None,
    detector: Annotated[str, typer.Option(help="A model of the manifest, `motion`, or `auto`.")] = "auto",
    models_dir: Annotated[Path | None, typer.Option(help="Where model files are looked for first.")] = None,
    plates: Annotated[bool, typer.Option(help="Read number plates.")] = True,
    start_time: Annotated[
        str | None, typer.Option(metavar="ISO", help="When a file was recorded, e.g. 2026-03-02T22:05:00+08:00.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="Stop after so many seconds of each source.")] = None,
    transport: Annotated[Transport, typer.Option(help="RTSP over tcp, udp, or auto.")] = "auto",
) -> None:
    """Analyse videos and streams once: tracks, plates and alerts on stdout, progress on stderr."""
    if annotate and len(sources) > 1:
        raise BadInputError("--annotate takes one source at a time")
    if frames and not json_:
        raise BadInputError("--frames needs --json")
    if annotate and _is_same_file(annotate, sources[0]):
        raise BadInputError(f"--annotate {annotate}: this is the source itself; name another file")
    begin = _posix(start_time)
    store = ModelStore.standard(models_dir)
    session = _Session(
        wishes=Wishes(load_rules(rules) if rules else RuleSet(), 0.0 if every_frame else fps, annotate, seconds),
        report=JsonReport(sys.stdout, frames) if json_ else TextReport(sys.stdout),
        store=store,
        detector=detector,
        plates=create_plate_reader(store, vehicles=True) if plates else None,
        clock=SystemClock(),
    )
    problems: list[str] = []
    with _signals() as stopped:
        for address in sources:
            if stopped():
                break
            try:
                source = open_source(address, clock=session.clock, transport=transport, start_time=begin)
            except BadInputError as error:
                problems.append(str(error))
                continue
            with closing(source):
                session.analyse(source, stopped, problems)
    if problems:
        raise BadInputError("\nskynet: ".join(problems))


@dataclass(frozen=True, slots=True)
class _Session:
    """What all sources of one command share."""

    wishes: Wishes
    report: Report
    store: ModelStore
    detector: str
    plates: PlateReader | None
    clock: Clock

    def analyse(self, source: Source, stopped: Callable[[], bool], problems: list[str]) -> None:
        """Analyse one source. Where it cannot be opened or ends too early, `problems` grows by one line."""
        try:
            info = source.open()
        except SourceError as error:
            problems.append(f"{source.name}: {error.detail}")
            return
        run = AnalysisRun(
            source,
            info,
            detector=create_detector(self.detector, self.store),
            plates=self.plates,
            wishes=self.wishes,
            report=self.report,
            clock=self.clock,
        )
        with _progress(source.name, info, self.wishes.seconds) as progress:
            summary = run.run(stopped, progress)
        if summary.problem:
            problems.append(f"{source.name}: {summary.problem}")


def _is_same_file(path: Path, address: str) -> bool:
    try:
        return path.samefile(address)
    except (OSError, ValueError):  # one of them is not there or may not be seen: opening it will tell
        return False


def _posix(start_time: str | None) -> float | None:
    if start_time is None:
        return None
    try:
        moment = datetime.fromisoformat(start_time)
    except ValueError:
        raise BadInputError(
            f"--start-time: '{start_time}' is no ISO date and time, e.g. 2026-03-02T22:05:00+08:00"
        ) from None
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise BadInputError(
            f"--start-time: {moment.year} is no year of a recording; expected {_YEARS[0]} to {_YEARS[1]}"
        )
    return (moment if moment.tzinfo else moment.astimezone()).timestamp()


@contextmanager
def _progress(name: str, info: StreamInfo, seconds: float | None) -> Iterator[Callable[[float], None]]:
    """A bar on stderr, where that is a terminal; told the seconds that are done."""
    total = min(filter(None, (info.duration_s, seconds)), default=None)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(Path(name).name, total=total)
        yield lambda done_s: bar.update(task, completed=done_s)


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM end the analysis in good order: what was seen is still summed up."""
    stopped = Event()
    before = {
        sign: signal.signal(sign, lambda _signal, _frame: stopped.set()) for sign in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped.is_set
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
