"""Scenes as files: each rendered once, encoded in all wanted ways in the same pass, and kept for the next run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import platformdirs

from skynet.cli.bench.scenes.casting import FIRST_S, PARTS, Part
from skynet.cli.bench.scenes.condition import CONDITIONS, Condition
from skynet.cli.bench.scenes.encoding import ENCODINGS, EncodedFile, Encoding
from skynet.cli.bench.scenes.scene import Scene
from skynet.cli.bench.scenes.truth import Observer, Truth

Half = Literal["tune", "score"]
SEEDS: dict[Half, int] = {"tune": 20261124, "score": 71}
EDITION = 1
"""Counted up when scenes look different, so that no old file is taken for a new one."""
COST = "cost"
COST_PARTS: tuple[Part, ...] = (
    ("medium", "person", "pass"),
    ("small", "person", "pass"),
    ("medium", "bicycle", "pass"),
    ("large", "car", "fast"),
    ("large", "person", "pass"),
)
_COSTLY = frozenset({"hevc"})
_COSTLY_IN = frozenset({"day", "night", "rain"})


@dataclass(frozen=True)
class Recipe:
    """How a scene is made. The default is the benchmark's; tests make smaller ones."""

    condition: Condition
    seed: int
    encodings: tuple[Encoding, ...]
    seconds: float = 160.0
    fps: int = 25
    width: int = 1920
    height: int = 1080
    parts: tuple[Part, ...] = PARTS
    first_s: float = FIRST_S


def standard_folder() -> Path:
    return platformdirs.user_cache_path("skynet") / "bench" / f"scenes-{EDITION}"


def standard_recipes(half: Half) -> list[Recipe]:
    """All conditions in all encodings; H.265, which costs as much as all others together, for three of them."""
    recipes = []
    for condition in CONDITIONS:
        wanted = [one for one in ENCODINGS if one.name not in _COSTLY or condition.name in _COSTLY_IN]
        recipes.append(Recipe(condition, SEEDS[half], tuple(wanted)))
    return recipes


def cost_recipe(half: Half) -> Recipe:
    """A street by day, empty for 36 s and then full: what idle and busy cost is measured on it. It is not scored."""
    return Recipe(Condition(COST, sigma=1.5), SEEDS[half], ENCODINGS, seconds=72.0, parts=COST_PARTS, first_s=36.0)


def film(recipe: Recipe, folder: Path, tell: Callable[[int, int], None] = lambda done, of: None) -> Truth:
    """Make what is missing of `recipe` in `folder` and give its truth. `tell` hears of pictures done and to do."""
    name = recipe.condition.name
    kept = _kept(recipe, folder)
    missing = [one for one in recipe.encodings if kept is None or one.name not in kept.files]
    if kept is not None and not missing:
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    scene = Scene(
        recipe.condition,
        recipe.seed,
        recipe.parts,
        recipe.seconds,
        recipe.fps,
        recipe.width,
        recipe.height,
        recipe.first_s,
    )
    files = {one.name: f"{name}.{one.name}.mp4" for one in missing}
    observer = Observer(scene.roles, recipe.fps)
    with ExitStack() as stack:
        writers = [
            EncodedFile(folder / files[one.name], one, recipe.width, recipe.height, recipe.fps) for one in missing
        ]
        for index in range(scene.pictures):
            planes, seen = scene.picture(index)
            observer.note(index, seen)
            for writer in writers:
                writer.write(planes, index)
            tell(index + 1, scene.pictures)
        for writer in writers:
            stack.callback(writer.close)
    truth = Truth(
        scene=name,
        seed=recipe.seed,
        seconds=recipe.seconds,
        fps=recipe.fps,
        width=recipe.width,
        height=recipe.height,
        events=observer.events(),
        files={**(kept.files if kept else {}), **files},
    )
    part = folder / f"{name}.json.part"
    part.write_text(truth.model_dump_json(indent=1), encoding="utf-8")
    part.replace(folder / f"{name}.json")
    return truth


def load_scenes(folder: Path, only: Sequence[str] = ()) -> list[Truth]:
    """The truths of all scenes in `folder`, or of those named. Raises BadInputError for a file that is none."""
    return [Truth.load(path) for path in sorted(folder.glob("*.json")) if not only or path.stem in only]


def _kept(recipe: Recipe, folder: Path) -> Truth | None:
    path = folder / f"{recipe.condition.name}.json"
    if not path.is_file():
        return None
    truth = Truth.load(path)
    asked = (recipe.seed, recipe.seconds, recipe.fps, recipe.width, recipe.height)
    if (truth.seed, truth.seconds, truth.fps, truth.width, truth.height) != asked:
        return None
    return truth.model_copy(
        update={"files": {name: file for name, file in truth.files.items() if (folder / file).is_file()}}
    )
