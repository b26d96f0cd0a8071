"""One camera as a contender gets it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Feed(BaseModel):
    """Addresses (file or RTSP) of the large stream and, where there is one, of the small one of the same picture."""

    model_config = ConfigDict(frozen=True)
    main: str
    sub: str | None = None

    @property
    def live(self) -> bool:
        """False for files, which the contender has to read at the pace of their time stamps."""
        return "://" in self.main


class Task(BaseModel):
    """What a contender's process is told. `seconds` is how much of each stream it watches."""

    model_config = ConfigDict(frozen=True)
    contender: str
    feeds: tuple[Feed, ...]
    seconds: float
    detector: str
    models_dir: str | None = None
