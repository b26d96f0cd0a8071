"""Our finder beside HyperLPR's on the scoring half of the photographs, on plate-free street pictures, and in CPU time.

`python -m finder.compare --data DATA --model models/plate-finder.onnx`
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .decode import Found, overlap
from .real_scenes import for_training, real_scenes
from .scene import Picture
from .score import found_in, score

Find = Callable[[Picture], list[Found]]

RIVAL = "weights/plate_hyperlpr_y5fu_640x_sim.onnx"
RIVAL_SIDE = 640
ROUNDS = 7


def session(model: Path) -> onnxruntime.InferenceSession:
    """A session on one core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def ours(model: Path, threshold: float) -> Find:
    """This project's finder."""
    run = session(model)

    def finder(image: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(run.run(None, {"image": image})[0], np.float32)

    return lambda picture: found_in(finder, picture, threshold=threshold)


def rival(model: Path, threshold: float) -> Find:
    """HyperLPR's finder: RGB 0–1 letterboxed to 640 × 640, rows of box, objectness, four corners, one or two rows."""
    run = session(model)
    name = run.get_inputs()[0].name

    def find(picture: Picture) -> list[Found]:
        scale = RIVAL_SIDE / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        canvas = np.zeros((RIVAL_SIDE, RIVAL_SIDE, 3), np.float32)
        canvas[: small.shape[0], : small.shape[1]] = small[..., ::-1] / np.float32(255)
        rows = run.run(None, {name: np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])})[0][0]
        scores = rows[:, 4] * rows[:, 13:15].max(1)
        kept: list[Found] = []
        for at in np.argsort(-scores):
            if scores[at] < threshold:
                break
            corners = (rows[at, 5:13].reshape(4, 2) / scale).astype(np.float32)
            if all(overlap(corners, other.corners) < 0.3 for other in kept):
                kept.append(Found(corners, float(scores[at]), bool(rows[at, 14] > rows[at, 13])))
        return kept

    return find


def false_finds(find: Find, folder: Path, pictures: int) -> float:
    """Finds a picture on the first street pictures of the validation split, which show no Chinese plate."""
    chosen = sorted(folder.glob("*.jpg"))[:: max(1, len(list(folder.glob("*.jpg"))) // pictures)][:pictures]
    return sum(len(find(np.asarray(cv2.imread(str(path)), np.uint8))) for path in chosen) / len(chosen)


def cpu_ms(find: Find, picture: Picture) -> float:
    """Median CPU milliseconds of finding in one picture, scaling and decoding included."""
    find(picture)
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        find(picture)
        times.append(1000 * (time.process_time() - start))
    return float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.3)
    parser.add_argument("--street-pictures", type=int, default=150)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    scenes = list(real_scenes(options.data, lambda name: not for_training(name)).values())
    frame = np.asarray(cv2.resize(scenes[0].picture, (1920, 1152)), np.uint8)
    for name, find in (
        ("ours", ours(options.model, options.threshold)),
        ("HyperLPR", rival(options.data / RIVAL, 0.4)),
    ):
        street = false_finds(find, options.data / "street/val", options.street_pictures)
        print(f"{name}: {score(find, scenes)}; {street:.2f} finds a street picture; {cpu_ms(find, frame):.1f} CPU-ms")


if __name__ == "__main__":
    main()
