"""Looks at a camera's pictures now and then, and says what is wrong with them.

Scenes are kept apart by light: in colour by day, grey in the infrared night, each learned by itself. A picture is
learned from only while nothing is wrong with it, so a fault never becomes the scene, except another scene that has
stood for a whole day (`accept_s`) or that somebody confirms (`accept`). Pure: no I/O, time comes with the frames. One
instance a camera, used by one thread at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from skynet.domain.camera_fault import CameraFaultKind
from skynet.domain.frame import Frame
from skynet.domain.geometry import Polygon
from skynet.vision.picture_health.block_grid import hidden_pixels, seen_blocks
from skynet.vision.picture_health.evidence import Evidence, PictureFault
from skynet.vision.picture_health.known_scene import KnownScene, Memory
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.picture_measures import PictureMeasures, sparse_sample
from skynet.vision.picture_health.stillness import Stillness
from skynet.vision.picture_health.verdict import Verdict, light_verdict, scene_verdict

_GONE_S = 600.0
"""After a longer silence nothing is known about the time between: what was suspected is forgotten, the scene is not."""
_RAN_BACK_S = 60.0
"""A picture that is older by more is none that comes by again: the clock was set."""
_LIGHTS = {"colour": False, "grey": True}
_FAINT_IN_NEW_LIGHT = 0.85


class PictureExaminer:
    """`masks` (normalised) hide parts of every picture; what lies under them is not judged."""

    def __init__(self, masks: Sequence[Polygon] = (), options: PictureHealthOptions | None = None) -> None:
        self._options = options or PictureHealthOptions()
        self._hidden = hidden_pixels(masks)
        self._seen = seen_blocks(self._hidden)
        self._scenes: dict[bool, KnownScene] = {}
        self._evidence = Evidence(self._options)
        self._stillness = Stillness(self._seen, self._options)
        self._frozen: PictureFault | None = None
        self._looked_at = -math.inf
        self._compared: int | None = None
        self._measures: PictureMeasures | None = None
        self.looks = 0

    @property
    def faults(self) -> tuple[PictureFault, ...]:
        """What stands now, the longest first."""
        standing = [fault for fault in (self._evidence.fault, self._frozen) if fault]
        if self._frozen and self._evidence.fault and self._evidence.fault.kind is CameraFaultKind.BLACK:
            standing.remove(self._frozen)  # darkness is always the same
        return tuple(sorted(standing, key=lambda fault: fault.since))

    @property
    def compared_blocks(self) -> int | None:
        """Blocks of the scene that can be compared, None while it is being learned: below `least_blocks` cover, move
        and blur are not told."""
        return self._compared

    def due(self, captured_at: float) -> bool:
        """Whether a picture of that time is worth a look."""
        passed_s = captured_at - self._looked_at
        return passed_s >= self._options.every_s or passed_s < -_RAN_BACK_S

    def look(self, frame: Frame, *, keyframe: bool = True) -> tuple[PictureFault, ...]:
        """The faults that stand after a look at `frame`, which is newer than those before."""
        at = frame.captured_at
        if not 0 <= at - self._looked_at <= _GONE_S:
            self._evidence.forget()
        self._looked_at = at
        self.looks += 1
        if keyframe:
            self._look_for_stillness(frame, at)
        measures = self._measures = PictureMeasures.of(frame, self._measures, self._hidden)
        scene = self._scenes.setdefault(measures.colour <= self._options.grey, KnownScene(self._seen, self._options))
        verdict = self._judge(measures, scene)
        fault = self._evidence.add(verdict, at)
        if fault and fault.kind is CameraFaultKind.MOVED and at - fault.since >= self._options.accept_s:
            self.accept()
        elif not verdict and not self._evidence.suspicious and not self._frozen:
            scene.learn(measures, at)
        return self.faults

    def remember(self) -> Memory:
        """The scenes that are known, to be kept over a restart; empty while none is."""
        return {
            f"{light}-{name}": array
            for light, grey in _LIGHTS.items()
            if (scene := self._scenes.get(grey)) and scene.ready
            for name, array in scene.remember().items()
        }

    def recall(self, memory: Memory) -> None:
        """Know the scenes of `memory`. Raises ValueError when they are none, and then knows none."""
        scenes = {}
        for light, grey in _LIGHTS.items():
            parts = {name.removeprefix(f"{light}-"): a for name, a in memory.items() if name.startswith(f"{light}-")}
            if parts:
                scenes[grey] = KnownScene.recall(parts, self._seen, self._options)
        self._scenes = scenes

    def accept(self) -> None:
        """What the camera shows now is right: learn it anew."""
        self._scenes.clear()
        self._evidence.forget()

    def _judge(self, measures: PictureMeasures, scene: KnownScene) -> Verdict | None:
        options = self._options
        if not scene.ready:
            self._compared = None
            return light_verdict(measures, self._seen, None, options) or self._unlike_other_light(measures, scene)
        comparison = scene.compare(measures)
        self._compared = comparison.blocks
        return light_verdict(measures, self._seen, comparison.bright_share, options) or scene_verdict(
            comparison, options
        )

    def _unlike_other_light(self, measures: PictureMeasures, scene: KnownScene) -> Verdict | None:
        """In a light that is new, cover is told by what was there in the other one: a camera that is covered goes into
        its night mode as well."""
        for other in self._scenes.values():
            if other is not scene and other.ready and (faint := other.faint_share(measures)) >= _FAINT_IN_NEW_LIGHT:
                return Verdict(CameraFaultKind.COVERED, f"{faint:.0%} of the scene's structure is gone")
        return None

    def _look_for_stillness(self, frame: Frame, at: float) -> None:
        since = self._stillness.look(sparse_sample(frame), at)
        if since is None:
            self._frozen = None
        elif self._frozen is None:
            still_s = at - since
            self._frozen = PictureFault(
                CameraFaultKind.FROZEN, since, f"nothing has changed for {still_s:.0f} s, not even noise"
            )
