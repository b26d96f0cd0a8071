"""Logins that stay on the box."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet.edge.camera_logins import CameraLogin, CameraLoginsError, load_camera_logins
from skynet.media.rtsp.address import RtspAddress


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "logins.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_logins_are_read_by_name(tmp_path: Path) -> None:
    logins = load_camera_logins(
        write(tmp_path, 'gate: {user: viewer, password: "s3cret@1"}\nyard: {user: a, password: ""}\n')
    )
    assert logins == {"gate": CameraLogin("viewer", "s3cret@1"), "yard": CameraLogin("a", "")}
    assert "s3cret" not in repr(logins)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gate: {user: viewer}\n", ":1: a login is a name with 'user' and 'password'"),
        ("a: {user: x, password: y}\ngate: {user: viewer, password: 12345678}\n", ":2: a login is"),
        ("gate: s3cret\n", ":1: a login is"),
        ("gate: {user: viewer, password: s3cret, more: 1}\n", ":1: a login is"),
        ("- s3cret\n", "does not hold names"),
        ("", "does not hold names"),
        ("gate: {user: viewer, password: [s3cret\n", "is not YAML"),
        ("gate: {user: a, password: s3cret}\ngate: {user: a, password: b}\n", "twice"),
    ],
)
def test_a_mistake_is_one_line_that_shows_no_password(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CameraLoginsError) as caught:
        load_camera_logins(write(tmp_path, text))
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "12345678" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_file_that_everybody_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(CameraLoginsError, match="chmod 600"):
        load_camera_logins(write(tmp_path, "{}", mode))


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CameraLoginsError, match="cannot be read"):
        load_camera_logins(tmp_path / "nope.yaml")


@given(user=st.text(min_size=1), password=st.text())
def test_any_login_gets_through_the_address(user: str, password: str) -> None:
    login = CameraLogin(user.encode("utf-8", "replace").decode(), password.encode("utf-8", "replace").decode())
    address = RtspAddress.of(login.into("rtsp://10.0.0.5:8554/a?b=c"))
    assert (address.user, address.password) == (login.user, login.password)
    assert (address.host, address.port, address.request_url) == ("10.0.0.5", 8554, "rtsp://10.0.0.5:8554/a?b=c")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_logins_or_refused(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, "")
    path.write_bytes(content)
    said = ""
    try:
        load_camera_logins(path)
    except CameraLoginsError as error:
        said = str(error)
    assert "\n" not in said
