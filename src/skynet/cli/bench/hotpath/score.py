"""What a contender saw of what happened, and what it cost while something did and while nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skynet.cli.bench.hotpath.heat import Heat
from skynet.cli.bench.hotpath.journal import Look, Record, Shares
from skynet.cli.bench.scenes.truth import Event, Truth, TruthBox

AFTER_S = 4.0
"""So long after an event still counts as busy: nobody knows at once that it is over."""
LEAST_S = 1.0
"""CPU time is counted in hundredths of a second, and less than this would be mostly rounding."""
_BEFORE_S = 0.3
_SLOT_S = 0.11
_COVERED = 0.5
_TOUCHED = 0.2
SIZES = ("tiny", "small", "medium", "large")


@dataclass
class Sight:
    """Counts over many events. `seen`: an analysed picture (or part of it) showed the object; `detected`: the detector
    also found something there."""

    events: int = 0
    seen: int = 0
    detected: int = 0
    by_size: dict[str, list[bool]] = field(default_factory=lambda: {size: [] for size in SIZES})
    slots: int = 0
    analysed: int = 0
    latencies_s: list[float] = field(default_factory=list)
    idle_s: float = 0.0
    awake_idle_s: float = 0.0
    false_wakes: int = 0

    def add(self, truth: Truth, record: Record, seconds: float) -> None:
        """Take in one feed that was watched for `seconds`."""
        for event in truth.events:
            if event.end_s <= seconds:
                self._add_event(event, record.looks)
        for since, until in idle_spans(truth, seconds):
            self.idle_s += until - since
            for on, off in record.awake_spans(seconds):
                self.awake_idle_s += max(0.0, min(off, until) - max(on, since))
                self.false_wakes += since < on < until and on > 0

    def _add_event(self, event: Event, looks: Sequence[Look]) -> None:
        during = [look for look in looks if event.start_s - _SLOT_S <= look.t_s <= event.end_s + _SLOT_S]
        showing = [look for look in during if _covers(look, _nearest(event, look.t_s))]
        self.events += 1
        self.seen += bool(showing)
        self.by_size[event.size_class].append(bool(showing))
        self.detected += any(_finds(look, _nearest(event, look.t_s)) for look in showing)
        self.slots += len(event.boxes)
        self.analysed += sum(any(abs(look.t_s - box.t_s) <= _SLOT_S for look in showing) for box in event.boxes)
        if showing:
            self.latencies_s.append(max(0.0, min(look.at_s for look in showing) - event.start_s))


def idle_spans(truth: Truth, seconds: float) -> list[tuple[float, float]]:
    """When nothing happens, stream time."""
    spans, since = [], 0.0
    for event in truth.events:
        if event.start_s - _BEFORE_S > since:
            spans.append((since, min(seconds, event.start_s - _BEFORE_S)))
        since = max(since, event.end_s + AFTER_S)
    spans.append((since, seconds))
    return [(one, other) for one, other in spans if other > one]


def cost_ms(heat: Heat, truth: Truth, *, from_s: float) -> tuple[float | None, float | None]:
    """CPU-ms per stream-second while idle and while busy, None for what lasted less than `LEAST_S`; what came before
    `from_s` is left out as warming up."""
    seconds, feeds = heat.task.seconds, len(heat.task.feeds)
    idle = [(max(since, from_s), until) for since, until in idle_spans(truth, seconds) if until > from_s]
    idle_s = sum(until - since for since, until in idle)
    idle_cpu = sum(heat.cpu_between(since, until) for since, until in idle)
    busy_s = seconds - from_s - idle_s
    busy_cpu = heat.cpu_between(from_s, seconds) - idle_cpu
    return (
        1000 * idle_cpu / idle_s / feeds if idle_s >= LEAST_S else None,
        1000 * busy_cpu / busy_s / feeds if busy_s >= LEAST_S else None,
    )


def _nearest(event: Event, t_s: float) -> TruthBox:
    return min(event.boxes, key=lambda box: abs(box.t_s - t_s))


def _covers(look: Look, truth: TruthBox) -> bool:
    if look.regions is None:
        return True
    return any(_overlap(region, truth.box) >= _COVERED * truth.box[2] * truth.box[3] for region in look.regions)


def _finds(look: Look, truth: TruthBox) -> bool:
    """Something was found there: a fifth of the two boxes together is common to them."""
    area = truth.box[2] * truth.box[3]
    for found in look.found:
        common = _overlap(found, truth.box)
        if common >= _TOUCHED * (area + found[2] * found[3] - common):
            return True
    return False


def _overlap(one: Shares, other: Shares) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)
