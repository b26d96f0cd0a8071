"""A clip out of packets that a ring has handed out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from skynet.media.clip import Clip, NoClipError
from skynet.media.clip_writer import ClipWriter
from skynet.media.coded_form import CodedForm, FormFollower
from skynet.media.packet import Packet
from skynet.media.shown_order import reorder_depth


@dataclass(slots=True)
class Run:
    """Packets that may stand in one file: GOPs without a hole, all of one form."""

    form: CodedForm
    gops: list[list[Packet]] = field(default_factory=list)

    def distance(self, at: float) -> float:
        """Seconds from `at` to the nearest picture in it; 0 inside."""
        first = self.gops[0][0].captured_at
        last = max(packet.captured_at for packet in self.gops[-1])
        return max(first - at, at - last, 0.0)


def cut_clip(packets: Sequence[Packet], at: float) -> Clip:
    """The clip that shows what happened `at` (POSIX s) and what of `packets`, in decoding order, fits around it.

    A stream that started anew (another epoch) goes on in the same clip if it is still coded in the same form; where the
    form changes (size, codec, parameter sets), the clip is that of the run around `at`, or of the nearest one. What
    cannot be decoded, after a hole or before the first keyframe, is left out. Raises NoClipError.
    """
    runs = runs_of(packets)
    if not runs:
        raise NoClipError("no_keyframe", "there is no keyframe in that stretch; let the camera send one more often")
    run = min(runs, key=lambda run: run.distance(at))
    sink = io.BytesIO()
    writer = ClipWriter(sink, run.form, max(reorder_depth(gop) for gop in run.gops))
    for gop in run.gops:
        for packet in gop:
            writer.append(packet)
    writer.close()
    return Clip(
        content=sink.getbuffer(),
        codec=run.form.codec,
        width=run.form.width,
        height=run.form.height,
        starts_at=writer.starts_at,
        ends_at=writer.ends_at,
        pictures=writer.pictures,
    )


def runs_of(packets: Sequence[Packet]) -> list[Run]:
    """`packets` in runs. Empty packets, and those whose predecessors in their GOP are missing, are in none."""
    runs: list[Run] = []
    follower = FormFollower()
    before: Packet | None = None
    decodable = False
    for packet in packets:
        follows = before is not None and packet.index == before.index + 1 and packet.epoch is before.epoch
        before = packet
        decodable = packet.size > 0 if packet.is_keyframe else decodable and follows
        if not decodable or packet.size == 0:
            continue
        form = follower.form(packet)
        if not runs or runs[-1].form != form:
            runs.append(Run(form))
        if packet.is_keyframe:
            runs[-1].gops.append([])
        runs[-1].gops[-1].append(packet)
    return runs
