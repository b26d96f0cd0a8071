"""The WS-UsernameToken with a digested password (OASIS WSS UsernameToken Profile 1.0), the older of the two logins."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from html import escape

from skynet.edge.onvif.credentials import Credentials

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
NONCE_BYTES = 16


def username_token(credentials: Credentials, device_time_s: float, nonce: bytes) -> str:
    """The `Security` header. `device_time_s` POSIX seconds by the device's own clock: it refuses what is older than
    some seconds. `nonce` fresh random bytes.
    """
    created = datetime.fromtimestamp(device_time_s, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    digest = hashlib.sha1(  # the profile's own hash, no choice of ours
        nonce + created.encode() + credentials.password.encode("utf-8", "surrogateescape"), usedforsecurity=False
    ).digest()
    user = escape(credentials.user.encode("utf-8", "replace").decode())
    return (
        f'<w:Security xmlns:w="{_WSS}-wssecurity-secext-1.0.xsd" e:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{user}</w:Username>"
        f'<w:Password Type="{_WSS}-username-token-profile-1.0#PasswordDigest">{b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{_WSS}-soap-message-security-1.0#Base64Binary">{b64encode(nonce).decode()}</w:Nonce>'
        f'<u:Created xmlns:u="{_WSS}-wssecurity-utility-1.0.xsd">{created}</u:Created>'
        "</w:UsernameToken></w:Security>"
    )
