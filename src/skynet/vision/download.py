"""Fetches one model file over HTTP. When `download` returns, the file is whole, verified and under its own name; until
then it only ever exists as `<name>.part`, which a failed or broken-off run leaves to be overwritten."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import httpx

from skynet.domain.errors import WorkFailedError
from skynet.vision.onnx_session import ModelError

CHUNK_BYTES = 1 << 18
TIMEOUT_S = 30.0

OnProgress = Callable[[int, int | None], None]


def download(url: str, target: Path, sha256: str, on_progress: OnProgress, client: httpx.Client | None = None) -> Path:
    """Fetch `url` to `target`. `on_progress` hears the bytes so far and, where the server says, in all.

    Raises WorkFailedError when the server or the disk fails, ModelError when what came is not the model meant.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with client or httpx.Client(timeout=TIMEOUT_S, follow_redirects=True) as session:
            found = _fetch(session, url, part, on_progress)
        if found != sha256:
            part.unlink()
            raise ModelError(f"{url}: gave another file: sha256 is {found}, expected {sha256}; nothing was kept")
        part.replace(target)
    except httpx.HTTPStatusError as error:
        raise WorkFailedError(f"{url}: the server answered {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise WorkFailedError(f"{url}: could not be fetched ({error or type(error).__name__}); try again") from None
    except OSError as error:
        raise WorkFailedError(f"{part}: cannot be written ({error.strerror})") from None
    return target


def _fetch(session: httpx.Client, url: str, part: Path, on_progress: OnProgress) -> str:
    """Write the answer to `part`, durable when this returns; gives its sha256."""
    digest = hashlib.sha256()
    done = 0
    with session.stream("GET", url) as answer, part.open("wb") as file:
        answer.raise_for_status()
        length = answer.headers.get("content-length", "")
        total = int(length) if length.isdigit() else None
        for chunk in answer.iter_bytes(CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            on_progress(done, total)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
