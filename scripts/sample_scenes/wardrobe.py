"""The actors' meshes and textures on the card: uploaded once, or each frame for bodies that bend."""

from __future__ import annotations

import moderngl

from .actors import Actor, Piece, VehicleActor
from .gl_stage import Batch, Stage
from .plate_art import draw_plate


class Wardrobe:
    """Turns pieces into batches."""

    def __init__(self, stage: Stage, actors: list[Actor]) -> None:
        self._stage = stage
        self._skins: dict[str, tuple[moderngl.Texture, moderngl.Texture]] = {}
        self._kept: dict[str, Batch] = {}
        for actor in actors:
            self._load(actor)

    def _load(self, actor: Actor) -> None:
        """Upload the textures of a vehicle and its plates."""
        plates = [actor.plate]
        if isinstance(actor, VehicleActor):
            skin = self._stage.texture(actor.model.albedo, 1), self._stage.texture(actor.model.mask, 1)
            self._skins[f"vehicle-{actor.identity}"] = skin
            plates = [plate for _, plate in actor.model.plates]
        for plate in plates:
            if plate:
                face = self._stage.texture(draw_plate(plate), 8)
                self._skins[f"plate-{plate.text}-{plate.two_rows}"] = (face, self._stage.plain_mask)

    def batch(self, piece: Piece) -> Batch:
        """The batch of a piece in object axes; pieces without a key are the caller's to release."""
        albedo, mask = self._skins.get(piece.skin or "", (self._stage.white, self._stage.plain_mask))
        if piece.key is None:
            return self._stage.batch(piece.mesh, albedo, mask)
        if piece.key not in self._kept:
            self._kept[piece.key] = self._stage.batch(piece.mesh, albedo, mask)
        return self._kept[piece.key]

    def placed(self, piece: Piece) -> Batch:
        """A batch in world axes, for what stands still and is baked with the street."""
        albedo, mask = self._skins.get(piece.skin or "", (self._stage.white, self._stage.plain_mask))
        return self._stage.batch(piece.mesh.moved(piece.model), albedo, mask)
