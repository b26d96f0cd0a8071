"""What real cameras do wrong: a switch each, its value the fact behind it."""

from __future__ import annotations

from enum import Enum, unique


@unique
class Quirk(Enum):
    # The clock, and how the device lets one in.
    CLOCK_LOCAL_AS_UTC = (
        "UTCDateTime holds local time, eight hours off, while tokens are checked in UTC (OpenIPC/majestic-webui#292)"
    )
    CLOCK_HOURS_OFF = "no NTP: the device's clock is 83 minutes behind, and tokens are checked by it"
    CLOCK_SINCE_BOOT = "no battery: the clock begins at 2000-01-01 after a power cut"
    CLOCK_MISSING = "GetSystemDateAndTime answers without a UTCDateTime, which the schema allows"
    CLOCK_NEEDS_LOGIN = "the calls that are open before login (time, services) are refused without one"
    WINDOW_5_S = "a token is good for 5 seconds (home-assistant/core#121952), on a clock 83 minutes behind"
    WINDOW_20_S = "a token is good for less than 20 seconds (lumeohq/onvif-rs#121), on a clock 30 seconds ahead"
    DIGEST_ONLY = "WS-UsernameToken gets 401; HTTP digest is the only way in (Profile T; blakeblackshear/frigate#22622)"
    DIGEST_SHA256 = "the only challenge is SHA-256 (RFC 7616)"
    DIGEST_SHA256_THEN_MD5 = (
        "challenges for SHA-256 and MD5 in one answer; the better is to be taken (RFC 7616 section 3.7)"
    )
    DIGEST_MD5_SESS = "algorithm=MD5-sess: the hash of the login is bound to nonce and cnonce (RFC 2617)"
    DIGEST_NO_QOP = "a challenge without qop: the short response of RFC 2069"
    DIGEST_ALGORITHM_ECHO = "a digest answer that names an algorithm which the challenge did not name gets 401"
    DIGEST_NONCE_ONCE = "each nonce is good for one request, then 401 with stale=true"
    DUAL_CHALLENGE = "Basic and Digest in one 401, Basic first: a client that takes the first gives the password away"
    BASIC_ONLY = "only Basic is offered, over plain HTTP: the password would cross the net in clear"
    TOKEN_ONLY = "HTTP digest is not known at all; WS-UsernameToken only (Profile S)"
    TOKEN_TEXT_ONLY = "PasswordDigest is refused, PasswordText wanted: the password would cross the net in clear"
    LOGIN_HTML = "401 with an HTML page instead of SOAP (blakeblackshear/frigate#22622)"
    LOGIN_FAULT_200 = "ter:NotAuthorized comes as a fault with HTTP 200"
    LOGIN_FAULT_UNWORDED = "a refused login is a plain fault that names no reason"
    LOCKS_OUT = "the account is locked after five refused logins, as Hikvision and Dahua do"

    # What it says of its services.
    NO_GET_SERVICES = "GetServices is not known; GetCapabilities is (old firmware)"
    MEDIA2_FIRST = "Media2 stands before Media in GetServices: both namespaces hold /media/ (Hikvision, Axis)"
    MEDIA2_FAILS = "Media2 is listed but each call to it answers ActionNotSupported"
    MEDIA2_EMPTY = "Media2 is listed and answers with no profiles; Media has them"
    XADDR_WRONG_PORT = "XAddrs name port 2020 where nobody listens (TL-IPC652P-A4)"
    XADDR_LAN_ADDRESS = "behind NAT: XAddrs carry the address of the camera's own net"
    XADDR_ZERO_ADDRESS = "XAddrs carry 0.0.0.0"
    XADDR_EMPTY = "XAddrs of the services are empty"
    DEVICE_INFO_MISSING = "GetDeviceInformation leaves out serial number and hardware id"
    DEVICE_INFO_FAULT = "GetDeviceInformation is a fault, all else works"
    NAME_CONTROL_CHARACTERS = "the model holds line ends, C1 controls and a right-to-left override: legal XML"
    NAME_ILLEGAL_XML = "the model holds a raw ESC byte, which XML 1.0 does not allow"
    NAME_ENDLESS = "a model of 100,000 characters"
    SCOPES_NO_NAME = "scopes hold neither name nor hardware"
    SCOPES_FAULT = "GetScopes is not known"

    # Pictures.
    PROFILES_NONE = "GetProfiles answers with no profile"
    PROFILE_NO_ENCODER = "a further profile has no video encoder (metadata or audio only)"
    PROFILE_UNNAMED = "profiles have a token but no name"
    PROFILE_DUPLICATE = "two profiles with one token"
    PROFILE_NUMBERS_EMPTY = "sizes and rates are empty elements, no numbers"
    STREAM_URI_USERINFO = "the stream URI carries another user and password"
    STREAM_URI_FACTORY_ADDRESS = "the stream URI carries the factory's address 192.168.1.64"
    STREAM_URI_EMPTY = "the stream URI is empty for the second profile"
    STREAM_URI_HTTP = "the stream URI names a web page, no RTSP"
    STREAM_URI_FLAT = "Media answers the URI without its MediaUri element, or Media2 with one"
    SNAPSHOT_EMPTY = "the snapshot is 200, image/jpeg and no byte"
    SNAPSHOT_HTML = "the snapshot is 200, image/jpeg and the page of the login"
    SNAPSHOT_BASIC = "the snapshot takes Basic only"
    SNAPSHOT_OPEN = "the snapshot asks for no login"
    SNAPSHOT_UNSUPPORTED = "GetSnapshotUri is not known"

    # Moving.
    PTZ_SUB_ONLY = "the PTZ configuration hangs on the sub profile only"
    PTZ_UNADVERTISED = "no profile has a PTZ configuration, but GetNodes answers and the head turns"
    PTZ_SPACES_EMPTY = "SupportedPTZSpaces is empty though PTZ works"
    PTZ_RANGE_EMPTY = "minimum equals maximum in each range"
    PTZ_PRESETS_300 = "300 presets from the factory, with scan and reboot slots among them"
    PTZ_PRESET_ENCODED = "names of presets come percent-encoded"
    PTZ_NO_PRESETS = "GetPresets is not known"
    PTZ_PRESET_BARE = "SetPreset answers the bare token"
    PTZ_ZOOM_ECHO = (
        "a move with zoom in it, zero or not, is answered by 500 and the request's own bytes unless zoom is alone"
    )
    PTZ_STOP_LOST = "the first Stop of a move is answered by 503"
    PTZ_STATUS_FAULT = "GetStatus is not known"
    PTZ_STATUS_FROZEN = "GetStatus never moves"

    # Events.
    EVENTS_OTHER_PORT = "each subscription has a manager on a port of its own"
    EVENTS_LAN_ADDRESS = "the manager's address is that of the camera's own net"
    EVENTS_REFERENCE_PARAMETERS = (
        "the subscription's id is a reference parameter, to be echoed as a header (Axis; WS-Addressing)"
    )
    EVENTS_FOUR_SLOTS = "four subscriptions at most, then a fault"
    EVENTS_RENEW_FAILS = "Renew is always a fault"
    EVENTS_EXPIRED = "a subscription ends at once"
    EVENTS_EMPTY = "PullMessages never has a message"
    EVENTS_LATE = "PullMessages answers two seconds after the time that it was given"
    EVENTS_PULL_FAULT = "the second PullMessages of a subscription is a fault, and the subscription is gone"
    EVENTS_FLAT_ADDRESS = "the manager's Address stands without its SubscriptionReference"
    EVENTS_NO_SYNC_POINT = "SetSynchronizationPoint is not known"
    EVENTS_FOREIGN_TOPIC = "motion comes under a maker's own topic (Reolink: MyRuleDetector)"
    EVENTS_UNPARSABLE = "a message has no time and no data"
    EVENTS_UNLIMITED = "MessageLimit is not heeded: a thousand messages in one answer"

    # The wire.
    FAULT_200 = "faults come with HTTP 200"
    HTML_404 = "the device service is not there: 404 and an HTML page"
    HTML_200 = "each answer is 200 and the page of the login"
    REDIRECT_OTHER_HOST = "each call is redirected to another host"
    UNQUOTED_ATTRIBUTES = "attribute values without quotes (TP-Link TL-IPC: wstop:topic=true)"
    BYTE_ORDER_MARK = "a UTF-8 byte order mark before the XML"
    LEADING_JUNK = "line ends and words before the XML declaration"
    WRONG_CONTENT_TYPE = "SOAP under Content-Type text/html"
    WRONG_CHARSET = "Content-Type says iso-8859-1, the bytes are UTF-8"
    GBK_BYTES = "names in GBK under an XML declaration of UTF-8"
    CHUNKED = "Transfer-Encoding chunked, in pieces of seven bytes"
    NO_CONTENT_LENGTH = "no Content-Length: the end of the connection ends the answer"
    CLOSED_EARLY = "the connection ends in the middle of the answer"
    CLOSES_SILENTLY = "each connection ends after one answer without saying so"
    BAD_STATUS_LINE = "the status line is the request's own"
    EMPTY_200 = "each answer is 200 with no byte"
    TRICKLE = "an answer of a byte each 50 ms"
    ENDLESS = "an answer that never ends"
    HUGE = "an answer of 8 MiB of padding"
    XML_BOMB = "entities that grow to gigabytes"
    EXTERNAL_ENTITY = "entities that name a file of the reader and a page of another host"
    DEEP_NESTING = "elements 100,000 deep"
    SLOW = "each answer takes 300 ms"
    SILENT = "connections are taken, no answer comes"
    BOOTING = "the first two calls get 503, as while a camera boots"
    REBOOTS_WHEN_HURRIED = "more than eight calls in a second reboot the camera"

    # Being found.
    DISCOVERY_SILENT = "a probe is not answered; the camera is there all the same"
    DISCOVERY_TWICE = "a probe is answered twice, the second time with another address first"
    DISCOVERY_NO_METADATA_VERSION = "no MetadataVersion in the match (WSDiscovery 2.1.2 drops such)"
    DISCOVERY_NO_XADDRS = "a match without an address"
    DISCOVERY_BAD_XADDR_FIRST = "the first address of the match is the factory's"
    DISCOVERY_DIALECT_2009 = "the match is in the namespaces of WS-Discovery 1.1 whatever was asked"
    DISCOVERY_JUNK = "a datagram that is no XML comes before the match"
    DISCOVERY_XML_BOMB = "a match with entities that grow"

    @property
    def fact(self) -> str:
        """Where it was seen, in a line."""
        return str(self.value)
