"""`skynet bench hotpath`."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import av
import typer
from rich.console import Console

from skynet.cli.bench.hotpath.contender import BY_NAME, CONTENDERS, Contender
from skynet.cli.bench.hotpath.plot import write_plot
from skynet.cli.bench.hotpath.race import Course, run_costs, run_sights
from skynet.cli.bench.hotpath.report import reach_of, rows_of
from skynet.cli.bench.result import Result, this_machine
from skynet.cli.bench.scenes.casting import Part
from skynet.cli.bench.scenes.condition import CONDITIONS
from skynet.cli.bench.scenes.encoding import ENCODINGS
from skynet.cli.bench.scenes.film import COST, Recipe, film, load_scenes, standard_folder
from skynet.cli.bench.scenes.truth import Truth
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore
from skynet.vision.create_detector import MOTION

_FAVOURED = "fastestdet-coco"
_QUICK_PARTS: tuple[Part, ...] = (("medium", "person", "pass"),)


def hotpath(
    video: Annotated[Path | None, typer.Argument(help="An MP4 in place of the rendered scenes; needs --truth.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Truth file of that MP4.")] = None,
    streams: Annotated[Path | None, typer.Option(help="Folder of rendered scenes; default: the user's cache.")] = None,
    encoding: Annotated[str, typer.Option(help="Of the main stream: cbr, vbr, smart or hevc.")] = "cbr",
    cost_scene: Annotated[str, typer.Option(help="The scene that cost is measured on.")] = COST,
    seconds: Annotated[float, typer.Option(min=4, max=3600, help="Of it in each round.")] = 71.0,
    only: Annotated[list[str] | None, typer.Option(help="A contender; repeatable.")] = None,
    source: Annotated[Literal["rtsp", "files"], typer.Option("--from", help="Where cost is measured.")] = "rtsp",
    rounds: Annotated[int, typer.Option(min=1, max=100)] = 5,
    sights: Annotated[bool, typer.Option(help="Measure what is seen as well.")] = True,
    detector: Annotated[str | None, typer.Option(help="Default: FastestDet if at hand, else motion.")] = None,
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run; proves nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the costs into this SVG file.")] = None,
) -> None:
    """What it costs to watch a camera and what is seen, beside the ways of others, in one run."""
    contenders = _contenders(only)
    name = detector or favoured(models_dir)
    tell = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="skynet-bench-") as scratch:
        if quick:
            course, rounds = _quick_course(Path(scratch), name, models_dir), 1
        else:
            folder, scenes = _scenes(video, truth, streams, encoding)
            chosen = next((scene for scene in scenes if scene.scene == cost_scene), scenes[0])
            length = min(seconds, chosen.seconds - 0.5)
            scored = tuple(scene for scene in scenes if scene.scene != COST)
            course = Course(folder, scored, chosen, encoding, length, source == "rtsp", name, models_dir)
        contenders = [one for one in contenders if one.stream == "main" or "sub" in course.cost_scene.files]
        costs = run_costs(course, contenders, rounds, tell)
        seen = run_sights(course, contenders, tell) if sights and course.scenes else {}
    rows = rows_of(costs, seen)
    machine = {**this_machine(), "detector": name, "encoding": course.encoding, "scene": course.cost_scene.scene}
    result = Result(machine=machine, rounds=rounds, rows=rows, reach=None if quick else reach_of(rows))
    result.show()
    if json:
        result.write(json)
    if plot:
        write_plot(plot, rows, f"CPU-ms per stream-second, {course.cost_scene.scene}, {course.encoding}")


def _contenders(only: list[str] | None) -> list[Contender]:
    for name in only or []:
        if name not in BY_NAME:
            raise BadInputError(f"--only {name}: there is no such contender; choose from {', '.join(BY_NAME)}")
    chosen = [one for one in CONTENDERS if not only or one.name in only]
    if shutil.which("ffmpeg") is None and (lost := [one.name for one in chosen if one.needs_ffmpeg]):
        Console(stderr=True).print(f"left out for want of the ffmpeg program (install ffmpeg): {', '.join(lost)}")
        chosen = [one for one in chosen if not one.needs_ffmpeg]
    return chosen


def favoured(models_dir: Path | None) -> str:
    return _FAVOURED if ModelStore.standard(models_dir).find(_FAVOURED) else MOTION


def _scenes(
    video: Path | None, truth: Path | None, streams: Path | None, encoding: str
) -> tuple[Path, tuple[Truth, ...]]:
    if video is not None:
        if truth is None:
            raise BadInputError(f"{video}: what happens in it is not known; name its truth file with --truth")
        return video.parent, (Truth.load(truth).model_copy(update={"files": {encoding: _video(video)}}),)
    folder = streams or standard_folder() / "score"
    scenes = tuple(scene for scene in load_scenes(folder) if encoding in scene.files)
    if not scenes:
        raise BadInputError(f"{folder}: there are no scenes in {encoding}; make them with 'skynet bench scenes'")
    return folder, scenes


def _video(path: Path) -> str:
    try:
        with av.open(str(path)):
            return path.name
    except (av.FFmpegError, OSError) as error:
        raise BadInputError(f"{path}: cannot be opened as video ({error.strerror}); name an MP4") from None


def _quick_course(scratch: Path, detector: str, models_dir: Path | None) -> Course:
    encodings = tuple(
        dataclasses.replace(one, width=min(one.width, 320)) for one in ENCODINGS if one.name in ("cbr", "sub")
    )
    recipe = Recipe(CONDITIONS[0], 5, encodings, seconds=20.0, width=640, height=360, parts=_QUICK_PARTS)
    truth = film(recipe, scratch)
    return Course(scratch, (), truth, "cbr", 2.0, False, detector, models_dir)
