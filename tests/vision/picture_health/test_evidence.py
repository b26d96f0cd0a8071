from __future__ import annotations

from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.vision.picture_health.evidence import Evidence
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.verdict import Verdict

COVERED, BLURRED = Verdict(Kind.COVERED, "c"), Verdict(Kind.BLURRED, "b")


def _kinds(looks: str, step_s: float = 3.0) -> list[str]:
    """What stands after each look: `c` covered, `b` blurred, `.` nothing."""
    evidence = Evidence(PictureHealthOptions())
    said = []
    for number, look in enumerate(looks):
        fault = evidence.add({"c": COVERED, "b": BLURRED}.get(look), number * step_s)
        said.append(fault.kind.value[0] if fault else ".")
    return said


def test_a_fault_shows_for_a_while_before_it_stands_and_is_gone_for_a_while_before_it_ends() -> None:
    assert "".join(_kinds("....cccccccc.......")) == "........ccccccc...."


def test_short_disturbances_are_no_fault_however_many() -> None:
    assert set(_kinds("ccc...bbbb...ccc..cc..b..c" * 4)) == {"."}


def test_one_look_through_a_passing_vehicle_breaks_no_evidence() -> None:
    assert _kinds("cccc.cccc")[-1] == "c"


def test_the_most_frequent_name_is_the_fault_s_and_it_keeps_its_time() -> None:
    evidence = Evidence(PictureHealthOptions())
    for number, look in enumerate("cbcccc"):
        fault = evidence.add(COVERED if look == "c" else BLURRED, 3.0 * number)
    assert fault is not None
    assert (fault.kind, fault.since) == (Kind.COVERED, 0.0)


def test_few_looks_prove_nothing_however_long_they_took() -> None:
    assert _kinds("ccc", step_s=20) == [".", ".", "."]
    assert _kinds("cccc", step_s=20)[-1] == "c"


def test_a_fault_keeps_its_name_while_looks_still_say_so() -> None:
    assert "".join(_kinds("cccccccbcbbcbbcb"))[6:] == "c" * 10
    assert _kinds("cccccccbbbbbbbb")[-1] == "b"
