"""Where the shared data's sets lie. Nothing of it comes with Skynet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skynet.domain.errors import BadInputError


@dataclass(frozen=True, slots=True)
class SharedData:
    """The folder `root` of the shared data."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> SharedData:
        """Raises BadInputError when there is no such folder."""
        if not root.is_dir():
            raise BadInputError(f"{root}: there is no shared data here; name its folder with --data")
        return cls(root)

    @property
    def street(self) -> Path:
        return self.root / "street"

    @property
    def videos(self) -> Path:
        return self.root / "videos"

    @property
    def weights(self) -> Path:
        return self.root / "weights"

    @property
    def crops(self) -> Path:
        return self.root / "plates" / "lprnet_test_1000"

    @property
    def scenes(self) -> Path:
        return self.root / "plates" / "easypr_general_test"
