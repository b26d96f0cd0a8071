"""From the manifest to a plate reader: the one place that knows which models it is made of."""

from __future__ import annotations

from skynet.vision.manifest import Task
from skynet.vision.model_store import ModelStore
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.plates.finder import PlateFinder
from skynet.vision.plates.net_reader import MIN_CONFIDENCE, NetPlateReader
from skynet.vision.plates.scorer import PlateScorer


def create_plate_reader(
    store: ModelStore, *, provider: str = "cpu", min_confidence: float = MIN_CONFIDENCE, vehicles: bool = False
) -> NetPlateReader:
    """A reader made of the first finder and the first reader network of the manifest that are at hand.

    `vehicles` says that its pictures are vehicles cut out of larger ones, not whole scenes. Raises ModelError when a
    model is missing, is not the one meant or has other shapes.
    """
    finder = OnnxSession(store.path(_first(store, "plate_finder")), provider=provider)
    scorer = OnnxSession(store.path(_first(store, "plate_reader")), provider=provider)
    return NetPlateReader(
        PlateFinder(finder, close_look=not vehicles), PlateScorer(scorer), min_confidence=min_confidence
    )


def _first(store: ModelStore, task: Task) -> str:
    names = [name for name, entry in store.manifest.models.items() if entry.task == task]
    if not names:
        raise ModelError(f"{store.manifest_path}: holds no model of the task '{task}'; plates cannot be read")
    return next((name for name in names if store.find(name)), names[0])
