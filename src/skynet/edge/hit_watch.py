"""One camera's tracks against the hot list: each once, when its plate can be read no better or it has gone.

Used by the camera's thread. What it holds of a track goes with the track; a plate that is not listed leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from skynet.domain import VEHICLES, Frame, ObjectLabel, Observations, PlateHit, PlateRead
from skynet.domain.hot_list import EntryKey
from skynet.domain.sighting import Sighting
from skynet.edge.plate_desk import Plates

_BEARERS = VEHICLES | {ObjectLabel.MOTION}


class ListedVehicles(Protocol):
    """The hot list as one camera asks it."""

    @property
    def site(self) -> str: ...

    def match(self, read: PlateRead, at: float) -> tuple[PlateHit, ...]:
        """The entries that `read` fits at the time `at` (POSIX s), the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class TrackHit:
    """A track whose plate fits an entry: as it was read, and where the vehicle was seen last, in `frame`."""

    hit: PlateHit
    read: PlateRead
    sighting: Sighting
    first_seen_at: float
    frame: Frame
    site: str


@dataclass(slots=True)
class _Followed:
    first_seen_at: float
    sighting: Sighting
    frame: Frame
    asked: bool = False
    reported: set[EntryKey] = field(default_factory=set)


class HitWatch:
    """Feed it what is seen, and tell it what has ended before the plates of that are forgotten."""

    def __init__(self, plates: Plates, listed: ListedVehicles) -> None:
        self._plates = plates
        self._listed = listed
        self._tracks: dict[int, _Followed] = {}

    def see(self, observations: Observations, frame: Frame) -> list[TrackHit]:
        """Hits of the tracks whose plates have just been settled. A vote that begins anew, because the track may have
        come to mean another vehicle, is asked about anew."""
        hits: list[TrackHit] = []
        for seen in observations.objects:
            if seen.track_id is None or seen.label not in _BEARERS:
                continue
            sighting = Sighting.of(seen, observations)
            track = self._tracks.get(seen.track_id)
            if track is None:
                track = self._tracks[seen.track_id] = _Followed(sighting.at, sighting, frame)
            track.sighting, track.frame = sighting, frame
            settled = self._plates.settled(seen.track_id)
            if settled and not track.asked:
                hits += self._ask(seen.track_id, track)
            track.asked = settled
        return hits

    def end(self, track_ids: Iterable[int]) -> list[TrackHit]:
        """Hits of tracks that have ended and were never settled."""
        hits: list[TrackHit] = []
        for track_id in track_ids:
            track = self._tracks.pop(track_id, None)
            if track and not track.asked:
                hits += self._ask(track_id, track)
        return hits

    def _ask(self, track_id: int, track: _Followed) -> list[TrackHit]:
        voted = self._plates.likeliest(track_id)
        if voted is None:
            return []
        hits = self._listed.match(voted.read, track.sighting.at)
        if sure := tuple(hit for hit in hits if not hit.confirmation_required):
            hits = sure  # it is the listed vehicle: what it might be as well is of no interest
        new = [hit for hit in hits if hit.entry.key not in track.reported]
        track.reported.update(hit.entry.key for hit in new)
        site = self._listed.site
        return [TrackHit(hit, voted.read, track.sighting, track.first_seen_at, track.frame, site) for hit in new]
