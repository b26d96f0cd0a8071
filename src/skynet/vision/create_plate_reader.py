"""From the manifest to a plate reader: the one place that knows which models it is made of, and their adapters."""

from __future__ import annotations

from skynet.vision.manifest import Task
from skynet.vision.model_store import ModelStore
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.plates.finder import PlateFinder
from skynet.vision.plates.net_reader import MIN_CONFIDENCE, NO_PLATE, NetPlateReader
from skynet.vision.plates.scorer import PlateScorer

ADAPTERS: dict[Task, str] = {"plate_finder": "corner-cells", "plate_reader": "slots"}
"""The format that each task's adapter speaks, as manifest entries name it."""


def create_plate_reader(
    store: ModelStore, *, min_confidence: float | None = None, vehicles: bool = False
) -> NetPlateReader:
    """A reader made of the first finder and the first reader network of the manifest that are at hand, on the CPU:
    pictures come in all sizes, and providers that compile a graph for each would compile all day.

    `vehicles` says that its pictures are vehicles cut out of larger ones, whose reads will be voted on, not whole
    scenes. Reads less sure than `min_confidence` (default: by that) are left out. Raises ModelError when a
    model is missing, is not the one meant or has other shapes.
    """
    finder = create_plate_finder(_first(store, "plate_finder"), store, vehicles=vehicles)
    scorer = create_plate_scorer(_first(store, "plate_reader"), store)
    if min_confidence is None:
        min_confidence = NO_PLATE if vehicles else MIN_CONFIDENCE
    return NetPlateReader(finder, scorer, min_confidence=min_confidence)


def create_plate_finder(name: str, store: ModelStore, *, vehicles: bool = False) -> PlateFinder:
    """The plate finder of that name. Raises ModelError."""
    return PlateFinder(_session(name, store, "plate_finder"), vehicles=vehicles)


def create_plate_scorer(name: str, store: ModelStore) -> PlateScorer:
    """The plate reader's network of that name. Raises ModelError."""
    return PlateScorer(_session(name, store, "plate_reader"))


def _session(name: str, store: ModelStore, task: Task) -> OnnxSession:
    adapter = store.manifest.entry(name).adapter
    if adapter != ADAPTERS[task]:
        raise ModelError(
            f"{store.manifest_path}: models.{name}.adapter: '{adapter}' is unknown (known: {ADAPTERS[task]})"
        )
    return OnnxSession(store.path(name))


def _first(store: ModelStore, task: Task) -> str:
    names = [name for name, entry in store.manifest.models.items() if entry.task == task]
    if not names:
        raise ModelError(f"{store.manifest_path}: holds no model of the task '{task}'; plates cannot be read")
    return next((name for name in names if store.find(name)), names[0])
