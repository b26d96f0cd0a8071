"""Writes the finder as ONNX with free batch, height and width."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .network import PlateFinder

OPSET = 17


def export(network: PlateFinder, path: Path) -> None:
    """Write ``network`` to ``path``; a reader of the old file never sees half of the new one."""
    fresh = path.with_suffix(".new")
    free = {"image": {0: "n", 2: "height", 3: "width"}, "plates": {0: "n", 2: "rows", 3: "columns"}}
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, 384, 640),),
        str(fresh),
        input_names=["image"],
        output_names=["plates"],
        dynamic_axes=free,
        opset_version=OPSET,
        dynamo=False,
    )
    fresh.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    network = PlateFinder()
    network.load_state_dict(torch.load(options.checkpoint, weights_only=True)["average"])
    export(network, options.to)


if __name__ == "__main__":
    main()
