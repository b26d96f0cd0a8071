"""Write a trained reader as ONNX with its calibration: `python -m plates.export_reader --checkpoint … --out …`.

Calibrated on fresh drawn samples (of another seed than the training's), on pieces of street without a plate, and on
the half of the real plates that was not trained on; a checkpoint polished on all real plates is calibrated with
`--honest`, the checkpoint before the polish.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from skynet.domain.plate_scores import PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS, Calibration

from .calibration_fit import fit_calibration, share_right
from .reader_net import PlateReaderNet
from .reader_sample import ReaderSample, SampleMaker
from .reader_score import read_views
from .real_crops import load_real_crops
from .typeface import GLYPH_FOLDER, Typeface
from .view import VIEW_HEIGHT, VIEW_WIDTH

OPSET = 17
DRAWN = 6000
_SEED = 987_654
_REAL_WEIGHT = 4.0


def load_network(checkpoint: Path) -> PlateReaderNet:
    """The averaged weights of a checkpoint, for reading."""
    network = PlateReaderNet()
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return network.eval()


def calibrate(network: nn.Module, data: Path, drawn: int = DRAWN) -> Calibration:
    """How far `network` can be believed, by `drawn` drawn samples and the held-out real plates."""
    maker = SampleMaker(_SEED, data / "street" / "val", Typeface(data / GLYPH_FOLDER))
    samples = [maker.make() for _ in range(drawn)]
    held_out = [crop for crop in load_real_crops(data / "plates") if not crop.training]
    views = [sample.image for sample in samples] + [crop.view() for crop in held_out]
    texts = [_text(sample) for sample in samples] + [crop.text for crop in held_out]
    reads = read_views(network, np.stack(views))
    log_p = np.array([one.log_p for one in reads], np.float64)
    right = np.array([one.text == text for one, text in zip(reads, texts, strict=True)])
    weight = np.concatenate([np.ones(len(samples)), np.full(len(held_out), _REAL_WEIGHT)])
    calibration = fit_calibration(log_p, right, weight)
    print(f"{right.mean():.1%} right, {share_right(log_p, right, weight, calibration):.2%} among the sure")
    return calibration


def export(network: nn.Module, calibration: Calibration, path: Path) -> None:
    """The file that `skynet.vision.plates.scorer` takes."""
    view = torch.zeros(1, 3, VIEW_HEIGHT, VIEW_WIDTH)
    free = {name: {0: "n"} for name in ("plate", "characters", "kinds")}
    torch.onnx.export(
        network,
        (view,),
        str(path),
        input_names=["plate"],
        output_names=["characters", "kinds"],
        dynamic_axes=free,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(path))
    told = {"scale": round(calibration.scale, 4), "offset": round(calibration.offset, 4)}
    metadata = {"alphabet": PLATE_ALPHABET, "kinds": ",".join(READ_KINDS), "calibration": json.dumps(told)}
    onnx.helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _text(sample: ReaderSample) -> str | None:
    if sample.kind < 0:
        return None
    return "".join(PLATE_ALPHABET[symbol] for symbol in sample.slots[:PLATE_SLOTS]).rstrip(PLATE_ALPHABET[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--honest", type=Path, help="checkpoint to calibrate with, if it is another")
    parser.add_argument("--data", type=Path, required=True, help="the shared data folder")
    parser.add_argument("--drawn", type=int, default=DRAWN, help="drawn samples to calibrate with")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    calibration = calibrate(load_network(arguments.honest or arguments.checkpoint), arguments.data, arguments.drawn)
    print(calibration)
    export(load_network(arguments.checkpoint), calibration, arguments.out)


if __name__ == "__main__":
    main()
