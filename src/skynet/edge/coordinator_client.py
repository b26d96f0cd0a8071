"""The box's side of the wire contract: one call, one request, and every way it can end as an exception by its cure.

Thread-safe. Nothing is retried in here and nothing is kept but open connections.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import httpx
from pydantic import ValidationError

from skynet.domain.alert import ClipRef
from skynet.domain.camera_assignment import AssignedCameras
from skynet.domain.clock import Clock
from skynet.domain.contract import AlertBatchResult, BoxReport
from skynet.edge.token import TokenError

TIMEOUT_S, CONNECT_S = 15.0, 5.0
TIMEOUT = httpx.Timeout(TIMEOUT_S, connect=CONNECT_S)
MAX_RETRY_AFTER_S = 600.0
_MAX_DETAIL = 300


class DeliveryError(Exception):
    """The coordinator did not take it. One line, without credentials."""


class UnreachableError(DeliveryError):
    """It does not answer, or says that it cannot right now: try later. `retry_after_s` as it asked for."""

    def __init__(self, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class UnauthorisedError(DeliveryError):
    """The token is missing, wrong or not for this: a person must mend that."""


class TooLargeError(DeliveryError):
    """Send less at once."""


class RejectedError(DeliveryError):
    """It answered something that trying again alone does not cure: it failed at this request, or is no coordinator."""


class UnacceptableError(RejectedError):
    """It can read the content and will not have it, however often it is sent."""


class UnknownError(RejectedError):
    """It does not know what this belongs to, at least not yet."""


class ConflictError(RejectedError):
    """It has something else in this place, which it keeps."""


class CoordinatorClient:
    """`token` is asked for each request, so that a new one needs no restart. `transport` None is the network."""

    def __init__(
        self, url: str, token: Callable[[], str], clock: Clock, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._token = token
        self._clock = clock
        # The system's CA store, so that an operator's own CA works; no proxies from the environment.
        self._http = httpx.Client(
            base_url=url,
            timeout=TIMEOUT,
            transport=transport,
            trust_env=False,
            verify=ssl.create_default_context(),
            headers={"User-Agent": "skynet-edge", "Accept": "application/json"},
        )

    def put_snapshot(self, sha256: str, content: bytes) -> None:
        """Store a picture under its hash. Raises DeliveryError."""
        self._send("PUT", f"/api/v1/edge/snapshots/{sha256}", content, "image/jpeg")

    def put_clip(self, alert_id: UUID, clip: ClipRef, content: Iterable[bytes]) -> None:
        """Give an alert its clip, `clip.bytes` bytes sent as `content` yields them. Raises DeliveryError."""
        about: dict[str, str | int] = {
            "sha256": clip.sha256,
            "codec": clip.codec,
            "width": clip.width,
            "height": clip.height,
            "starts_at": _wire_time(clip.starts_at),
            "ends_at": _wire_time(clip.ends_at),
        }
        path = f"/api/v1/edge/alerts/{alert_id}/clip?{httpx.QueryParams(about)}"
        self._send("PUT", path, content, "video/mp4", clip.bytes)

    def post_alerts(self, box_id: str, bodies: Sequence[str]) -> AlertBatchResult:
        """Send alerts, each given as its JSON. Raises DeliveryError."""
        content = f'{{"box_id":{json.dumps(box_id)},"alerts":[{",".join(bodies)}]}}'
        answer = self._send("POST", "/api/v1/edge/alerts", content.encode(), "application/json")
        try:
            return AlertBatchResult.model_validate_json(answer.content)
        except ValidationError:
            raise RejectedError(f"{self._http.base_url} does not answer as a coordinator does; check the url") from None

    def post_report(self, report: BoxReport) -> list[str]:
        """Send a sign of life; returns what the coordinator refused of it, one line each. Raises DeliveryError."""
        answer = self._send("POST", "/api/v1/edge/health", report.model_dump_json().encode(), "application/json")
        try:
            refused = answer.json()["refused"]
            return [f"camera {one['camera_id']}: {one['detail']}"[:_MAX_DETAIL] for one in refused]
        except (ValueError, LookupError, TypeError):
            raise RejectedError(f"{self._http.base_url} does not answer as a coordinator does; check the url") from None

    def assigned_cameras(self, box_id: str, known: int | None, wait_s: float) -> AssignedCameras | None:
        """What the box shall watch, as soon as that is not version `known` any more; None when it is after `wait_s`.

        Raises DeliveryError.
        """
        asked = {"wait": f"{wait_s:g}"} | ({} if known is None else {"known": str(known)})
        path = f"/api/v1/boxes/{box_id}/cameras?{httpx.QueryParams(asked)}"
        answer = self._send("GET", path, timeout=httpx.Timeout(wait_s + TIMEOUT_S, connect=CONNECT_S))
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        try:
            return AssignedCameras.model_validate_json(answer.content)
        except ValidationError as error:
            raise RejectedError(f"{self._http.base_url} assigns what this box cannot read: {_first(error)}") from None

    def close(self) -> None:
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | Iterable[bytes] | None = None,
        media_type: str = "",
        size: int | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> httpx.Response:
        try:
            headers = {"Authorization": f"Bearer {self._token()}"} | (
                {"Content-Type": media_type} if media_type else {}
            )
            if size is not None:
                headers["Content-Length"] = str(size)  # of an iterable the library could not know it
            answer = self._http.request(method, path, content=content, headers=headers, timeout=timeout)
        except TokenError as error:
            raise UnauthorisedError(str(error)) from None
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"{self._http.base_url} cannot be reached ({_line(reason)})") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RejectedError(f"{self._http.base_url}: {_line(str(error)) or type(error).__name__}") from None
        except RuntimeError as error:  # httpx's word for a client that another thread has closed
            raise UnreachableError(f"the connection was closed ({error})") from None
        if not answer.is_success:
            raise self._failure(answer)
        return answer

    def _failure(self, answer: httpx.Response) -> DeliveryError:
        status = answer.status_code
        text = f"{self._http.base_url} answered {status}: {_detail(answer)}"
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return UnauthorisedError(f"{text}; give this box a token of the scope 'edge'")
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            return TooLargeError(text)
        if status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS) or status > 500:
            return UnreachableError(text, self._retry_after(answer))
        if status in (httpx.codes.UNSUPPORTED_MEDIA_TYPE, httpx.codes.UNPROCESSABLE_ENTITY):
            return UnacceptableError(text)
        if status == httpx.codes.NOT_FOUND:
            return UnknownError(text)
        if status == httpx.codes.CONFLICT:
            return ConflictError(text)
        return RejectedError(text)

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """RFC 9110 §10.2.3: seconds, or a date."""
        value = answer.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return min(float(value[:9]), MAX_RETRY_AFTER_S)
        try:
            seconds = parsedate_to_datetime(value).timestamp() - self._clock.wall()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)


def _wire_time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _detail(answer: httpx.Response) -> str:
    """What the problem document says, or the reason phrase of something that is no coordinator."""
    try:
        return _line(str(answer.json()["detail"]))
    except (ValueError, LookupError, TypeError):
        return _line(answer.reason_phrase)


def _first(error: ValidationError) -> str:
    """Where the first mistake stands and what it is; never the value."""
    one = error.errors(include_url=False, include_input=False)[0]
    return _line(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}")


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:_MAX_DETAIL]
