"""Render the demo cameras: four short clips with their ground truth, drawn from code and a seed.

Run `.tools/uv/bin/uv run --group samples scripts/make_sample_streams.py`. It needs EGL with Mesa and a
Chinese font (Debian: libegl1, libgl1-mesa-dri, fonts-noto-cjk).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

sys.path.insert(0, str(Path(__file__).parent))

from sample_scenes.car_park import car_park_scene
from sample_scenes.clip import render_clip
from sample_scenes.gl_stage import Stage
from sample_scenes.night_street import night_street_scene
from sample_scenes.road import road_scene
from sample_scenes.school_gate import school_gate_scene

SCENES = {
    "road": road_scene,
    "school_gate": school_gate_scene,
    "night_street": night_street_scene,
    "car_park": car_park_scene,
}


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", choices=SCENES, action="append", metavar="NAME", help=f"one of {', '.join(SCENES)}; repeatable"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "sample_streams", metavar="DIR")
    parser.add_argument("--seed", type=int, default=20260514)
    parser.add_argument(
        "--bake-passes", type=int, default=20, help="passes over the empty street: fewer is faster and rougher"
    )
    parser.add_argument(
        "--stills", type=float, nargs="+", metavar="SECONDS", help="write PNG stills at these times instead of a clip"
    )
    return parser.parse_args()


def main() -> None:
    """Render the chosen clips one after another."""
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        for number, (name, build) in enumerate(SCENES.items()):
            if options.only and name not in options.only:
                continue
            scene = build(np.random.default_rng([options.seed, number]))
            render_clip(Stage(), scene, options.out, options.seed, options.bake_passes, progress, options.stills)


if __name__ == "__main__":
    main()
