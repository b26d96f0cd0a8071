#!/usr/bin/env python3
"""Writes a trained street detector as `street-nano.onnx`, in the layout that `skynet.vision.yolox` reads.

    .venv-train/bin/python scripts/train/export_detector.py --weights runs/detector/street-nano.pt \\
        --onnx models/street-nano.onnx
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
import torch
from street.network import CLASSES, Exported, StreetNet

OPSET = 17


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="street-nano.pt, or a checkpoint.pt of a run")
    parser.add_argument("--onnx", type=Path, required=True)
    args = parser.parse_args()
    state = torch.load(args.weights, weights_only=True)
    network = StreetNet()
    network.load_state_dict(state.get("averaged", state))
    torch.onnx.export(
        Exported(network.eval()).eval(),
        (torch.zeros(1, 3, 416, 416),),
        str(args.onnx),
        dynamo=False,
        opset_version=OPSET,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": {0: "n", 2: "height", 3: "width"}, "output": {0: "n", 1: "cells"}},
    )
    model = onnx.load(str(args.onnx))
    onnx.helper.set_model_props(model, {"classes": ",".join(CLASSES), "licence": "Apache-2.0"})
    onnx.save(model, str(args.onnx))
    print(f"{args.onnx}: {args.onnx.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
