from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.challenge import parse_challenges
from skynet.media.rtsp.login import Login

MUFASA = ("Mufasa", "Circle of Life")


def answer(challenge: str, user: tuple[str, str] = MUFASA, nonce: str = "own") -> str:
    login = Login(*user, lambda: nonce)
    assert login.challenged([challenge])
    header = login.header("GET", "/dir/index.html")
    assert header
    return header


def test_basic_is_as_in_rfc_7617() -> None:
    assert answer('Basic realm="x"', ("Aladdin", "open sesame")) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_old_digest_names_no_algorithm_when_the_camera_named_none() -> None:
    said = answer('Digest realm="Surveillance Server", nonce="98481030"')
    assert "algorithm" not in said
    assert "cnonce" not in said
    assert re.search(r'response="[0-9a-f]{32}"', said)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [  # the examples of RFC 7616, 3.9.1
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_is_as_in_rfc_7616(algorithm: str, response: str) -> None:
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", '
        f'algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    said = answer(challenge, nonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    assert f'response="{response}"' in said
    assert f"algorithm={algorithm}" in said
    assert "qop=auth, nc=00000001" in said
    assert 'opaque="FQhe' in said


def test_digest_sess_hashes_the_nonces_into_the_secret() -> None:
    said = answer('Digest realm="r", nonce="n", algorithm=MD5-sess, qop=auth', ("u", "p"))
    # MD5(MD5(MD5(u:r:p):n:own):n:00000001:own:auth:MD5(GET:/dir/index.html)), worked out with openssl
    assert 'response="86bcfa8af7c5dbcf28370583a9f5065d"' in said
    assert 'cnonce="own"' in said


def test_uses_of_a_nonce_are_counted() -> None:
    login = Login("u", "p", lambda: "c")
    login.challenged(['Digest realm="r", nonce="n", qop="auth"'])
    counts = [re.search(r"nc=(\w+)", login.header("PLAY", "x") or "") for _ in range(3)]
    assert [found[1] for found in counts if found] == ["00000001", "00000002", "00000003"]


def test_the_strongest_of_several_challenges_is_taken() -> None:
    for headers in (
        ['Basic realm="b"', 'Digest realm="m", nonce="1"', 'Digest realm="s", nonce="2", algorithm=SHA-256'],
        ['Basic realm="b", Digest realm="m", nonce="1", Digest realm="s", nonce="2", algorithm=SHA-256'],
    ):
        found = parse_challenges(headers)
        assert [challenge.realm for challenge in found] == ["s", "m", "b"]


@pytest.mark.parametrize(
    "header",
    [
        "Digest realm=cam,nonce=abc,stale=TRUE",
        'digest  Realm = "cam" , Nonce="abc", STALE=true',
        "DIGEST realm=cam nonce=abc stale=true",
    ],
)
def test_sloppy_challenges_are_understood(header: str) -> None:
    (challenge,) = parse_challenges([header])
    assert (challenge.realm, challenge.nonce, challenge.stale) == ("cam", "abc", True)


@pytest.mark.parametrize(
    "header", ["Negotiate", 'Digest realm="x", nonce="y", algorithm=ROT13', 'Digest realm="x", nonce="y", qop="x"', ""]
)
def test_what_cannot_be_answered_is_no_challenge(header: str) -> None:
    assert parse_challenges([header]) == []


def test_names_beyond_ascii_are_sent_as_utf8() -> None:
    header = answer('Basic realm="x"', ("门", "秘"))
    assert header == "Basic 6ZeoOuenmA=="


def test_quotes_in_a_name_stay_inside_it() -> None:
    assert r'username="a\"b"' in answer('Digest realm="x", nonce="y"', ('a"b', ""))


@given(st.lists(st.text(max_size=300), max_size=5), st.text(max_size=20), st.text(max_size=20))
def test_nothing_makes_a_login_fail(headers: list[str], user: str, password: str) -> None:
    login = Login(user, password)
    latin = [header.encode("utf-8", "ignore").decode("latin-1") for header in headers]
    challenge = login.challenged(latin)
    header = login.header("PLAY", "rtsp://x/")
    assert (header is None) == (challenge is None)
    assert header is None or "\n" not in header or any("\n" in text for text in latin)
