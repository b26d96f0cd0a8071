"""What the looks at a camera's pictures came to: written by its picture watch, read by everybody who reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class PictureFigures:
    """Counted since the worker started."""

    looks: int = 0
    cpu_s: float = 0.0
    """CPU time that they have cost."""
    compared_blocks: int | None = None
    """Of the 144 of a picture, those in which a scene is known: with fewer than ten, cover, move and blur cannot be
    told. None while the scene is being learned."""
