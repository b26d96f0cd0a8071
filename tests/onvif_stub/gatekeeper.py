"""Who may in: the access classes of ONVIF Core, and both levels of login, truly checked."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.onvif_stub.digest_check import DigestCheck
from tests.onvif_stub.journal import Call, Journal
from tests.onvif_stub.login import Login
from tests.onvif_stub.message import FaultError, Request
from tests.onvif_stub.persona import Persona
from tests.onvif_stub.quirk import Quirk
from tests.onvif_stub.token_check import TokenCheck

PRE_AUTH = {"GetSystemDateAndTime", "GetServices", "GetCapabilities", "GetServiceCapabilities", "GetWsdlUrl"}


class RefusedError(Exception):
    """401 with these challenges."""

    def __init__(self, challenges: list[str]) -> None:
        super().__init__("a login is wanted")
        self.challenges = challenges


class Gatekeeper:
    def __init__(
        self, persona: Persona, quirks: frozenset[Quirk], login: Login, now: Callable[[], float], journal: Journal
    ) -> None:
        self._persona, self._quirks, self._login, self._journal = persona, quirks, login, journal
        self.takes_digest, self.takes_token = self._levels()
        self.digest = DigestCheck(
            login,
            persona.realm,
            self._algorithms(),
            qop=Quirk.DIGEST_NO_QOP not in quirks,
            once=Quirk.DIGEST_NONCE_ONCE in quirks,
            strict_echo=Quirk.DIGEST_ALGORITHM_ECHO in quirks,
        )
        window_s = persona.window_s
        if Quirk.WINDOW_5_S in quirks:
            window_s = 5.0
        if Quirk.WINDOW_20_S in quirks:
            window_s = 20.0
        self.token = TokenCheck(login, now, window_s, Quirk.TOKEN_TEXT_ONLY in quirks)

    def check_soap(self, call: Call, request: Request, authorization: str | None) -> None:
        """Raises RefusedError (401) or FaultError (NotAuthorized) unless the request may be answered."""
        token = self.token.find(request.header)
        if token is not None:
            call.levels.add("token")
        if request.action in PRE_AUTH and Quirk.CLOCK_NEEDS_LOGIN not in self._quirks:
            return
        if self._locked():
            raise self._denied("the account is locked")
        known = self.takes_digest or Quirk.BASIC_ONLY in self._quirks
        if authorization is not None and known and self._http_login_good(call, authorization):
            return
        if token is None or not self.takes_token:
            if known:
                raise RefusedError(self._challenges())
            raise self._denied("a login is wanted")
        complaint = self.token.complaint(token)
        if complaint:
            self._journal.refused_logins += 1
            raise self._denied(complaint)

    def check_snapshot(self, call: Call, authorization: str | None) -> None:
        """Raises RefusedError unless the picture may be given. Makes that know digest only here are common."""
        if Quirk.SNAPSHOT_OPEN in self._quirks:
            return
        if Quirk.SNAPSHOT_BASIC in self._quirks:
            if authorization is None or not self._basic_good(authorization):
                raise RefusedError([f'Basic realm="{self._persona.realm}"'])
            return
        if authorization is None or not self._http_login_good(call, authorization):
            raise RefusedError(self._challenges())

    def _http_login_good(self, call: Call, authorization: str) -> bool:
        if authorization.lower().startswith("basic "):
            return self._basic_good(authorization) and bool({Quirk.BASIC_ONLY, Quirk.DUAL_CHALLENGE} & self._quirks)
        if not authorization.lower().startswith("digest ") or Quirk.BASIC_ONLY in self._quirks:
            return False
        complaint = self.digest.complaint(authorization, call.method, call.target)
        if complaint == "stale":
            raise RefusedError(self._challenges(stale=True))
        if complaint:
            self._journal.refused_logins += 1
        return complaint is None

    def _basic_good(self, authorization: str) -> bool:
        wanted = base64.b64encode(f"{self._login.user}:{self._login.password}".encode()).decode()
        return authorization.partition(" ")[2].strip() == wanted

    def _challenges(self, stale: bool = False) -> list[str]:
        basic = f'Basic realm="{self._persona.realm}"'
        if Quirk.BASIC_ONLY in self._quirks:
            return [basic]
        digest = self.digest.challenges(stale)
        return [basic, *digest] if Quirk.DUAL_CHALLENGE in self._quirks else digest

    def _denied(self, reason: str) -> FaultError:
        if Quirk.LOGIN_FAULT_UNWORDED in self._quirks:
            return FaultError("Error", status=400)
        status = 200 if Quirk.LOGIN_FAULT_200 in self._quirks else 400
        return FaultError(f"Sender not authorized: {reason}", "ter:NotAuthorized", status=status)

    def _locked(self) -> bool:
        return Quirk.LOCKS_OUT in self._quirks and self._journal.refused_logins >= 5

    def _levels(self) -> tuple[bool, bool]:
        wants_digest = {quirk for quirk in self._quirks if quirk.name.startswith(("DIGEST_", "DUAL_", "LOGIN_HTML"))}
        wants_token = {
            quirk for quirk in self._quirks if quirk.name.startswith(("TOKEN_", "WINDOW_", "CLOCK_", "LOGIN_FAULT"))
        }
        wants_token.discard(Quirk.CLOCK_NEEDS_LOGIN)
        if Quirk.BASIC_ONLY in self._quirks:
            return False, False
        if wants_digest:
            return True, False
        if wants_token:
            return False, True
        return self._persona.digest, self._persona.token

    def _algorithms(self) -> tuple[str | None, ...]:
        if Quirk.DIGEST_SHA256 in self._quirks:
            return ("SHA-256",)
        if Quirk.DIGEST_SHA256_THEN_MD5 in self._quirks:
            return ("SHA-256", "MD5")
        if Quirk.DIGEST_MD5_SESS in self._quirks:
            return ("MD5-sess",)
        if {Quirk.DIGEST_ALGORITHM_ECHO, Quirk.DIGEST_NO_QOP} & self._quirks:
            return (None,)
        return ("MD5",)
