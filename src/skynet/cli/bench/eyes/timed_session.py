"""A model session that keeps count of the processor time its network takes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skynet.vision import OnnxSession


class TimedSession(OnnxSession):
    """`network_s`: processor seconds of this process spent in the network since the session was made."""

    network_s = 0.0

    def run_all(self, tensor: NDArray[np.float32], **kwargs: Any) -> list[NDArray[np.float32]]:
        started = time.process_time()
        try:
            return super().run_all(tensor, **kwargs)
        finally:
            self.network_s += time.process_time() - started
