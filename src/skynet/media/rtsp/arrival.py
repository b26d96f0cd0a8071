"""What travels from the hub's thread to whoever reads a camera's packets."""

from __future__ import annotations

from dataclasses import dataclass

import av

from skynet.media.epoch import Epoch
from skynet.media.source import StreamInfo


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream runs."""

    info: StreamInfo


@dataclass(slots=True)
class Arrival:
    """An access unit and when its last part came, in POSIX seconds and monotonic ones.

    `fresh`: its time stamps begin anew. `taken_at` is when it was taken by the camera's own clock (POSIX s), which may
    be wrong by any amount; None while the camera has not said.
    """

    coded: av.Packet[av.VideoStream]
    wall: float
    monotonic: float
    epoch: Epoch
    fresh: bool
    taken_at: float | None
