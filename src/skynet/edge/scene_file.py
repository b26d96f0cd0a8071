"""What a camera is known to show, kept over restarts: one small file a camera in the box's data folder.

Written beside and renamed, so that it is whole or not there. It is no record of anything: losing it costs a minute of
learning, so it is not synced.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from skynet.vision.picture_health import Memory


class SceneFile:
    """Any thread; raises OSError where the disk does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def load(self) -> Memory | None:
        """None where there is no file. Raises ValueError when it is damaged."""
        try:
            with np.load(self.path, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except FileNotFoundError:
            return None
        except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise ValueError(f"the scene in {self.path} is damaged ({error})") from None

    def save(self, memory: Memory) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        with beside.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **memory)
        beside.replace(self.path)
