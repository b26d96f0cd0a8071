"""What is sent, and what counts as an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.onvif.camera_error import CameraError, FaultError, RefusedLoginError, StrangeAnswerError
from skynet.edge.onvif.envelope import Operation, read_answer, text_element, write_envelope
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.xml_node import read_xml
from tests.edge.onvif.answers import answer, fault


def test_what_is_sent_is_well_formed_whatever_is_in_it() -> None:
    hostile = '"</s:ProfileToken><evil>&\x22'
    sent = write_envelope(Operation(Namespace.MEDIA2, "GetStreamUri", text_element("s:ProfileToken", hostile)))
    root, mended = read_xml(sent)
    call = root.child("Body", "GetStreamUri")
    assert not mended
    assert call
    assert call.text("ProfileToken") == hostile
    assert [node.name for node in call.children()] == ["ProfileToken"]
    assert root.child("Header") is None


def test_an_answer_is_the_response_to_what_was_asked() -> None:
    response, mended = read_answer(answer("GetScopesResponse", "<x>1</x>"), "GetScopes")
    assert (response.text("x"), mended) == ("1", False)
    with pytest.raises(StrangeAnswerError, match="answered GetNodes with GetScopesResponse"):
        read_answer(answer("GetScopesResponse"), "GetNodes")
    with pytest.raises(StrangeAnswerError, match="not with SOAP"):
        read_answer(b"<hello/>", "GetNodes")
    with pytest.raises(StrangeAnswerError, match="with nothing"):
        read_answer(b'<e:Envelope xmlns:e="x"><e:Body/></e:Envelope>', "GetNodes")


def test_a_fault_says_what_the_device_said_on_one_line() -> None:
    with pytest.raises(FaultError, match="GetNodes failed on the device: no such thing") as raised:
        read_answer(fault("no\nsuch\x85thing", "ter:NoEntity"), "GetNodes")
    assert raised.value.subcode == "NoEntity"


@pytest.mark.parametrize("subcode", ["ter:NotAuthorized", "wsse:FailedAuthentication", "wsse:InvalidSecurityToken"])
def test_a_refused_login_is_told_apart_from_other_faults(subcode: str) -> None:
    with pytest.raises(RefusedLoginError):
        read_answer(fault("no", subcode), "GetNodes")


@given(st.binary(max_size=300) | st.text("<e:Fault/>Body Envelope=\"'&", max_size=120).map(str.encode))
def test_whatever_comes_is_an_answer_or_an_error_of_ours(content: bytes) -> None:
    for wrapped in (content, b'<e:Envelope xmlns:e="x"><e:Body>' + content + b"</e:Body></e:Envelope>"):
        try:
            read_answer(wrapped, "GetNodes")
        except CameraError as error:
            assert str(error).isprintable()  # noqa: PT017 - most of what comes raises, and some does not
