"""The agent on a box: one worker a camera, alerts into the outbox, the outbox to the coordinator, health for all.

Only what other rooms and commands need before anything runs is named here; `skynet.edge.agent` is the program itself.
"""

from skynet.edge.config import CameraConfig, EdgeConfig
from skynet.edge.config_file import load_edge_config, load_rules

__all__ = ["CameraConfig", "EdgeConfig", "load_edge_config", "load_rules"]
