"""Tracks → alerts: rules about zones, lines, dwelling, stopping and direction, and the vote over a track's plate reads.

Pure and deterministic: everything hangs on the observations that come in and the times they carry, so a day of them
can be replayed from a log in a second and gives the same alerts.
"""

from skynet.analytics.engine import RuleEngine
from skynet.analytics.hit import RuleHit
from skynet.analytics.plate_vote import PlateVote, VotedPlate

__all__ = ["PlateVote", "RuleEngine", "RuleHit", "VotedPlate"]
