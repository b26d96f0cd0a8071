"""One camera's health beyond its socket: who looks at its pictures, who at its stream, and what stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skynet.domain import CameraState, Clock, Polygon
from skynet.domain.camera_assignment import DeclaredStream
from skynet.edge.camera_faults import CameraFaults
from skynet.edge.camera_status import CameraStatus
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.picture_watch import PictureWatch
from skynet.edge.pipeline import PendingAlert
from skynet.edge.scene_file import SceneFile
from skynet.edge.scene_keeper import SceneKeeper
from skynet.edge.stream_watch import StreamWatch
from skynet.media import Source


class CameraCheckup:
    """`pictures` is for the camera's watch, whichever it is just now; `tick` for the agent.

    `source` is of the stream that is analysed. What is declared is the camera's large stream.
    `scene` is where its scene is kept over restarts; None: nowhere.
    """

    def __init__(
        self,
        box_id: str,
        status: CameraStatus,
        source: Source,
        config: PictureHealthConfig,
        masks: Sequence[Polygon],
        declared: DeclaredStream | None,
        clock: Clock,
        scene: SceneFile | None = None,
    ) -> None:
        self._status = status
        self.faults = CameraFaults(box_id, status.camera, config, clock, status.position)
        self.pictures = PictureWatch(self.faults, masks, status.picture)
        self._scene = SceneKeeper(status.camera.id, scene, self.pictures, clock) if scene else None
        if self._scene:
            self._scene.begin()
        large = status.main
        self._stream = StreamWatch(
            large or status,
            self.faults,
            config,
            declared,
            lambda: getattr(source, "camera_ahead_s", None),
            (lambda: large.size) if large else (lambda: self.pictures.size or status.size),
            clock,
        )
        status.faults = self.faults.standing

    def tick(self, keep: Callable[[PendingAlert], None]) -> None:
        """Look at the stream, give due alerts to `keep`; what ails a camera that is not live is its state."""
        self._stream.tick()
        if self._scene:
            self._scene.tick()
        if self._status.state is CameraState.LIVE:
            self.faults.raise_alerts(keep)
