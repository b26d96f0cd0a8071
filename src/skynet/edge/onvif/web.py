"""HTTP with one device: paced, bounded in bytes and in time, never led to another host.

Keeps the HTTP login (digest by the strongest challenge) and counts its uses. For one event loop.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from skynet.edge.onvif.address import Reached, shown_address
from skynet.edge.onvif.camera_error import SilentError, StrangeAnswerError
from skynet.edge.onvif.pace import Pace
from skynet.edge.onvif.plain_text import plain_text
from skynet.edge.onvif.xml_node import MAX_BYTES

CONNECT_S = 4.0
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """`challenges` are the values of `WWW-Authenticate`. `moved_to` is where on this device it now lives."""

    status: int
    content: bytes
    challenges: tuple[str, ...]
    moved_to: str = ""


class Web:
    """`verify_tls` False takes any certificate. `transport` None is the network."""

    def __init__(
        self, pace: Pace, *, verify_tls: bool = True, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.verify_tls = verify_tls
        self._pace = pace
        self._http = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            verify=_tls(verify_tls),
            follow_redirects=False,
            headers={"User-Agent": "skynet-edge", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(
        self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None, within_s: float
    ) -> WebAnswer:
        """One request and its whole answer. Raises SilentError and StrangeAnswerError."""
        await self._pace.wait()
        shown = shown_address(url)
        try:
            async with asyncio.timeout(within_s):
                return await self._exchange(method, url, content, headers or {}, within_s)
        except (TimeoutError, httpx.TimeoutException):
            raise SilentError(
                f"{shown}: no whole answer within {within_s:g} s; is the camera on, and is this its address?"
            ) from None
        except ssl.SSLError as error:
            raise SilentError(f"{shown}: {_tls_text(error)}") from None
        except httpx.HTTPError as error:
            raise SilentError(f"{shown}: {_reason(error)}") from None
        except (httpx.InvalidURL, ValueError):
            raise StrangeAnswerError(f"{shown}: this is no address that can be asked") from None
        finally:
            self._pace.answered()

    async def _exchange(
        self, method: str, url: str, content: bytes, headers: Mapping[str, str], within_s: float
    ) -> WebAnswer:
        request = self._http.build_request(
            method,
            url,
            content=content or None,
            headers=dict(headers),
            timeout=httpx.Timeout(within_s, connect=min(CONNECT_S, within_s)),
        )
        response = await self._http.send(request, stream=True)
        try:
            self._http.cookies.clear()
            if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
                raise StrangeAnswerError(f"{shown_address(url)}: the answer is packed, which was not asked for")
            moved_to = self._moved(url, response)
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_BYTES:
                    raise StrangeAnswerError(f"{shown_address(url)}: the answer is larger than {MAX_BYTES >> 20} MiB")
        finally:
            await response.aclose()
        challenges = tuple(response.headers.get_list("www-authenticate"))
        return WebAnswer(response.status_code, bytes(body), challenges, moved_to)

    def _moved(self, url: str, response: httpx.Response) -> str:
        if response.status_code not in _REDIRECTS:
            return ""
        target: str = urljoin(url, response.headers.get("location", ""))
        if urlsplit(target).hostname != urlsplit(url).hostname or not Reached.of(target):
            where = plain_text(shown_address(target), 80)
            raise StrangeAnswerError(f"{shown_address(url)}: wants to send us to another host ({where}); not followed")
        if url.startswith("https:") and not target.startswith("https:"):
            raise StrangeAnswerError(f"{shown_address(url)}: wants to send us from https to http; not followed")
        return target


@functools.cache
def _tls(verify: bool) -> ssl.SSLContext:
    """One for all cameras: reading the machine's CAs takes 75 ms, in which the loop does nothing else."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _reason(error: httpx.HTTPError) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return _tls_text(error)
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached (connection refused or no route); is the camera on, and is this its address?"
    if isinstance(error, httpx.UnsupportedProtocol):
        return "is no HTTP address"
    return "the connection broke off, or what came is no HTTP; is this the camera's web port?"


def _tls_text(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return (
            "its TLS certificate cannot be verified; install its CA on this machine, "
            "or leave the check out for this camera with --insecure-tls"
        )
    return "TLS could not be set up; does this port speak HTTPS?"
