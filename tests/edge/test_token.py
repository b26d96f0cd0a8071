from __future__ import annotations

from pathlib import Path

import pytest

from skynet.edge.token import TokenError, token_from_env, token_from_file


def test_a_token_is_the_one_line_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "edge.token"
    path.write_bytes(b"  sky_edge_abc-123\r\n")
    assert token_from_file(path) == "sky_edge_abc-123"
    assert token_from_env("T", {"T": "sky_edge_abc\n"}) == "sky_edge_abc"


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"two words", b"two\nlines", b"\xe5\xaf\x86\xe7\xa0\x81", b"x" * 5000]
)
def test_what_is_no_token_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "edge.token"
    path.write_bytes(content)
    with pytest.raises(TokenError, match=r"edge\.token (is empty|does not hold a token)") as caught:
        token_from_file(path)
    assert "two" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_missing_variable_are_named(tmp_path: Path) -> None:
    with pytest.raises(TokenError, match=r"nope cannot be read \(No such file"):
        token_from_file(tmp_path / "nope")
    with pytest.raises(TokenError, match="variable T is not set"):
        token_from_env("T", {})
