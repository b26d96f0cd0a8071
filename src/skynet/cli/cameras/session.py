"""Runs one piece of work with one camera from the command line, its errors turned into the command's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from skynet.domain import SystemClock
from skynet.domain.errors import WorkFailedError
from skynet.edge.onvif import CameraError, Credentials, OnvifCamera

_T = TypeVar("_T")


def with_camera(
    address: str, credentials: Credentials | None, verify_tls: bool, work: Callable[[OnvifCamera], Awaitable[_T]]
) -> _T:
    """Raises WorkFailedError in place of CameraError."""
    logging.getLogger("httpx").setLevel(logging.WARNING)

    async def run() -> _T:
        async with OnvifCamera(address, credentials, SystemClock(), verify_tls=verify_tls) as camera:
            return await work(camera)

    try:
        return asyncio.run(run())
    except CameraError as error:
        raise WorkFailedError(str(error)) from None
