"""`skynet detect IMAGE…`: objects in still pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from skynet.cli.images import for_each_image
from skynet.domain.detections import Detection
from skynet.vision import ModelError, ModelStore, StillImage, choose_detector, create_detector


def detect(
    images: Annotated[list[Path], typer.Argument(help="Picture files.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a picture.")] = False,
    detector: Annotated[str, typer.Option(help="A model of the manifest, or auto.")] = "auto",
    models_dir: Annotated[Path | None, typer.Option(help="Folder to look for model files in first.")] = None,
    min_score: Annotated[float | None, typer.Option(min=0, max=1, help="Default: the model's own threshold.")] = None,
) -> None:
    """Find people and vehicles in pictures."""
    store = ModelStore.standard(models_dir)
    name = detector
    if detector == "auto":
        choice = choose_detector(store)
        name = choice.name
        typer.echo(f"detector: {choice.name} ({choice.reason})", err=True)
    if name == "motion":
        known = ", ".join(store.manifest.models)
        raise ModelError(f"'motion' sees what moves, not what is in one picture; a detector model is needed ({known})")
    chosen = create_detector(name, store)
    least = chosen.trusted_score if min_score is None else min_score

    def show(path: Path, image: StillImage) -> None:
        found = [item for item in chosen.detect(image) if item.score >= least]
        if as_json:
            typer.echo(
                json.dumps({"source": str(path), "detections": [_row(item) for item in found]}, ensure_ascii=False)
            )
            return
        typer.echo(f"{path}: {len(found)} objects" if found else f"{path}: nothing found")
        for item in found:
            box = item.box
            typer.echo(
                f"  {item.label.value:<10} {item.score:.2f}  at {box.x:.0f},{box.y:.0f} "
                f"size {box.width:.0f}×{box.height:.0f}"
            )

    for_each_image(images, show)


def _row(item: Detection) -> dict[str, object]:
    box = [round(side, 1) for side in (item.box.x, item.box.y, item.box.width, item.box.height)]
    return {"label": item.label.value, "score": round(item.score, 3), "box": box}
