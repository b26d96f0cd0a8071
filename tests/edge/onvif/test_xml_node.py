"""XML from a device: read whatever is wrong with it, and never to our harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.xml_node import MAX_BYTES, MAX_DEPTH, read_xml


def test_names_and_texts_are_read_without_their_prefixes() -> None:
    root, mended = read_xml(b'<a:R xmlns:a="urn:x"><a:B c="1"> two\n words </a:B><a:B/></a:R>')
    assert (root.name, mended) == ("R", False)
    assert root.text("B") == "two words"
    assert [node.attribute("c") for node in root.children("B")] == ["1", ""]
    assert root.child("B", "C") is None
    assert root.text("no", "such") == ""


def test_a_bomb_is_refused_before_it_grows() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "boom">{levels}]><x>&l9;</x>'
    for content in (bomb.encode(), bomb.encode("utf-16"), bomb.encode("utf-32")):
        with pytest.raises(StrangeAnswerError, match="entities"):
            read_xml(content)


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    with pytest.raises(StrangeAnswerError) as raised:
        read_xml(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><x>&e;</x>'.encode())
    assert "do not tell" not in str(raised.value)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html></html>", b"\n <HTML lang=en><body>Login</body>", b"<body >"])
def test_a_web_page_is_called_one(page: bytes) -> None:
    with pytest.raises(StrangeAnswerError, match="HTML"):
        read_xml(page)


def test_too_deep_and_too_large_are_refused() -> None:
    for depth in (MAX_DEPTH + 1, 5000):
        with pytest.raises(StrangeAnswerError):
            read_xml(b"<a>" * depth + b"</a>" * depth)
    assert read_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)
    with pytest.raises(StrangeAnswerError, match="larger"):
        read_xml(b"<a>" + b" " * MAX_BYTES + b"</a>")


def test_attributes_without_quotes_are_mended() -> None:
    root, mended = read_xml(b'<r><p token=main fixed=true name="a b"/><q t=x/></r>')
    assert mended
    profile = root.child("p")
    assert profile
    assert [profile.attribute(name) for name in ("token", "fixed", "name")] == ["main", "true", "a b"]


def test_prefixes_that_nobody_declared_and_words_before_the_document_are_forgiven() -> None:
    root, mended = read_xml(b"HTTP says:\r\n<?xml version=\xe2\x80\x9d1.0\xe2\x80\x9d ?><s:E><s:B>x</s:B></s:E>")
    assert (root.name, root.text("B"), mended) == ("E", "x", True)


def test_control_characters_do_not_come_through() -> None:
    root, _ = read_xml("<r><n>\u202eevil\u009b31m\r\nname</n></r>".encode())
    assert root.text("n") == "evil 31m name"


@given(st.binary(max_size=400) | st.text("<>&;!/='\" axml?[]\n-", max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    try:
        root, _ = read_xml(content)
    except StrangeAnswerError:
        return
    assert root.text().isprintable()
    assert isinstance(root.name, str)


@given(st.recursive(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), st.lists, max_leaves=12))
def test_what_is_well_formed_needs_no_mending(tree: object) -> None:
    def written(part: object) -> str:
        if isinstance(part, list):
            return f"<l>{''.join(written(one) for one in part)}</l>"
        text = str(part).replace("&", "&amp;").replace("<", "&lt;").replace("\ufffe", "").replace("\uffff", "")
        return f"<t>{text}</t>"

    _, mended = read_xml(written(tree).encode())
    assert not mended
