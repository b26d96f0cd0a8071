"""Measure an exported reader: `python -m plates.measure_reader --model … --data … --out DIR`.

Real plates of the half that was not trained on (by set, kind and province), drawn plates of every kind, pictures that
are no plate, and processor time beside LPRNet in the same run. Writes `reader.json` and a picture `reader-cases.png`
of drawn plates, read right and wrong.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from skynet.domain.plate_decoder import DecodedPlate, decode_plate
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, READ_KINDS, Calibration, PlateScores

from .backdrop import Backdrops
from .calibration_fit import TOLD
from .case_sheet import case_sheet
from .reader_sample import SampleMaker
from .real_crops import RealCrop, load_real_crops
from .typeface import GLYPH_FOLDER, Typeface
from .view import VIEW_HEIGHT, VIEW_WIDTH

Picture = NDArray[np.uint8]

_SEED = 24_680
_BATCH = 64
_TIMED = 200
LPRNET = Path("weights") / "plate_LPRNet_sirius_converted.onnx"


class ExportedReader:
    """An ONNX reader on one thread."""

    def __init__(self, path: Path) -> None:
        self.session = _session(path)
        told = json.loads(self.session.get_modelmeta().custom_metadata_map["calibration"])
        self.calibration = Calibration(told["scale"], told["offset"])

    def read(self, views: Sequence[Picture]) -> list[DecodedPlate]:
        """The likeliest plate of each view, uint8 (48, 144, 3) BGR."""
        reads: list[DecodedPlate] = []
        for start in range(0, len(views), _BATCH):
            batch = np.stack(views[start : start + _BATCH]).transpose(0, 3, 1, 2).astype(np.float32)
            logits = self.session.run(None, {"plate": batch})
            reads += [decode_plate(PlateScores.of_logits(*one, self.calibration)) for one in zip(*logits, strict=True)]
        return reads


def measure_real(reader: ExportedReader, crops: Sequence[RealCrop]) -> dict[str, Any]:
    """Shares of plates read exactly, and without the province; how many of the sure ones are right."""
    reads = reader.read([crop.view() for crop in crops])
    groups: dict[str, list[tuple[RealCrop, DecodedPlate]]] = defaultdict(list)
    for crop, one in zip(crops, reads, strict=True):
        for group in (crop.source, f"kind {crop.kind}", f"province {crop.text[0]}"):
            groups[group].append((crop, one))
    return {name: _shares([(crop.text, one) for crop, one in group]) for name, group in sorted(groups.items())}


def measure_drawn(reader: ExportedReader, maker: SampleMaker, count: int, sheet: Path) -> dict[str, Any]:
    """The same of `count` drawn plates of each kind, as spoilt as those of the training."""
    result = {}
    pictures: list[tuple[Picture, str, DecodedPlate]] = []
    for kind in READ_KINDS:
        samples = [maker.make(kind) for _ in range(count)]
        texts = ["".join(PLATE_ALPHABET[slot] for slot in one.slots).rstrip(NO_CHARACTER) for one in samples]
        reads = reader.read([one.image for one in samples])
        result[kind.value] = _shares(list(zip(texts, reads, strict=True)))
        pictures += [(one.image, text, read) for one, text, read in zip(samples, texts, reads, strict=True)]
    cv2.imwrite(str(sheet), case_sheet(pictures))
    return result


def measure_nothing(reader: ExportedReader, street: Path, count: int) -> dict[str, float]:
    """How sure the reader is of pieces of street and of signs, which are no plates."""
    rng = np.random.default_rng(_SEED)
    backdrops = Backdrops(rng, street)
    views = [backdrops.patch(rng, VIEW_WIDTH, VIEW_HEIGHT) for _ in range(count)]
    views += [backdrops.writing(rng, VIEW_WIDTH, VIEW_HEIGHT) for _ in range(count)]
    told = np.array([one.confidence for one in reader.read(views)])
    return {"views": float(len(told)), "greatest_confidence": float(told.max()), "sure": float((told >= TOLD).sum())}


def measure_time(reader: ExportedReader, lprnet: Path) -> dict[str, float]:
    """Milliseconds of processor time for one plate, the median of many, the two readers taking turns."""
    other = _session(lprnet)
    plate = np.full((1, 3, VIEW_HEIGHT, VIEW_WIDTH), 90, np.float32)
    crop = np.zeros((1, 3, 24, 94), np.float32)
    name = other.get_inputs()[0].name
    runs: dict[str, Callable[[], Any]] = {
        "plate_reader_cpu_ms": lambda: reader.session.run(None, {"plate": plate}),
        "lprnet_cpu_ms": lambda: other.run(None, {name: crop}),
    }
    spent: dict[str, list[float]] = {run: [] for run in runs}
    for _ in range(_TIMED):
        for run, call in runs.items():
            start = time.process_time()
            call()
            spent[run].append(time.process_time() - start)
    return {run: round(1000 * float(np.median(values)), 3) for run, values in spent.items()}


def _shares(pairs: Sequence[tuple[str, DecodedPlate]]) -> dict[str, float]:
    right = np.array([text == one.text for text, one in pairs])
    tail = np.array([text[1:] == one.text[1:] for text, one in pairs])
    sure = np.array([one.confidence >= TOLD for _, one in pairs])
    return {
        "plates": len(pairs),
        "exact": round(float(right.mean()), 4),
        "without_province": round(float(tail.mean()), 4),
        "sure": int(sure.sum()),
        "sure_and_wrong": int((sure & ~right).sum()),
    }


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the shared data folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--drawn", type=int, default=100, help="drawn plates of each kind")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    reader, street = ExportedReader(arguments.model), arguments.data / "street" / "val"
    maker = SampleMaker(_SEED, street, Typeface(arguments.data / GLYPH_FOLDER))
    held_out = [crop for crop in load_real_crops(arguments.data / "plates") if not crop.training]
    result = {
        "real_held_out": measure_real(reader, held_out),
        "drawn": measure_drawn(reader, maker, arguments.drawn, arguments.out / "reader-cases.png"),
        "no_plate": measure_nothing(reader, street, 1000),
        "time": measure_time(reader, arguments.data / LPRNET),
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (arguments.out / "reader.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
