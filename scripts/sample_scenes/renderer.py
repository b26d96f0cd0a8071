"""One frame: the baked street, the actors with their shadows and lights, bloom, and the sensor's tone curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import moderngl
import numpy as np
import numpy.typing as npt

from .actors import Actor, Contact, Piece
from .baker import BakedStreet
from .camera_view import CameraView
from .dirty import Rect, disjoint, grown, touched
from .gl_stage import Batch, Stage
from .lighting import MAX_HEADS, HeadLight, Lighting, sun_matrix
from .mesh import quad, rotation, scaling, translation
from .motion import Pose
from .wardrobe import Wardrobe

ACTOR_SHADOW_SIZE = 2048
IDENTITY_DIVISOR = 4
# Parked cars are part of the baked depth: they count as visible up to this far behind it (about 0.5 m at 20 m).
PARKED_BIAS = 0.001


@dataclass(frozen=True)
class Present:
    """An actor that is in the scene at this moment."""

    actor: Actor
    pose: Pose
    pieces: list[Piece]


class FrameRenderer:
    """Draws a scene's frames. Framebuffers belong to one camera size."""

    def __init__(
        self,
        stage: Stage,
        camera: CameraView,
        lighting: Lighting,
        street: BakedStreet,
        actors: list[Actor],
        shadow_centre: tuple[float, float, float],
        shadow_half: float,
        detail: moderngl.Texture,
        wardrobe: Wardrobe,
    ) -> None:
        self.stage, self.camera, self.lighting, self.street = stage, camera, lighting, street
        self.actors = actors
        self._detail = detail
        ctx, size = stage.ctx, (camera.width, camera.height)
        self._wardrobe = wardrobe
        self._shadow_target, self._shadow = stage.shadow_map(ACTOR_SHADOW_SIZE)
        self._to_sun = sun_matrix(np.asarray(lighting.sun_towards), shadow_centre, shadow_half, 60.0)
        self._sunlit = max(lighting.sun_colour) > 0.01
        self._light = ctx.texture(size, 4, dtype="f2")
        self._light.repeat_x = self._light.repeat_y = False
        self._light_target = ctx.framebuffer([self._light])
        self._drawn = ctx.texture(size, 4, dtype="f2")
        self._drawn_target = ctx.framebuffer([self._drawn], ctx.depth_renderbuffer(size))
        self._drawn_target.clear(0, 0, 0, 0, depth=1.0)
        self._before: list[Rect] = [(0, 0, *size)]
        self._whole = bool(lighting.bloom > 0)
        self._picture_target = ctx.framebuffer([ctx.texture(size, 3)])
        small = (size[0] // IDENTITY_DIVISOR, size[1] // IDENTITY_DIVISOR)
        self._identity_target = ctx.framebuffer([ctx.texture(small, 1)], ctx.depth_renderbuffer(small))
        self._glow = [self._glow_pair(size, divisor) for divisor in (4, 16)]
        self._contact = stage.batch(quad([(-1, -1, 0.02), (1, -1, 0.02), (1, 1, 0.02), (-1, 1, 0.02)]))

    def _glow_pair(self, size: tuple[int, int], divisor: int) -> list[tuple[moderngl.Framebuffer, moderngl.Texture]]:
        pair = []
        for _ in range(2):
            texture = self.stage.ctx.texture((size[0] // divisor, size[1] // divisor), 4, dtype="f2")
            texture.repeat_x = texture.repeat_y = False
            pair.append((self.stage.ctx.framebuffer([texture]), texture))
        return pair

    def present(self, t: float) -> list[Present]:
        """Who is there at `t` seconds."""
        found = []
        for actor in self.actors:
            pose = actor.pose(t)
            if pose is not None:
                found.append(Present(actor, pose, actor.pieces(t, pose)))
        return found

    def frame(self, t: float, present: list[Present]) -> npt.NDArray[np.uint8]:
        """The developed picture, uint8 (h, w, 3) RGB, top row first."""
        everyone, present = present, [one for one in present if not one.actor.route.parked]
        batches = [[self._wardrobe.batch(piece) for piece in one.pieces] for one in present]
        sun = self.lighting.sun_towards if self._sunlit else None
        outlines = [one.actor.outline(t, one.pose) for one in present]
        now = [rect for outline in outlines if (rect := touched(self.camera, outline, sun))]
        self._changed = disjoint([*now, *self._before])
        self._occupied = disjoint(now)
        self._before = [(0, 0, self.camera.width, self.camera.height)] if self._whole else now
        heads = [beam for one in present for beam in one.actor.beams(t, one.pose)][:MAX_HEADS]
        if self._sunlit:
            self._draw_shadows(present, batches)
        self._draw_street(heads)
        self._draw_contacts([one.actor.contact(one.pose) for one in present])
        self._draw_actors(present, batches, heads)
        picture = self._develop()
        parked = [one for one in everyone if one.actor.route.parked]
        still = [[self._wardrobe.batch(piece) for piece in one.pieces] for one in parked]
        self._identities = self._count_visible([*present, *parked], [*batches, *still])
        for one, uploaded in zip(present, batches, strict=True):
            for piece, batch in zip(one.pieces, uploaded, strict=True):
                if piece.key is None:
                    batch.release()
        return picture

    def visible_shares(self) -> dict[int, float]:
        """For the last frame: the part of each object's picture that nothing hides, by identity."""
        return self._identities

    def _draw_shadows(self, present: list[Present], batches: list[list[Batch]]) -> None:
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        self.stage.ctx.enable_only(moderngl.DEPTH_TEST)
        self.stage.set("depth", view_projection=self._to_sun)
        for one, uploaded in zip(present, batches, strict=True):
            for piece, batch in zip(one.pieces, uploaded, strict=True):
                self.stage.draw(batch, "depth", piece.model)

    def _draw_street(self, heads: list[HeadLight]) -> None:
        self.stage.ctx.enable_only(moderngl.NOTHING)
        street = self.street
        self.stage.set_light("street", self.lighting, self.camera.position, heads)
        textures = {"sun_map": street.sun, "ambient_map": street.ambient, "place_map": street.place}
        textures |= {"facing_map": street.facing, "tone_map": street.tone, "actor_shadow": self._shadow}
        for _ in self._inside(self._light_target, self._changed):
            self.stage.screen("street", textures, actor_sun=self._to_sun, sunlit=float(self._sunlit))

    def _draw_contacts(self, contacts: list[Contact]) -> None:
        ctx = self.stage.ctx
        ctx.enable_only(moderngl.BLEND)
        ctx.blend_func = moderngl.DST_COLOR, moderngl.ZERO
        self.stage.set("contact", view_projection=self.camera.view_projection())
        for contact in contacts:
            pose = contact.pose
            model = translation(pose.x, pose.y, 0.0) @ rotation("z", pose.heading)
            model = model @ scaling(contact.half_length, contact.half_width, 1.0)
            self.stage.draw(self._contact, "contact", model, {"darkness": contact.strength, "core": contact.softness})

    def _draw_actors(self, present: list[Present], batches: list[list[Batch]], heads: list[HeadLight]) -> None:
        ctx, stage = self.stage.ctx, self.stage
        ctx.enable_only(moderngl.DEPTH_TEST)
        ctx.depth_func = "1"
        for _ in self._inside(self._drawn_target, [grown(rect) for rect in self._occupied]):
            stage.screen("depth_copy", {"depth_map": self.street.depth}, behind=0.0)
        ctx.depth_func = "<"
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        stage.set_light("actor", self.lighting, self.camera.position, heads)
        self._detail.use(2)
        self.street.shadow.use(3)
        self._shadow.use(4)
        stage.set("actor", view_projection=self.camera.view_projection(), detail_map=2, static_shadow=3, actor_shadow=4)
        stage.set("actor", static_sun=self.street.shadow_matrix, actor_sun=self._to_sun, colour_gain=1.0)
        for one, uploaded in zip(present, batches, strict=True):
            for piece, batch in zip(one.pieces, uploaded, strict=True):
                glow = {"head_glow": piece.head_glow, "tail_glow": piece.tail_glow}
                stage.draw(batch, "actor", piece.model, glow)
        ctx.enable_only(moderngl.BLEND)
        ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        for _ in self._inside(self._light_target, self._occupied):
            stage.screen("resolve", {"drawn": self._drawn})

    def _inside(self, target: moderngl.Framebuffer, rects: list[Rect]) -> Iterator[Rect]:
        """Bind a target, its drawing limited to one rectangle after another (rows of `rects` count from the top)."""
        for x0, y0, x1, y1 in rects:
            target.scissor = (x0, self.camera.height - y1, x1 - x0, y1 - y0)
            target.use()
            yield x0, y0, x1, y1
        target.scissor = None
        target.use()

    def _develop(self) -> npt.NDArray[np.uint8]:
        ctx, light = self.stage.ctx, self.lighting
        ctx.enable_only(moderngl.NOTHING)
        source = self._light
        if light.bloom > 0:
            for (first, second), program in zip(self._glow, ("bright", "copy"), strict=True):
                first[0].use()
                self.stage.screen(program, {"picture": source}, threshold=1.1 / light.exposure)
                for _ in range(2):
                    for (_, read), (write, _), step in ((first, second, (1, 0)), (second, first, (0, 1))):
                        write.use()
                        direction = (step[0] / read.size[0], step[1] / read.size[1])
                        self.stage.screen("blur", {"picture": read}, direction=direction)
                source = first[1]
        textures = {"picture": self._light, "glow_near": self._glow[0][0][1], "glow_far": self._glow[1][0][1]}
        settings = {"exposure": light.exposure, "bloom": light.bloom, "saturation": light.saturation}
        for _ in self._inside(self._picture_target, self._changed):
            self.stage.screen("develop", textures, vignette=0.55, fringe=0.0035, **settings)
        data = self._picture_target.read(components=3, alignment=1)
        picture = np.frombuffer(data, dtype=np.uint8).reshape(self.camera.height, self.camera.width, 3)
        return picture[::-1]

    def _count_visible(self, present: list[Present], batches: list[list[Batch]]) -> dict[int, float]:
        """Count small-picture pixels of every object alone, and with all others and the street in front."""
        ctx, target = self.stage.ctx, self._identity_target
        target.use()
        self.stage.set("identity", view_projection=self.camera.view_projection())
        ctx.enable_only(moderngl.DEPTH_TEST)
        alone = {}
        for one, uploaded in zip(present, batches, strict=True):
            target.clear(0, 0, 0, 0, depth=1.0)
            self._draw_identity(one, uploaded)
            alone[one.actor.identity] = int(np.count_nonzero(np.frombuffer(target.read(components=1), dtype=np.uint8)))
        target.clear(0, 0, 0, 0, depth=1.0)
        ctx.depth_func = "1"
        self.stage.screen("depth_copy", {"depth_map": self.street.depth}, behind=PARKED_BIAS)
        ctx.depth_func = "<"
        for one, uploaded in zip(present, batches, strict=True):
            self._draw_identity(one, uploaded)
        counts = np.bincount(np.frombuffer(target.read(components=1), dtype=np.uint8), minlength=256)
        return {name: float(counts[name]) / max(total, 1) for name, total in alone.items()}

    def _draw_identity(self, one: Present, uploaded: list[Batch]) -> None:
        for piece, batch in zip(one.pieces, uploaded, strict=True):
            self.stage.draw(batch, "identity", piece.model, {"identity": float(one.actor.identity)})
