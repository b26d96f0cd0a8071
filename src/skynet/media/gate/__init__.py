"""The activity gate: says when a camera that sleeps is worth decoding, from keyframes and packet sizes alone."""

from skynet.media.gate.activity_gate import ActivityGate
from skynet.media.gate.look import GateState, Look, Referee
from skynet.media.gate.options import GateOptions

__all__ = ["ActivityGate", "GateOptions", "GateState", "Look", "Referee"]
