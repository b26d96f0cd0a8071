"""From a scene to its files: bake the street, draw the frames, write the clip and its truth."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
from PIL import Image
from rich.progress import Progress

from .baker import bake
from .camera_look import Overlay, Sensor
from .encode import ClipWriter
from .gl_stage import Batch, Stage
from .ground_art import detail_tile
from .renderer import FrameRenderer
from .scene import Scene
from .truth import TruthRecorder
from .wardrobe import Wardrobe

PRESET = "slow"


def upload_props(stage: Stage, scene: Scene) -> list[Batch]:
    """Put the street's meshes and textures on the card."""
    batches = []
    for prop in scene.props:
        albedo = None if prop.albedo is None else stage.texture(prop.albedo, 16, prop.repeat)
        mask = None if prop.mask is None else stage.texture(prop.mask, 16, prop.repeat)
        batches.append(stage.batch(prop.mesh, albedo, mask, cutout=prop.cutout, detail=prop.detail, casts=prop.casts))
    return batches


def _renderer(stage: Stage, scene: Scene, seed: int, passes: int, progress: Progress) -> FrameRenderer:
    """Bake the street and prepare the frames."""
    rng = np.random.default_rng([seed, 99])
    wardrobe = Wardrobe(stage, scene.actors)
    batches = upload_props(stage, scene)
    for actor in scene.actors:
        pose = actor.pose(0.0) if actor.route.parked else None
        batches += [wardrobe.placed(piece) for piece in actor.pieces(0.0, pose)] if pose else []
    detail: moderngl.Texture = stage.texture(detail_tile(rng), 8, repeat=True)
    task = progress.add_task(f"{scene.name} street", total=passes)
    street = bake(
        stage,
        scene.camera,
        scene.lighting,
        batches,
        scene.shadow_centre,
        scene.shadow_half,
        detail,
        passes,
        rng,
        lambda: progress.advance(task),
    )
    return FrameRenderer(
        stage,
        scene.camera,
        scene.lighting,
        street,
        scene.actors,
        scene.shadow_centre,
        scene.shadow_half,
        detail,
        wardrobe,
    )


def render_clip(
    stage: Stage,
    scene: Scene,
    folder: Path,
    seed: int,
    passes: int,
    progress: Progress,
    stills: list[float] | None = None,
) -> None:
    """Write NAME.mp4 and NAME.json into `folder`; with `stills`, only PNG pictures at those seconds."""
    size = (scene.camera.width, scene.camera.height)
    renderer = _renderer(stage, scene, seed, passes, progress)
    sensor = Sensor(size, scene.look, np.random.default_rng([seed, 98]))
    overlay = Overlay(scene.camera_name, scene.start, size, scene.name_above, scene.lettering)
    if stills:
        for t in stills:
            picture = sensor.expose(renderer.frame(t, renderer.present(t)))
            overlay.burn(picture, t)
            Image.fromarray(picture).save(folder / f"{scene.name}-{t:05.2f}.png")
        return
    frames = round(scene.seconds * scene.fps)
    truth = TruthRecorder(scene, frames, seed)
    task = progress.add_task(f"{scene.name} frames", total=frames)
    with ClipWriter(folder / f"{scene.name}.mp4", size, scene.fps, scene.bit_rate, PRESET) as writer:
        for index in range(frames):
            t = index / scene.fps
            present = renderer.present(t)
            picture = sensor.expose(renderer.frame(t, present))
            overlay.burn(picture, t)
            writer.write(picture)
            truth.record(index, t, present, renderer.visible_shares())
            progress.advance(task)
    truth.write(folder / f"{scene.name}.json")
