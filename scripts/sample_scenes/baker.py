"""The street without its traffic, lit once and well: soft sun, sky light with occlusion, many shifted passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import moderngl
import numpy as np
import numpy.typing as npt

from .camera_view import CameraView
from .gl_stage import Batch, Stage
from .lighting import Lighting, sun_matrix

SHADOW_SIZE = 3072


@dataclass
class BakedStreet:
    """Textures of the lit street (bottom row first) and the sun's view of it."""

    sun: moderngl.Texture
    ambient: moderngl.Texture
    place: moderngl.Texture
    facing: moderngl.Texture
    tone: moderngl.Texture
    depth: moderngl.Texture
    shadow: moderngl.Texture
    shadow_matrix: npt.NDArray[np.float32]


def draw_shadow(
    stage: Stage, target: moderngl.Framebuffer, matrix: npt.NDArray[np.float32], batches: list[Batch]
) -> None:
    """Fill a shadow map with the street's casters."""
    target.use()
    target.clear(depth=1.0)
    stage.ctx.enable_only(moderngl.DEPTH_TEST)
    stage.set("depth", view_projection=matrix)
    for batch in batches:
        if batch.casts:
            stage.draw(batch, "depth")


def _directions(passes: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Stratified directions of the upper hemisphere, (passes, 3)."""
    z = (np.arange(passes) + 0.5) / passes * 0.97 + 0.03
    angle = np.arange(passes) * 2.399963 + rng.uniform(0, 6.28)
    flat = np.sqrt(1 - z**2)
    return np.stack([flat * np.cos(angle), flat * np.sin(angle), z], axis=1)


def bake(
    stage: Stage,
    camera: CameraView,
    lighting: Lighting,
    batches: list[Batch],
    shadow_centre: tuple[float, float, float],
    shadow_half: float,
    detail: moderngl.Texture,
    passes: int,
    rng: np.random.Generator,
    progress: Callable[[], None],
) -> BakedStreet:
    """Render the street `passes` times with shifted pixels, sun and sky, and average."""
    size = (camera.width, camera.height)
    ctx = stage.ctx
    sun_target, sun_depth = stage.shadow_map(SHADOW_SIZE)
    sky_target, sky_depth = stage.shadow_map(SHADOW_SIZE // 2)
    parts = [ctx.texture(size, 4, dtype="f4") for _ in range(2)]
    target = ctx.framebuffer(parts, ctx.depth_renderbuffer(size))
    sums = [np.zeros((size[1], size[0], 4), dtype=np.float32) for _ in range(2)]
    towards = np.asarray(lighting.sun_towards, dtype=float)
    towards /= np.linalg.norm(towards)
    for direction in _directions(passes, rng):
        sun_now = towards + rng.normal(0, lighting.sun_spread, 3)
        to_sun = sun_matrix(sun_now, shadow_centre, shadow_half)
        to_sky = sun_matrix(direction, shadow_centre, shadow_half)
        draw_shadow(stage, sun_target, to_sun, batches)
        draw_shadow(stage, sky_target, to_sky, batches)
        jitter = (float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.5, 0.5)))
        target.use()
        horizon = lighting.horizon_colour
        target.clear(0, 0, 0, 0)
        ctx.enable_only(moderngl.DEPTH_TEST)
        _set_street(stage, "bake", camera, lighting, jitter, detail, sun_depth, to_sun)
        sky_depth.use(4)
        stage.set("bake", sky_shadow=4, sky_light=to_sky, sky_towards=direction.astype(np.float32))
        for batch in batches:
            stage.draw(batch, "bake")
        for total, part in zip(sums, parts, strict=True):
            values = np.frombuffer(part.read(), dtype=np.float32).reshape(total.shape).copy()
            empty = values[..., 3] < 0.5
            if part is parts[1]:
                values[empty, :3] = horizon
            total += values
        progress()
    to_sun = sun_matrix(towards, shadow_centre, shadow_half)
    draw_shadow(stage, sun_target, to_sun, batches)
    geometry = _geometry(stage, camera, lighting, batches, detail, sun_depth, to_sun)
    sun, ambient = (stage.float_texture(total / passes, "f2") for total in sums)
    return BakedStreet(sun, ambient, *geometry, sun_depth, to_sun)


def _set_street(
    stage: Stage,
    program: str,
    camera: CameraView,
    lighting: Lighting,
    jitter: tuple[float, float],
    detail: moderngl.Texture,
    sun_depth: moderngl.Texture,
    to_sun: npt.NDArray[np.float32],
) -> None:
    stage.set_light(program, lighting, camera.position, [])
    detail.use(2)
    sun_depth.use(3)
    stage.set(program, view_projection=camera.view_projection(jitter), detail_map=2, static_shadow=3, static_sun=to_sun)
    stage.set(program, head_glow=lighting.head_glow, tail_glow=lighting.tail_glow, colour_gain=1.0)


def _geometry(
    stage: Stage,
    camera: CameraView,
    lighting: Lighting,
    batches: list[Batch],
    detail: moderngl.Texture,
    sun_depth: moderngl.Texture,
    to_sun: npt.NDArray[np.float32],
) -> tuple[moderngl.Texture, moderngl.Texture, moderngl.Texture, moderngl.Texture]:
    """Place, facing, albedo and depth of every pixel."""
    size = (camera.width, camera.height)
    textures = [stage.ctx.texture(size, 4, dtype=dtype) for dtype in ("f4", "f2", "f2")]
    depth = stage.ctx.depth_texture(size)
    depth.compare_func = ""
    depth.filter = (moderngl.NEAREST, moderngl.NEAREST)
    target = stage.ctx.framebuffer(textures, depth)
    target.use()
    target.clear(0, 0, 0, 0, depth=1.0)
    stage.ctx.enable_only(moderngl.DEPTH_TEST)
    _set_street(stage, "geometry", camera, lighting, (0.0, 0.0), detail, sun_depth, to_sun)
    for batch in batches:
        stage.draw(batch, "geometry")
    for texture in textures:
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return textures[0], textures[1], textures[2], depth
