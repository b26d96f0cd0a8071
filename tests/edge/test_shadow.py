"""What the gate would have lost, told by a camera that loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
import pytest

from skynet.domain import Box, Detection, ObjectLabel, Observations
from skynet.edge.gate_figures import GateFigures
from skynet.edge.pipeline import Analysis, PendingAlert
from skynet.edge.shadow import Shadow
from skynet.media import Packet
from tests.array_frame import ArrayFrame
from tests.edge.alerts import alert
from tests.edge.test_gated_watch import ScriptedGate
from tests.media.clips import bare_packets

PICTURE = np.full((90, 160, 3), 90, np.uint8)


def drive(shadow: Shadow, packets: list[Packet], *, tracks: Collection[int] = (), alerts: Collection[int] = ()) -> None:
    for packet in packets:
        shadow.weigh(packet)
        frame = ArrayFrame(PICTURE, packet.captured_at, packet.index)
        one = Detection(ObjectLabel.CAR, 0.9, Box(10.0 + 8 * packet.index, 10, 40, 30), 7)
        seen = Observations("gate", packet.captured_at, 160, 90, (one,) if packet.index in tracks else ())
        raised = (PendingAlert(alert(), None),) if packet.index in alerts else ()
        shadow.look(frame, Analysis(seen, (), raised, (), (), detected=True))


@pytest.fixture
def figures() -> GateFigures:
    return GateFigures(mode="shadow")


def shadow(gate: ScriptedGate, figures: GateFigures) -> Shadow:
    return Shadow("gate", gate, figures, hold_s=1.0)  # type: ignore[arg-type]  # it has the face of a gate


PACKETS = list(bare_packets([10] * 6, step_s=0.2))


def test_what_happens_between_two_quiet_keyframes_would_have_been_lost(
    figures: GateFigures, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    drive(shadow(ScriptedGate(), figures), PACKETS, tracks={13, 14, 15}, alerts={15})
    assert figures.shadow_missed == 2
    assert "track 7 (car)" in caplog.text
    assert "alert" in caplog.text
    assert not figures.awake


def test_what_the_next_look_wakes_for_would_have_been_caught_up_on(figures: GateFigures) -> None:
    drive(shadow(ScriptedGate(busy={20}), figures), PACKETS, tracks=set(range(13, 25)), alerts={15})
    assert (figures.shadow_missed, figures.wakes) == (0, 1)
    assert 0 < figures.awake_s < figures.asleep_s


def test_a_quiet_camera_loses_nothing_and_sleeps(figures: GateFigures) -> None:
    drive(shadow(ScriptedGate(), figures), PACKETS)
    assert (figures.shadow_missed, figures.wakes, figures.looks) == (0, 0, 6)
    assert figures.asleep_s == pytest.approx(11.8)
