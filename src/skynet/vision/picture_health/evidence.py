"""Looks over some seconds become a fault, and its end: one look proves nothing, for either."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass

from skynet.domain.camera_fault import CameraFaultKind
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PictureFault:
    """A fault that stands. `since` (POSIX s) is when it was seen first."""

    kind: CameraFaultKind
    since: float
    detail: str


class Evidence:
    """For faults that exclude each other: of what the looks say, the most frequent names a fault when it begins."""

    def __init__(self, options: PictureHealthOptions) -> None:
        self._options = options
        self._looks: deque[tuple[float, Verdict | None]] = deque()
        self._bad_at = float("-inf")
        self.fault: PictureFault | None = None

    @property
    def suspicious(self) -> bool:
        """True while a look within memory has shown something: what is seen now is not to be learned from."""
        return self.fault is not None or any(verdict for _, verdict in self._looks)

    def add(self, verdict: Verdict | None, at: float) -> PictureFault | None:
        """What a look at `at` says; the fault that stands now."""
        self._looks.append((at, verdict))
        while len(self._looks) > self._options.least_looks and self._looks[1][0] <= at - self._options.confirm_s:
            self._looks.popleft()
        if verdict:
            self._bad_at = at
        if verdict and self._confirmed(at):
            self._name()
        elif self.fault and at - self._bad_at >= self._options.clear_s:
            self.fault = None
        return self.fault

    def forget(self) -> None:
        """What was wrong is right from now on."""
        self._looks.clear()
        self.fault = None

    def _confirmed(self, at: float) -> bool:
        bad = sum(verdict is not None for _, verdict in self._looks)
        lasted = at - self._looks[0][0] >= self._options.confirm_s
        return lasted and bad >= self._options.least_looks and bad >= (1 - self._options.most_spared) * len(self._looks)

    def _name(self) -> None:
        kinds = Counter(said.kind for _, said in self._looks if said)
        if self.fault and kinds[self.fault.kind]:
            return  # a fault keeps its name while any look still says so
        kind = kinds.most_common(1)[0][0]
        since = self.fault.since if self.fault else next(at for at, said in self._looks if said)
        detail = next(said.detail for _, said in reversed(self._looks) if said and said.kind is kind)
        self.fault = PictureFault(kind, since, detail)
