"""Every quirk that the stub can have, against the real client: got by and named, or one clear error in bounded time."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from skynet.edge.onvif.camera_error import CameraError, FaultError, RefusedLoginError, SilentError, StrangeAnswerError
from skynet.edge.onvif.camera_event import EventKind
from tests.edge.onvif.quirk_visit import Visit, listen, look, side_by_side, turn
from tests.onvif_stub import HIKVISION, OnvifStub, Quirk, snapshot_jpeg

Check = Callable[[Visit], bool]


@dataclass(frozen=True)
class Outcome:
    """`says` must be told to the operator; `error` ends the visit; `problem` stands in the report of a useless camera.

    Without both the camera can be used. `check` is what else must be so.
    """

    says: str = ""
    error: type[CameraError] | None = None
    problem: str = ""
    check: Check = lambda visit: True


def _report(**wanted: object) -> Check:
    return lambda visit: all(getattr(visit.report, name) == value for name, value in wanted.items())


def _digest(algorithm: str) -> Check:
    return lambda visit: set(visit.camera.digest_algorithms) == {algorithm} and visit.report is not None


def _model(text: str) -> Check:
    return lambda visit: visit.report is not None and visit.report.identity.model == text


def _streams(*tokens: str) -> Check:
    return lambda visit: (
        [p.token for p in visit.report.profiles if p.stream_uri] == list(tokens) if visit.report else False
    )


def _one_line_model(visit: Visit) -> bool:
    model = visit.report.identity.model if visit.report else ""
    return model.startswith(HIKVISION.model) and model.isprintable() and len(model) <= 80


TOKEN = _report(login="WS-UsernameToken")
MEDIA1 = _report(media="Media 1")
NO_PICTURE = _report(snapshot_bytes=None)
PICTURE = _report(snapshot_bytes=len(snapshot_jpeg()))
LOGIN_ERROR = Outcome("user 'admin' or the password was refused", RefusedLoginError)

LOOKED = {
    Quirk.CLOCK_LOCAL_AS_UTC: Outcome("local time as UTC", check=TOKEN),
    Quirk.CLOCK_HOURS_OFF: Outcome("logins are dated by its own", check=TOKEN),
    Quirk.CLOCK_SINCE_BOOT: Outcome("logins are dated by its own", check=TOKEN),
    Quirk.CLOCK_MISSING: Outcome(check=TOKEN),
    Quirk.CLOCK_NEEDS_LOGIN: Outcome("tells its time only after a login"),
    Quirk.WINDOW_5_S: Outcome("logins are dated by its own", check=TOKEN),
    Quirk.WINDOW_20_S: Outcome("logins are dated by its own", check=TOKEN),
    Quirk.DIGEST_ONLY: Outcome(check=_digest("MD5")),
    Quirk.DIGEST_SHA256: Outcome(check=_digest("SHA-256")),
    Quirk.DIGEST_SHA256_THEN_MD5: Outcome(check=_digest("SHA-256")),
    Quirk.DIGEST_MD5_SESS: Outcome(check=_digest("MD5-sess")),
    Quirk.DIGEST_NO_QOP: Outcome(check=_digest("MD5")),
    Quirk.DIGEST_ALGORITHM_ECHO: Outcome(check=_digest("MD5")),
    Quirk.DIGEST_NONCE_ONCE: Outcome(check=_digest("MD5")),
    Quirk.DUAL_CHALLENGE: Outcome(check=_digest("MD5")),
    Quirk.BASIC_ONLY: Outcome("offers only HTTP Basic", RefusedLoginError),
    Quirk.TOKEN_ONLY: Outcome(check=TOKEN),
    Quirk.TOKEN_TEXT_ONLY: LOGIN_ERROR,
    Quirk.LOGIN_HTML: Outcome(check=_digest("MD5")),
    Quirk.LOGIN_FAULT_200: Outcome(check=TOKEN),
    Quirk.LOGIN_FAULT_UNWORDED: Outcome(check=TOKEN),
    Quirk.LOCKS_OUT: Outcome(check=lambda visit: visit.camera.journal.refused_logins == 0),
    Quirk.NO_GET_SERVICES: Outcome("does not answer GetServices", check=MEDIA1),
    Quirk.MEDIA2_FIRST: Outcome(check=_report(media="Media 2")),
    Quirk.MEDIA2_FAILS: Outcome("media2 service does not list profiles", check=MEDIA1),
    Quirk.MEDIA2_EMPTY: Outcome("media2 service lists no profile", check=MEDIA1),
    Quirk.XADDR_WRONG_PORT: Outcome("it names itself 127.0.0.1:"),
    Quirk.XADDR_LAN_ADDRESS: Outcome("it names itself 192.168.1.64"),
    Quirk.XADDR_ZERO_ADDRESS: Outcome("it names itself 0.0.0.0"),
    Quirk.XADDR_EMPTY: Outcome("without their addresses", problem="GetProfiles failed on the device"),
    Quirk.DEVICE_INFO_MISSING: Outcome(
        check=lambda visit: visit.report is not None and visit.report.identity.serial == ""
    ),
    Quirk.DEVICE_INFO_FAULT: Outcome("does not say who it is", check=_model("")),
    Quirk.NAME_CONTROL_CHARACTERS: Outcome(check=_one_line_model),
    Quirk.NAME_ILLEGAL_XML: Outcome("XML is broken in GetDeviceInformation", check=_one_line_model),
    Quirk.NAME_ENDLESS: Outcome(check=_one_line_model),
    Quirk.SCOPES_NO_NAME: Outcome(check=_model(HIKVISION.model)),
    Quirk.SCOPES_FAULT: Outcome(check=_model(HIKVISION.model)),
    Quirk.PROFILES_NONE: Outcome("lists no profile with video", problem="has no profile with video"),
    Quirk.PROFILE_NO_ENCODER: Outcome(check=_streams("Profile_1", "Profile_2")),
    Quirk.PROFILE_UNNAMED: Outcome(
        check=lambda visit: visit.report is not None and visit.report.profiles[0].name == "Profile_1"
    ),
    Quirk.PROFILE_DUPLICATE: Outcome(check=_report(media="Media 2")),
    Quirk.PROFILE_NUMBERS_EMPTY: Outcome(
        check=lambda visit: visit.report is not None and visit.report.profiles[0].width == 0
    ),
    Quirk.STREAM_URI_USERINFO: Outcome(
        "held user and password", check=lambda visit: "factory1" not in repr(visit.report)
    ),
    Quirk.STREAM_URI_FACTORY_ADDRESS: Outcome(
        "named another host (192.168.1.64)",
        check=lambda visit: visit.report is not None and "//127.0.0.1:554/" in visit.report.profiles[0].stream_uri,
    ),
    Quirk.STREAM_URI_EMPTY: Outcome("no stream address for profile subStream", check=_streams("Profile_1")),
    Quirk.STREAM_URI_HTTP: Outcome(
        "no stream address for profile", problem="none of its profiles has a stream address"
    ),
    Quirk.STREAM_URI_FLAT: Outcome(check=_streams("Profile_1", "Profile_2")),
    Quirk.SNAPSHOT_EMPTY: Outcome("no snapshot: answered nothing", check=NO_PICTURE),
    Quirk.SNAPSHOT_HTML: Outcome("no snapshot: answered something that is no picture", check=NO_PICTURE),
    Quirk.SNAPSHOT_BASIC: Outcome("takes only HTTP Basic", check=PICTURE),
    Quirk.SNAPSHOT_OPEN: Outcome(check=PICTURE),
    Quirk.SNAPSHOT_UNSUPPORTED: Outcome("no snapshot: GetSnapshotUri failed", check=NO_PICTURE),
    Quirk.FAULT_200: Outcome("faults with HTTP 200", check=MEDIA1),
    Quirk.HTML_404: Outcome("web page (HTML)", StrangeAnswerError),
    Quirk.HTML_200: Outcome("web page (HTML)", StrangeAnswerError),
    Quirk.REDIRECT_OTHER_HOST: Outcome("another host", StrangeAnswerError),
    Quirk.UNQUOTED_ATTRIBUTES: Outcome("XML is broken in GetProfiles", check=_streams("Profile_1", "Profile_2")),
    Quirk.BYTE_ORDER_MARK: Outcome(check=PICTURE),
    Quirk.LEADING_JUNK: Outcome("XML is broken", check=PICTURE),
    Quirk.WRONG_CONTENT_TYPE: Outcome(check=PICTURE),
    Quirk.WRONG_CHARSET: Outcome(check=_model(f"枪机 {HIKVISION.model}")),
    Quirk.GBK_BYTES: Outcome("XML is broken in GetDeviceInformation", check=PICTURE),
    Quirk.CHUNKED: Outcome(check=PICTURE),
    Quirk.NO_CONTENT_LENGTH: Outcome(check=PICTURE),
    Quirk.CLOSED_EARLY: Outcome("broke off", SilentError),
    Quirk.CLOSES_SILENTLY: Outcome(check=PICTURE),
    Quirk.BAD_STATUS_LINE: Outcome("is no HTTP", SilentError),
    Quirk.EMPTY_200: Outcome("is empty", StrangeAnswerError),
    Quirk.TRICKLE: Outcome("no whole answer within", SilentError),
    Quirk.ENDLESS: Outcome("larger than 4 MiB", StrangeAnswerError),
    Quirk.HUGE: Outcome("larger than 4 MiB", StrangeAnswerError),
    Quirk.XML_BOMB: Outcome("document type or entities", StrangeAnswerError),
    Quirk.EXTERNAL_ENTITY: Outcome(
        "document type or entities", StrangeAnswerError, check=lambda visit: "root:" not in visit.said
    ),
    Quirk.DEEP_NESTING: Outcome("nested more than", StrangeAnswerError),
    Quirk.SLOW: Outcome(check=PICTURE),
    Quirk.SILENT: Outcome("no whole answer within", SilentError),
    Quirk.BOOTING: Outcome(check=_report(media="Media 2")),
    Quirk.REBOOTS_WHEN_HURRIED: Outcome(check=lambda visit: visit.camera.reboots == 0),
}

SUB = HIKVISION.profiles[1].token
TURNED = {
    Quirk.PTZ_SUB_ONLY: Outcome(
        "only its profile subStream can turn",
        check=lambda visit: {move.profile for move in visit.camera.moves} == {SUB},
    ),
    Quirk.PTZ_UNADVERTISED: Outcome("none of its profiles names PTZ"),
    Quirk.PTZ_SPACES_EMPTY: Outcome("lists no PTZ spaces"),
    Quirk.PTZ_RANGE_EMPTY: Outcome(),
    Quirk.PTZ_PRESETS_300: Outcome(check=lambda visit: len(visit.presets) == 300),
    Quirk.PTZ_PRESET_ENCODED: Outcome(check=lambda visit: visit.presets[0].name == "预置点 gate"),
    Quirk.PTZ_NO_PRESETS: Outcome("GetPresets failed on the device", check=lambda visit: visit.presets == ()),
    Quirk.PTZ_PRESET_BARE: Outcome(check=lambda visit: visit.token == "3"),
    Quirk.PTZ_ZOOM_ECHO: Outcome(),
    Quirk.PTZ_STOP_LOST: Outcome(check=lambda visit: len(visit.camera.journal.named("Stop")) == 3),
    Quirk.PTZ_STATUS_FAULT: Outcome("GetStatus failed on the device", check=lambda visit: visit.status is None),
    Quirk.PTZ_STATUS_FROZEN: Outcome(check=lambda visit: visit.status is not None and visit.status.zoom == 0.0),
}

BOTH = [EventKind.MOTION, EventKind.PLATE]


def _kinds(*kinds: EventKind) -> Check:
    return lambda visit: [event.kind for event in visit.events] == list(kinds)


def _own_port(visit: Visit) -> bool:
    return {call.port for call in visit.camera.journal.named("PullMessages")} == {visit.camera.last_port}


HEARD = {
    Quirk.EVENTS_OTHER_PORT: Outcome(check=lambda visit: _own_port(visit) and _kinds(*BOTH)(visit)),
    Quirk.EVENTS_LAN_ADDRESS: Outcome("the port that it named for events does not answer", check=_kinds(*BOTH)),
    Quirk.EVENTS_REFERENCE_PARAMETERS: Outcome(check=_kinds(*BOTH)),
    Quirk.EVENTS_FOUR_SLOTS: Outcome(check=lambda visit: visit.camera.most_subscriptions == 1),
    Quirk.EVENTS_RENEW_FAILS: Outcome(check=_kinds(*BOTH)),
    Quirk.EVENTS_EXPIRED: Outcome("was lost", FaultError),
    Quirk.EVENTS_EMPTY: Outcome(check=_kinds()),
    Quirk.EVENTS_LATE: Outcome(check=_kinds(*BOTH)),
    Quirk.EVENTS_PULL_FAULT: Outcome("was lost; a new one was made", check=_kinds(*BOTH)),
    Quirk.EVENTS_FLAT_ADDRESS: Outcome(check=_kinds(*BOTH)),
    Quirk.EVENTS_NO_SYNC_POINT: Outcome(check=_kinds(*BOTH)),
    Quirk.EVENTS_FOREIGN_TOPIC: Outcome(check=_kinds(EventKind.OTHER, EventKind.PLATE)),
    Quirk.EVENTS_UNPARSABLE: Outcome(check=_kinds(EventKind.MOTION, *BOTH)),
    Quirk.EVENTS_UNLIMITED: Outcome(check=lambda visit: len(visit.events) == 2 and visit.left_out > 0),
}

# A quirk that shows only beside another, and what is done other than as a rule.
COMPANY = {Quirk.FAULT_200: Quirk.MEDIA2_FAILS}
LISTENING = {
    Quirk.EVENTS_PULL_FAULT: functools.partial(listen, at_pull=3),
    Quirk.EVENTS_UNPARSABLE: functools.partial(listen, wanted=3),
    Quirk.EVENTS_EMPTY: functools.partial(listen, within_s=1.5),
}
SLOWEST = [Quirk.SILENT, Quirk.TRICKLE, Quirk.EVENTS_EXPIRED, Quirk.EVENTS_LATE]
# Megabytes to read, which the visits beside them would have to wait for.
HEAVY = {Quirk.HUGE, Quirk.ENDLESS, Quirk.DEEP_NESTING}
EXPECTED = {**LOOKED, **TURNED, **HEARD}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[OnvifStub]:
    """Another host, to which the quirks of the wire lead."""
    with OnvifStub(HIKVISION, host="127.0.0.2") as camera:
        yield camera


@pytest.fixture(scope="module")
def visits(elsewhere: OnvifStub) -> Iterator[dict[Quirk, Visit]]:
    """Each camera is visited once, many at a time."""
    with ExitStack() as stack:
        calls = {}
        for quirk in dict.fromkeys([*SLOWEST, *EXPECTED]):
            quirks = {quirk, COMPANY.get(quirk, quirk)}
            stub = stack.enter_context(OnvifStub(HIKVISION, quirks, other_url=elsewhere.url))
            visit = look if quirk in LOOKED else turn if quirk in TURNED else LISTENING.get(quirk, listen)
            calls[quirk] = functools.partial(visit, stub)
        light = asyncio.run(side_by_side({quirk: call for quirk, call in calls.items() if quirk not in HEAVY}))
        yield light | asyncio.run(side_by_side({quirk: call for quirk, call in calls.items() if quirk in HEAVY}, 1))


def test_every_switch_is_driven() -> None:
    driven = {quirk for quirk in Quirk if not quirk.name.startswith("DISCOVERY_")}
    assert set(EXPECTED) == driven
    assert len(driven) >= 40


@pytest.mark.parametrize("quirk", EXPECTED, ids=lambda quirk: quirk.name)
def test_it_is_got_by_or_told_of(visits: dict[Quirk, Visit], quirk: Quirk) -> None:
    visit, wanted = visits[quirk], EXPECTED[quirk]
    assert wanted.says in visit.said
    assert type(visit.error) is (wanted.error or type(None)), visit.said
    if wanted.error is None and quirk in LOOKED:
        assert visit.report is not None
        assert wanted.problem in visit.report.problem
        assert bool(visit.report.problem) is bool(wanted.problem)
        assert (visit.report.choice.record is None) is bool(wanted.problem)
    assert wanted.check(visit), visit


@pytest.mark.parametrize("quirk", EXPECTED, ids=lambda quirk: quirk.name)
def test_what_is_told_is_short_and_gives_nothing_away(visits: dict[Quirk, Visit], quirk: Quirk) -> None:
    visit = visits[quirk]
    lines = [*visit.findings, str(visit.error or "")]
    assert all(len(line) <= 300 and (line.isprintable() or not line) for line in lines)
    assert visit.camera.login.password not in visit.said + repr(visit.report)


@pytest.mark.parametrize("quirk", EXPECTED, ids=lambda quirk: quirk.name)
def test_no_request_carries_two_logins_and_few_are_refused(visits: dict[Quirk, Visit], quirk: Quirk) -> None:
    journal = visits[quirk].camera.journal
    assert journal.with_both_levels() == []
    assert all("basic" not in call.levels for call in journal.calls if call.action != "snapshot")
    assert journal.refused_logins < 5


@pytest.mark.parametrize("quirk", TURNED, ids=lambda quirk: quirk.name)
def test_each_move_is_stopped_and_commands_one_axis(visits: dict[Quirk, Visit], quirk: Quirk) -> None:
    moves = visits[quirk].camera.moves
    assert [move.kind for move in moves] == ["continuous", "stop", "continuous", "stop", "absolute"]
    assert (moves[0].pan_tilt, moves[0].zoom) == ((0.5, 0.0), None)
    assert (moves[2].pan_tilt, moves[2].zoom) == (None, 0.5)
    assert (moves[4].pan_tilt, moves[4].zoom) == (None, 0.25)


@pytest.mark.parametrize("quirk", HEARD, ids=lambda quirk: quirk.name)
def test_no_subscription_is_left(visits: dict[Quirk, Visit], quirk: Quirk) -> None:
    visit = visits[quirk]
    assert visit.camera.open_subscriptions == 0
    assert visit.camera.journal.named("Unsubscribe") != []


def test_no_face_is_taken(visits: dict[Quirk, Visit]) -> None:
    assert visits[Quirk.EVENTS_OTHER_PORT].left_out == 1
    assert all("Face" not in event.topic for visit in visits.values() for event in visit.events)


def test_nothing_is_asked_of_another_host(visits: dict[Quirk, Visit], elsewhere: OnvifStub) -> None:
    assert visits[Quirk.REDIRECT_OTHER_HOST].error is not None
    assert elsewhere.journal.calls == []
