"""Looks at one camera whole: who it is, what it streams, how it really runs, what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from skynet.domain.clock import Clock
from skynet.edge.onvif.address import with_credentials
from skynet.edge.onvif.camera import OnvifCamera
from skynet.edge.onvif.camera_error import CameraError, RefusedLoginError, SilentError
from skynet.edge.onvif.camera_report import CameraReport, Choice, choose
from skynet.edge.onvif.identity import Identity
from skynet.edge.onvif.media_profile import MediaProfile
from skynet.edge.onvif.media_service import MediaService
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.snapshot import fetch_snapshot
from skynet.edge.onvif.stream_rhythm import StreamRhythm, measure_rhythm
from skynet.media import Source, SourceError

MAX_STREAMS = 8
"""Profiles whose address is asked for: each is a call, and calls are paced."""
OpenStream = Callable[[str], Source]
"""A source, not opened yet, for an address that may hold credentials."""


async def probe(
    camera: OnvifCamera,
    clock: Clock,
    open_stream: OpenStream | None,
    seconds: float = 6.0,
    threads: Executor | None = None,
) -> CameraReport:
    """`open_stream` None measures no stream; else each chosen one is read for up to `seconds`, on one
    of `threads` (None: the loop's own).

    Raises CameraError when the camera cannot be reached or does not let us in; what else fails stands in the report.
    """
    await camera.connect()
    identity = await _identity(camera)
    streams = await _streams(camera)
    ptz = await _has_ptz(camera, streams.profiles)
    rhythms = await _measured(camera, streams.choice, clock, open_stream, seconds, threads)
    time = camera.client.time
    return CameraReport(
        address=camera.url,
        identity=identity,
        tls=camera.tls_state,
        login=_login_text(camera),
        clock_offset_s=time.offset_s if time else None,
        local_for_utc=bool(time and time.local_for_utc),
        media=streams.media,
        profiles=tuple(_completed(profile, rhythms.get(profile.token)) for profile in streams.profiles),
        rhythms=rhythms,
        choice=streams.choice,
        snapshot_bytes=streams.snapshot_bytes,
        ptz=ptz,
        events=Namespace.EVENTS in camera.services,
        findings=camera.findings.lines,
        problem=streams.problem,
    )


@dataclass(frozen=True, slots=True)
class _Streams:
    media: str = ""
    profiles: tuple[MediaProfile, ...] = ()
    choice: Choice = field(default_factory=Choice)
    snapshot_bytes: int | None = None
    problem: str = ""


async def _identity(camera: OnvifCamera) -> Identity:
    try:
        return await camera.identity()
    except (SilentError, RefusedLoginError):
        raise
    except CameraError as error:
        camera.findings.note(f"it does not say who it is: {_after_address(error)}")
        return Identity()


async def _streams(camera: OnvifCamera) -> _Streams:
    try:
        service, listed = await camera.media()
        profiles = await _with_streams(service, listed)
    except (SilentError, RefusedLoginError):
        raise
    except CameraError as error:
        return _Streams(problem=_after_address(error))
    media, choice = "Media 2" if service.media2 else "Media 1", choose(profiles)
    if choice.record is None:
        return _Streams(media, profiles, problem="none of its profiles has a stream address that can be read")
    return _Streams(media, profiles, choice, await _snapshot_size(camera, service, choice.record))


async def _with_streams(service: MediaService, listed: tuple[MediaProfile, ...]) -> tuple[MediaProfile, ...]:
    profiles = []
    findings = service.client.findings
    if len(listed) > MAX_STREAMS:
        findings.note(f"it has {len(listed)} profiles; only the streams of the first {MAX_STREAMS} were asked for")
    for index, profile in enumerate(listed):
        if index < MAX_STREAMS:
            try:
                profile = profile.at(await service.stream_uri(profile))
            except (SilentError, RefusedLoginError):
                raise
            except CameraError as error:
                findings.note(f"no stream address for profile {profile.name}: {_after_address(error)}")
        profiles.append(profile)
    return tuple(profiles)


async def _snapshot_size(camera: OnvifCamera, service: MediaService, profile: MediaProfile) -> int | None:
    try:
        uri = await service.snapshot_uri(profile)
        return len(await fetch_snapshot(camera.client, uri, camera.reached))
    except CameraError as error:
        camera.findings.note(f"no snapshot: {_after_address(error)}")
        return None


async def _has_ptz(camera: OnvifCamera, profiles: tuple[MediaProfile, ...]) -> bool:
    if Namespace.PTZ not in camera.services or not profiles:
        return False
    try:
        await (await camera.ptz_through(profiles)).spaces()
    except CameraError as error:
        camera.findings.note(f"it names a PTZ service, and cannot be turned: {_after_address(error)}")
        return False
    return True


async def _measured(
    camera: OnvifCamera,
    choice: Choice,
    clock: Clock,
    open_stream: OpenStream | None,
    seconds: float,
    threads: Executor | None,
) -> dict[str, StreamRhythm]:
    """One stream after the other: some cameras serve only two at once, and others may be watching."""
    loop = asyncio.get_running_loop()
    rhythms: dict[str, StreamRhythm] = {}
    if open_stream is None:
        return rhythms
    for profile in (choice.record, choice.analysis):
        if profile is None:
            continue
        source = open_stream(with_credentials(profile.stream_uri, camera.client.credentials))
        try:
            rhythm = await loop.run_in_executor(threads, measure_rhythm, source, seconds, clock)
        except SourceError as error:
            camera.findings.note(f"the stream of profile {profile.name} cannot be read: {error.detail}")
            continue
        rhythms[profile.token] = rhythm
        _compare(camera, profile, rhythm)
    return rhythms


def _compare(camera: OnvifCamera, profile: MediaProfile, rhythm: StreamRhythm) -> None:
    """What it says of a stream against what came."""
    note = camera.findings.note
    if profile.pixels and rhythm.width and (profile.width, profile.height) != (rhythm.width, rhythm.height):
        said = f"{profile.width}×{profile.height}"
        note(f"profile {profile.name} is said to be {said} and is {rhythm.width}×{rhythm.height}")
    if profile.codec and rhythm.codec and profile.codec != rhythm.codec:
        note(f"profile {profile.name} is said to be {profile.codec} and is {rhythm.codec}")
    if profile.fps and rhythm.fps and abs(profile.fps - rhythm.fps) > max(1.0, 0.2 * profile.fps):
        note(f"profile {profile.name} is said to run at {profile.fps:g} fps and runs at {rhythm.fps:.1f}")
    if rhythm.pictures and rhythm.gop is None:
        note(f"profile {profile.name} sent no second keyframe in {rhythm.span_s:.1f} s; shorten its keyframe interval")


def _completed(profile: MediaProfile, rhythm: StreamRhythm | None) -> MediaProfile:
    if rhythm is None or profile.pixels:
        return profile
    return replace(profile, codec=profile.codec or rhythm.codec, width=rhythm.width, height=rhythm.height)


def _login_text(camera: OnvifCamera) -> str:
    client = camera.client
    return f"{client.level} ({client.digest_name})" if client.level == "HTTP digest" else str(client.level)


def _after_address(error: CameraError) -> str:
    """The text without the address that it begins with: a report is about one camera."""
    text = str(error)
    head, separator, rest = text.partition(": ")
    return rest if separator and head.startswith(("http://", "https://")) else text
