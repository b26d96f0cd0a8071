"""Who takes part: those whose models, weights or packages are here. Who is left out, and why, is told in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from skynet.cli.bench.eyes import detector_contender
from skynet.cli.bench.eyes.detector_contender import DetectorContender, manifest_contender
from skynet.cli.bench.eyes.hyperlpr import FILES, HyperLpr
from skynet.cli.bench.eyes.our_plates import OurPlates
from skynet.cli.bench.eyes.plate_find import PlateContender
from skynet.cli.bench.eyes.rapidocr_plates import RapidOcr
from skynet.domain.errors import BadInputError
from skynet.vision import ModelStore
from skynet.vision.manifest import Task

DETECTORS = tuple(detector_contender.MODELS)
PLATE_READERS = (OurPlates.name, HyperLpr.name, RapidOcr.name)

Tell = Callable[[str], None]


def require_known(names: Sequence[str]) -> None:
    """Raises BadInputError when one of `names` is no contender."""
    known = (*DETECTORS, *PLATE_READERS)
    for name in names:
        if name not in known:
            raise BadInputError(f"--contender {name}: there is no such contender; choose from {', '.join(known)}")


def detectors_at_hand(store: ModelStore, wanted: Sequence[str], tell: Tell) -> list[DetectorContender]:
    """Raises ModelError when a model's file is not the one meant."""
    found = []
    for name in DETECTORS:
        if name not in wanted:
            continue
        contender = manifest_contender(name, store)
        if contender is None:
            tell(f"left out: {name}, its model {detector_contender.MODELS[name]} is not at hand")
        else:
            found.append(contender)
    return found


def plate_readers_at_hand(
    store: ModelStore, weights: Path, wanted: Sequence[str], own: tuple[Path | None, Path | None], tell: Tell
) -> list[PlateContender]:
    """`own` are files to take for our finder and reader in place of the manifest's. Raises ModelError when a model's
    file is not the one meant."""
    found: list[PlateContender] = []
    if OurPlates.name in wanted:
        finder, reader = own[0] or _of_task(store, "plate_finder"), own[1] or _of_task(store, "plate_reader")
        if finder and reader:
            found.append(OurPlates(finder, reader))
        else:
            tell(f"left out: {OurPlates.name}, {'its finder' if not finder else 'its reader'} is not at hand")
    if HyperLpr.name in wanted:
        missing = [name for name in FILES if not (weights / name).is_file()]
        if missing:
            tell(f"left out: {HyperLpr.name}, there is no {weights / missing[0]}")
        else:
            found.append(HyperLpr(weights))
    if RapidOcr.name in wanted:
        try:
            found.append(RapidOcr())
        except ImportError:
            tell(f"left out: {RapidOcr.name}, its package is not installed (uv sync --group bench)")
    return found


def _of_task(store: ModelStore, task: Task) -> Path | None:
    """The verified file of the first model of `task` that is at hand."""
    for name, entry in store.manifest.models.items():
        if entry.task == task and store.find(name) is not None:
            return store.path(name)
    return None
