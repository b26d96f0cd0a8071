"""Which picture formats are taken, told by the first bytes and never by what a sender says."""

from __future__ import annotations


def media_type(content: bytes) -> str | None:
    """The media type of a JPEG, PNG or WebP file; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
