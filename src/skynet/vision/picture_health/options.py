"""How pictures are judged, and why so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureHealthOptions:
    """Times in seconds, brightness and contrast in grey levels 0–255, shares 0–1.

    The numbers were chosen on the rendered sample streams and on half of the real clips, and checked on the other half
    (docs/design/picture-health.md).
    """

    every_s: float = 4.0
    """One look in so long: seven looks in the half minute in which a fault is to be found, at less than a millisecond a
    stream-second."""
    confirm_s: float = 15.0
    """A fault has shown in nearly all looks of so long. Focus hunts, infrared switches and headlights last less."""
    least_looks: int = 4
    """And in so many looks at least, whatever the distance of keyframes."""
    most_spared: float = 0.2
    """Share of those looks that may have shown nothing: a fault seen through noise."""
    clear_s: float = 12.0
    """A fault is over when it has not shown for so long."""
    learning_s: float = 45.0
    """A scene is known after so much watching, and ten looks."""
    scene_s: float = 600.0
    """Time constant with which the known scene follows what is there: dusk and moving shadows are slower changes of
    structure than this, a camera that was turned is faster."""
    accept_s: float = 86_400.0
    """Another scene that has stood for so long is the scene now. A day: a shift has had its chance to notice."""

    dark: float = 40.0
    """A block is dark up to this mean. Black is 16 in the range that cameras use; noise and amplifiers lift it."""
    flat: float = 6.0
    """And shows nothing up to this standard deviation."""
    dark_share: float = 0.9
    """Blocks that are dark and flat in a black picture; the rest is the overlay."""
    bright: float = 222.0
    """A block is burned out from this mean on; white is 235 in the range that cameras use."""
    bright_share: float = 0.55
    bright_more: float = 0.25
    """Burned-out blocks of an over-exposed picture: so many, and so many more than the scene has by day (sky, snow)."""

    grey: float = 6.0
    """A picture in which not even a fiftieth has more colour than so (largest less smallest channel) is one of the
    infrared night: coding leaves some in a grey one."""
    textured: float = 0.12
    """A block has structure that can be compared from this root mean square of its soft gradients (0–1) on."""
    steady: float = 0.3
    """And shows the same structure from look to look, by its mean correlation with the scene: trees and a busy road are
    left out."""
    lost: float = 0.4
    """A block does not show the scene when its correlation is below this share of what is usual for it."""
    faint: float = 0.45
    """And shows nothing in its place when its gradients are weaker than this share of what is usual."""
    least_blocks: int = 10
    """With fewer blocks that can be compared nothing is said about cover, move and blur."""
    covered_share: float = 0.3
    """Of the comparable blocks; less is what stands and drives in front of cameras every day."""
    covered_faint: float = 0.55
    """Share of the lost blocks that show nothing: what is close to the lens is out of focus."""
    moved_share: float = 0.5
    """Blocks that a camera loses that was turned, or looks at another scene."""
    moved_faint: float = 0.25
    """Share of the lost blocks, at most, that show nothing when another part of the scene is what shows; what covers
    half a lens is out of focus."""
    blurred: float = 0.4
    """Fine detail left, as a share of what is usual beside the coarse structure of the same block."""

    still: float = 0.05
    """Mean difference (grey levels) of a block in which nothing has changed at all, not even noise."""
    still_of_usual: float = 0.15
    """And as a share of what usually changes in this camera's quiet blocks: a frozen picture that is coded anew differs
    a little where rate control chose another quantiser."""
    still_share: float = 0.88
    """Blocks in which nothing changes in a frozen picture; the rest is the clock that goes on."""
    still_s: float = 20.0
    """For so long at least, and longer for cameras whose pictures do so by nature (see `Stillness`)."""
    still_most_s: float = 600.0
