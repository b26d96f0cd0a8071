"""One ONVIF device: reached, its clock compared, its services known; media, PTZ and events from here.

For one event loop. `close` it, or use it with `async with`.
"""

from __future__ import annotations

from types import TracebackType

import httpx

from skynet.domain.clock import Clock
from skynet.edge.onvif.address import Reached
from skynet.edge.onvif.camera_error import FaultError, MissingServiceError, StrangeAnswerError
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.envelope import Operation
from skynet.edge.onvif.findings import Findings
from skynet.edge.onvif.identity import Identity
from skynet.edge.onvif.media_profile import MediaProfile
from skynet.edge.onvif.media_service import MediaService, open_media
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.pace import Pace
from skynet.edge.onvif.ptz_service import PtzService
from skynet.edge.onvif.pull_point import PullPoint
from skynet.edge.onvif.services import from_capabilities, from_services
from skynet.edge.onvif.soap_client import SoapClient
from skynet.edge.onvif.web import Web
from skynet.edge.onvif.xml_node import XmlNode


class OnvifCamera:
    """`url` is its device service. `verify_tls` False takes any certificate. `transport` None is the network.

    `named` False: nobody named this device, it only answered; it must not see the password readable.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None,
        clock: Clock,
        *,
        verify_tls: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
        named: bool = True,
    ) -> None:
        """Raises ValueError when `url` is no address by HTTP."""
        self.url = url
        self.reached = Reached.of(url)
        self.findings = Findings()
        self.services: dict[Namespace, str] = {}
        self._clock = clock
        web = Web(pace or Pace(clock), verify_tls=verify_tls, transport=transport)
        self.client = SoapClient(web, clock, url, credentials, self.findings)
        self.client.may_show_password = named

    async def __aenter__(self) -> OnvifCamera:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.client.web.close()

    @property
    def tls_state(self) -> str:
        if self.reached.scheme == "http":
            return "none (plain HTTP)"
        return "verified" if self.client.web.verify_tls else "NOT verified (left out for this camera)"

    async def connect(self) -> None:
        """Compare clocks, then learn the services. Raises CameraError."""
        await self.client.measure_clock()
        time = self.client.time
        if time and time.local_for_utc:
            self.findings.note(
                f"its clock is {time.offset_s / 3600:+.2f} h from ours: most likely it gives local time as UTC"
            )
        elif time and abs(time.offset_s) > 5:
            self.findings.note(f"its clock is {time.offset_s:+.0f} s from ours; logins are dated by its own")
        self.services = await self._learn_services()

    async def identity(self) -> Identity:
        """Raises CameraError."""
        return Identity.of(await self._device("GetDeviceInformation"))

    async def media(self) -> tuple[MediaService, tuple[MediaProfile, ...]]:
        """Raises CameraError."""
        return await open_media(self.client, self.services, self.reached.host)

    async def ptz(self) -> PtzService:
        """Raises CameraError; MissingServiceError for a camera that does not turn."""
        if Namespace.PTZ not in self.services:
            raise MissingServiceError(f"{self.reached.netloc}: has no PTZ; it is a fixed camera")
        _, profiles = await self.media()
        return await self.ptz_through(profiles)

    async def ptz_through(self, profiles: tuple[MediaProfile, ...]) -> PtzService:
        """The same for one whose profiles are known. Raises CameraError."""
        return await PtzService.open(self.client, self.services[Namespace.PTZ], profiles)

    def events(self, pull_s: float = 20.0) -> PullPoint:
        """A subscription that is not made yet. Raises MissingServiceError."""
        if Namespace.EVENTS not in self.services:
            raise MissingServiceError(f"{self.reached.netloc}: has no event service")
        return PullPoint(self.client, self.services[Namespace.EVENTS], self.reached, self._clock, pull_s)

    async def _learn_services(self) -> dict[Namespace, str]:
        try:
            answer = await self._device("GetServices", "<s:IncludeCapability>false</s:IncludeCapability>")
            services = from_services(answer, self.url, self.findings)
            if Namespace.MEDIA in services or Namespace.MEDIA2 in services:
                return services
            self.findings.note("its GetServices names no media service; GetCapabilities was asked")
        except (FaultError, StrangeAnswerError):
            services = {}
            self.findings.note("it does not answer GetServices; GetCapabilities was asked")
        answer = await self._device("GetCapabilities", "<s:Category>All</s:Category>")
        return {**from_capabilities(answer, self.url, self.findings), **services}

    async def _device(self, name: str, parameters: str = "") -> XmlNode:
        return await self.client.call(self.url, Operation(Namespace.DEVICE, name, parameters))
