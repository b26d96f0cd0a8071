"""The one error of everything in this room that reads the wire."""

from __future__ import annotations


class ProtocolError(Exception):
    """Bytes that break the protocol: one line, which never holds credentials."""
