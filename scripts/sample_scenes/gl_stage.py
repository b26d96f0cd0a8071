"""A software or hardware OpenGL context without a window, its programs, and meshes uploaded to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import moderngl
import numpy as np
import numpy.typing as npt

from . import shaders
from .lighting import HeadLight, Lighting
from .mesh import Mesh

LAYOUT = "3f 3f 2f 3f 1f 1f"
NAMES = ("in_position", "in_normal", "in_uv", "in_colour", "in_gloss", "in_glow")
MESH_PROGRAMS = {
    "depth": shaders.DEPTH_FRAGMENT,
    "identity": shaders.ID_FRAGMENT,
    "bake": shaders.BAKE_FRAGMENT,
    "geometry": shaders.GEOMETRY_FRAGMENT,
    "actor": shaders.ACTOR_FRAGMENT,
    "contact": shaders.CONTACT_FRAGMENT,
}
SCREEN_PROGRAMS = {
    "street": shaders.STREET_FRAGMENT,
    "depth_copy": shaders.DEPTH_COPY_FRAGMENT,
    "copy": shaders.COPY_FRAGMENT,
    "resolve": shaders.RESOLVE_FRAGMENT,
    "bright": shaders.BRIGHT_FRAGMENT,
    "blur": shaders.BLUR_FRAGMENT,
    "develop": shaders.DEVELOP_FRAGMENT,
}
SCREEN_TRIANGLE = np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32)


@dataclass
class Batch:
    """A mesh on the card with its textures and how it is drawn."""

    vertices: moderngl.Buffer
    indices: moderngl.Buffer
    albedo: moderngl.Texture
    mask: moderngl.Texture
    cutout: bool = False
    detail: float = 0.0
    casts: bool = True
    arrays: dict[str, moderngl.VertexArray] = field(default_factory=dict)

    def release(self) -> None:
        """Free the mesh (textures stay)."""
        for array in self.arrays.values():
            array.release()
        self.vertices.release()
        self.indices.release()


class Stage:
    """The context and everything that lives in it."""

    def __init__(self) -> None:
        self.ctx = moderngl.create_context(standalone=True, backend="egl")
        self.programs = {
            name: self.ctx.program(vertex_shader=shaders.VERTEX, fragment_shader=fragment)
            for name, fragment in MESH_PROGRAMS.items()
        }
        self.programs |= {
            name: self.ctx.program(vertex_shader=shaders.SCREEN_VERTEX, fragment_shader=fragment)
            for name, fragment in SCREEN_PROGRAMS.items()
        }
        corners = self.ctx.buffer(SCREEN_TRIANGLE.tobytes())
        self._screens = {
            name: self.ctx.vertex_array(self.programs[name], corners, "in_corner") for name in SCREEN_PROGRAMS
        }
        self.white = self.texture(np.full((2, 2, 4), 255, dtype=np.uint8))
        self.plain_mask = self.texture(np.array([[[255, 255, 0, 0]] * 2] * 2, dtype=np.uint8))

    def texture(
        self, picture: npt.NDArray[np.uint8], anisotropy: float = 8.0, repeat: bool = False
    ) -> moderngl.Texture:
        """A mip-mapped 8-bit texture of (h, w, channels)."""
        height, width, channels = picture.shape
        texture = self.ctx.texture((width, height), channels, np.ascontiguousarray(picture).tobytes(), alignment=1)
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        texture.anisotropy = anisotropy
        texture.repeat_x = texture.repeat_y = repeat
        return texture

    def float_texture(
        self, values: npt.NDArray[np.floating], dtype: str = "f4", smooth: bool = False
    ) -> moderngl.Texture:
        """A texture of floats (h, w, channels), bottom row first."""
        height, width, channels = values.shape
        data = values.astype(np.float32 if dtype == "f4" else np.float16)
        texture = self.ctx.texture((width, height), channels, data.tobytes(), dtype=dtype)
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR) if smooth else (moderngl.NEAREST, moderngl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def batch(
        self,
        mesh: Mesh,
        albedo: moderngl.Texture | None = None,
        mask: moderngl.Texture | None = None,
        **options: Any,
    ) -> Batch:
        """Upload a mesh."""
        return Batch(
            self.ctx.buffer(np.ascontiguousarray(mesh.vertices, dtype=np.float32).tobytes()),
            self.ctx.buffer(np.ascontiguousarray(mesh.faces, dtype=np.int32).tobytes()),
            albedo or self.white,
            mask or self.plain_mask,
            **options,
        )

    def shadow_map(self, size: int) -> tuple[moderngl.Framebuffer, moderngl.Texture]:
        """A depth picture that compares when it is read."""
        depth = self.ctx.depth_texture((size, size))
        depth.compare_func = "<="
        depth.filter = (moderngl.LINEAR, moderngl.LINEAR)
        depth.repeat_x = depth.repeat_y = False
        return self.ctx.framebuffer(depth_attachment=depth), depth

    def draw(
        self,
        batch: Batch,
        program: str,
        model: npt.NDArray[np.float32] | None = None,
        uniforms: Mapping[str, Any] | None = None,
    ) -> None:
        """Draw a batch with a mesh program."""
        shader = self.programs[program]
        if program not in batch.arrays:
            content = [(batch.vertices, LAYOUT, *NAMES)]
            batch.arrays[program] = self.ctx.vertex_array(shader, content, batch.indices, skip_errors=True)
        batch.albedo.use(0)
        batch.mask.use(1)
        self.set(program, model=np.eye(4, dtype=np.float32) if model is None else model)
        self.set(program, cutout=float(batch.cutout), detail=batch.detail, albedo_map=0, mask_map=1)
        if uniforms:
            self.set(program, **uniforms)
        batch.arrays[program].render()

    def screen(self, program: str, textures: Mapping[str, moderngl.Texture], **uniforms: Any) -> None:
        """Run a full-screen program."""
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            self.set(program, **{name: unit})
        self.set(program, **uniforms)
        self._screens[program].render()

    def set(self, program: str, **uniforms: Any) -> None:
        """Set uniforms by name; those that the compiler dropped are left out. Matrices come row by row (numpy)."""
        shader = self.programs[program]
        for name, value in uniforms.items():
            if name not in shader:
                continue
            member = shader[name]
            if isinstance(value, np.ndarray):
                member.write(
                    np.ascontiguousarray(value.T if value.shape == (4, 4) else value, dtype=np.float32).tobytes()
                )
            else:
                member.value = value

    def set_light(
        self, program: str, lighting: Lighting, eye: tuple[float, float, float], heads: list[HeadLight]
    ) -> None:
        """Give a program the scene's light."""
        towards = np.asarray(lighting.sun_towards, dtype=np.float32)
        self.set(
            program,
            eye=eye,
            sun_towards=(towards / np.linalg.norm(towards)),
            sun_colour=lighting.sun_colour,
            sky_colour=lighting.sky_colour,
            bounce_colour=lighting.bounce_colour,
            horizon_colour=lighting.horizon_colour,
            haze_density=lighting.haze_density,
            lamp_count=len(lighting.lamps),
            head_count=len(heads),
        )
        if lighting.lamps:
            self._set_list(program, "lamp_position", [lamp.position for lamp in lighting.lamps], 8)
            self._set_list(program, "lamp_colour", [lamp.colour for lamp in lighting.lamps], 8)
            self._set_list(program, "lamp_focus", [(lamp.focus,) for lamp in lighting.lamps], 8)
        if heads:
            self._set_list(program, "head_position", [head.position for head in heads], 12)
            self._set_list(program, "head_direction", [head.direction for head in heads], 12)
            self._set_list(program, "head_colour", [head.colour for head in heads], 12)

    def _set_list(self, program: str, name: str, rows: list[tuple[float, ...]], size: int) -> None:
        values = np.zeros((size, len(rows[0])), dtype=np.float32)
        values[: len(rows)] = rows[:size]
        self.set(program, **{name: values.reshape(-1)})
