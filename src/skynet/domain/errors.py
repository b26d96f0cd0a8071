"""The two ways a command can fail, told apart by its exit code. Their text is one line: what, where, how to mend it."""

from __future__ import annotations


class BadInputError(Exception):
    """The user gave something that cannot be used: a file, an option, a config. Exit code 2."""


class WorkFailedError(Exception):
    """The input was right and the work failed all the same. Exit code 1."""
