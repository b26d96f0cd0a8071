"""What a camera itself says, where FFmpeg cannot tell."""

from __future__ import annotations

from collections.abc import Callable

from skynet.media.source import Source
from skynet.media.source_error import SourceError


def second_opinion(make: Callable[[], Source]) -> SourceError | None:
    """Make a source, open it and close it again; returns what that failed with, None when it opened.

    FFmpeg makes one error of all refusals that it has no name for, and of all troubles with encryption.
    """
    source = make()
    try:
        source.open()
    except SourceError as error:
        return error
    finally:
        source.close()
    return None
