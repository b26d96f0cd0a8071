"""A box's configuration: right as a whole, or every mistake at once with its line and remedy."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet.domain.camera_fault import CameraFaultKind
from skynet.domain.errors import BadInputError
from skynet.edge import EdgeConfig, load_edge_config, load_rules
from skynet.edge.config_file import Override
from skynet.edge.onvif import Credentials
from skynet.edge.onvif.address import device_address

GOOD = """\
box_id: box-1
coordinator: {url: "https://coordinator.example:8700/", token_file: edge.token}
data_dir: data
cameras:
  - id: gate
    name: Gate 校门
    site: school
    source: rtsp://viewer:${GATE_PASSWORD}@10.0.0.5/ch1
    analysis_fps: 4
    privacy_masks: [[[0, 0], [0.2, 0], [0.2, 0.3]]]
    zones:
      yard: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
    lines:
      door: {from: [0.1, 0.5], to: [0.9, 0.5]}
    rules:
      - id: closed
        kind: zone_entry
        zone: yard
        schedule: {windows: [{from: 22:00, to: 06:00}]}
      - {id: count, kind: line_crossing, line: door}
  - {id: clip, name: Clip, site: school, source: clip.mp4, loop: true}
"""
ENV = {"GATE_PASSWORD": "p@ss/word"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "edge.token").write_text("secret-token\n", encoding="ascii")
    (tmp_path / "clip.mp4").write_bytes(b"video")
    return tmp_path


def write(home: Path, text: str) -> Path:
    path = home / "edge.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(home: Path, text: str, *overrides: Override) -> EdgeConfig:
    return load_edge_config(write(home, text), ENV, overrides)


def mistakes(home: Path, text: str, *overrides: Override) -> list[str]:
    """The lines that are said, without the folder."""
    with pytest.raises(BadInputError) as caught:
        load(home, text, *overrides)
    return str(caught.value).replace(f"{home}{os.sep}", "").splitlines()


def test_a_good_configuration_is_read_whole(home: Path) -> None:
    config = load(home, GOOD)
    assert config.coordinator.url == "https://coordinator.example:8700"
    assert config.coordinator.token_file == home / "edge.token"
    assert config.data_dir == home / "data"
    assert (config.detector, config.health.host, config.health.port) == ("auto", "127.0.0.1", 8701)
    gate, clip = config.cameras
    assert gate.source.get_secret_value() == "rtsp://viewer:p%40ss%2Fword@10.0.0.5/ch1"
    assert (gate.is_file, clip.is_file, clip.loop) == (False, True, True)
    assert clip.source.get_secret_value() == str(home / "clip.mp4")
    assert [rule.id for rule in gate.rule_set().rules] == ["closed", "count"]
    schedule = gate.rule_set().rules[0].schedule
    assert schedule is not None
    assert schedule.windows[0].start.hour == 22
    assert len(gate.masks) == 1


def test_credentials_show_nowhere(home: Path) -> None:
    config = load(home, GOOD)
    for text in (repr(config), str(config), config.model_dump_json(), config.cameras[0].shown_source):
        assert "p%40ss" not in text
        assert "p@ss" not in text
        assert "secret-token" not in text
    assert config.cameras[0].shown_source == "rtsp://***@10.0.0.5/ch1"


def test_a_whole_address_may_come_from_the_environment(home: Path) -> None:
    text = GOOD.replace("rtsp://viewer:${GATE_PASSWORD}@10.0.0.5/ch1", "${GATE}")
    path = write(home, text)
    config = load_edge_config(path, {"GATE": "rtsp://a:b%40c@cam/1"})
    assert config.cameras[0].source.get_secret_value() == "rtsp://a:b%40c@cam/1"


def test_an_onvif_address_takes_its_login_from_the_environment_and_hides_it(home: Path) -> None:
    address = "http://viewer:${GATE_PASSWORD}@10.0.0.5/onvif/device_service"
    camera = load(home, GOOD.replace("analysis_fps: 4", f"onvif: {address}")).cameras[0]
    assert camera.onvif is not None
    assert device_address(camera.onvif.get_secret_value())[1] == Credentials("viewer", ENV["GATE_PASSWORD"])
    assert "p@ss" not in repr(camera)
    assert "p%40ss" not in repr(camera)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("box_id: box-1", "box_id: Box 1", "1: box_id: 'Box 1' is no id: 1 to 64 small letters"),
        ("box_id: box-1", 'box_id: "\\x85"', r"1: box_id: '\x85' is no id"),
        ("box_id: box-1\n", "", "1: box_id: is missing; add it"),
        ("data_dir: data", "data_dir: data\nplate: no", "4: plate: unknown key; did you mean 'plates'?"),
        ("data_dir: data", "data_dir: clip.mp4", "3: data_dir: clip.mp4 is no folder"),
        ("data_dir: data", "data_dir: d\nmodels_dir: nope", "4: models_dir: there is no folder nope"),
        ("data_dir: data", "data_dir: d\nhot_list: nope.csv", "4: hot_list: there is no file nope.csv"),
        ("data_dir: data", "data_dir: d\nhot_list: .", "4: hot_list: "),
        ("data_dir: data", "data_dir: d\nhot_list: ' '", "4: hot_list: is empty; name a file or remove the key"),
        ("data_dir: data", "data_dir: d\nhot_list: 7", "4: hot_list: "),
        ("data_dir: data", "data_dir: d\nplates: no\nhot_list: clip.mp4", "5: hot_list: needs 'plates: true'"),
        ("edge.token}", "no.token}", "2: coordinator.token_file: the token file no.token cannot be read"),
        ("token_file: edge.token", "token_env: NOPE", "2: coordinator.token_env: the environment variable"),
        (", token_file: edge.token", "", "2: coordinator: name the box's token by either"),
        ("https://coord", "ftp://coord", "2: coordinator.url: is no address of a coordinator"),
        ("https://coord", "https://u:hidden@coord", "2: coordinator.url: must not hold user or password"),
        ("${GATE_PASSWORD}", "${GATE_PASWORD}", "8: cameras[0].source: the environment variable GATE_PASW"),
        ("rtsp://viewer", "http://viewer", "8: cameras[0].source: http:// is not supported"),
        ("10.0.0.5/ch1", "/ch1", "8: cameras[0].source: rtsp://***@/ch1: this address names no host"),
        ("analysis_fps: 4", "onvif: 'rtsp://cam/1'", "9: cameras[0].onvif: is no http:// or https:// address"),
        ("analysis_fps: 4", "onvif: 'http://u:hidden@:x/'", "9: cameras[0].onvif: is no address of a device"),
        ("analysis_fps: 4", "onvif: 'http://u:${NOPE}@cam/'", "9: cameras[0].onvif: the environment variable NOPE"),
        ("analysis_fps: 4", "onvif: 7", "9: cameras[0].onvif: "),
        ("clip.mp4", "gone.mp4", "21: cameras[1].source: there is no file gone.mp4"),
        ("clip.mp4", ".", "21: cameras[1].source: "),
        ("id: clip", "id: gate", "21: cameras[1].id: 'gate' is the id of cameras[0] already"),
        ("    name: Gate", "    id: x\n    name: Gate", "6: cameras[0].id: stands twice (first in line 5)"),
        ("[0.9, 0.1], [0.9, 0.9]]\n    lines", "[0.9, 0.1]]\n    lines", "12: cameras[0].zones.yard: a zone needs"),
        ("yard: [[0.1, 0.1]", "yard: [[0.1]", "12: cameras[0].zones.yard[0][1]: is missing; a point is two"),
        ("yard: [[0.1, 0.1]", "yard: [[0.1, 7]", "12: cameras[0].zones.yard[0][1]: must be less than"),
        ("zone: yard", "zone: yrad", "18: cameras[0].rules[0].zone: 'yrad' is not under 'zones'; did"),
        ("line: door", "line: dor", "20: cameras[0].rules[1].line: 'dor' is not under 'lines'; did"),
        ("kind: zone_entry", "kind: zone_enter", "17: cameras[0].rules[0].kind: 'zone_enter' is not known; did"),
        ("        kind: zone_entry\n", "", "16: cameras[0].rules[0].kind: is missing; say what kind"),
        ("id: count,", "id: closed,", "20: cameras[0].rules[1].id: 'closed' is taken"),
        ("from: 22:00", "from: 25:00", "19: cameras[0].rules[0].schedule.windows[0].from: must be"),
        ("zone: yard", "zone: yard\n        min_insid_s: 1", "19: cameras[0].rules[0].min_insid_s: unknown key; did"),
        ("analysis_fps: 4", "analysis_fps: fast", "9: cameras[0].analysis_fps: must be a number"),
        ("analysis_fps: 4", "analysis_fps: 0", "9: cameras[0].analysis_fps: must be greater than 0 (it is '0')"),
        ("analysis_fps: 4", "transport: tpc", "9: cameras[0].transport: 'tpc' is not known; did you mean 'tcp'?"),
        ("analysis_fps: 4", "analysis_fps: .nan", "9: cameras[0].analysis_fps: '.nan' is not a number"),
        ("analysis_fps: 4", "loop: true", "5: cameras[0]: 'loop' is for files"),
        ("site: school\n", "site: [a]\n", "7: cameras[0].site: a list is no text"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_line_with_its_place_and_remedy(home: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    said = mistakes(home, GOOD.replace(old, new, 1))
    assert len(said) == 1, said
    assert said[0].startswith(f"edge.yaml:{expected}")
    assert "hidden" not in said[0]
    assert "p@ss" not in said[0]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(home: Path) -> None:
    broken = GOOD.replace("box-1", "Box").replace("site: school", "sit: school").replace("zone: yard", "zone: x")
    said = mistakes(home, broken.replace("clip.mp4", "gone.mp4").replace("analysis_fps: 4", "analysis_fps: -1"))
    lines = [int(line.split(":")[1]) for line in said]
    assert lines == sorted(lines)
    assert [line.split(": ")[1] for line in said] == [
        "box_id", "cameras[0].site", "cameras[0].sit", "cameras[0].analysis_fps", "cameras[0].rules[0].zone",
        "cameras[1].sit", "cameras[1].site", "cameras[1].source",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "edge.yaml:1: is empty"),
        (b"- a\n- b\n", "edge.yaml:1: does not hold keys and values"),
        (b"a: [1\n", "edge.yaml:2: is not YAML"),
        (b"a: 1\nb: \xff\xfe\n", "edge.yaml:2: is not UTF-8"),
        (b"a: 1\n" * 300_000, "edge.yaml: is larger than 1 MiB"),
    ],
)
def test_what_is_no_configuration_at_all_is_one_line(home: Path, content: bytes, expected: str) -> None:
    (home / "edge.yaml").write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        load_edge_config(home / "edge.yaml", ENV)
    said = str(caught.value).replace(f"{home}{os.sep}", "")
    assert said.startswith(expected)
    assert "\n" not in said


def test_a_missing_file_and_a_folder_are_one_line(home: Path) -> None:
    for path in (home / "nope.yaml", home):
        with pytest.raises(BadInputError, match="cannot be read"):
            load_edge_config(path, ENV)


def test_the_command_line_overrides_the_file(home: Path) -> None:
    token = home / "other.token"
    token.write_text("x", encoding="ascii")
    config = load(
        home,
        GOOD.replace("token_file: edge.token", "token_env: NOT_SET_AND_NOT_NEEDED"),
        Override("--token-file", ("coordinator", "token_file"), str(token)),
        Override("--health-port", ("health", "port"), 0),
    )
    assert (config.coordinator.token_file, config.coordinator.token_env) == (token, None)
    assert config.health.port == 0


def test_a_mistake_on_the_command_line_names_the_option(home: Path) -> None:
    said = mistakes(home, GOOD, Override("--coordinator-url", ("coordinator", "url"), "nonsense"))
    assert said == ["--coordinator-url: is no address of a coordinator; expected e.g. https://coordinator.example:8700"]


def test_rules_files_tell_their_mistakes_the_same_way(home: Path) -> None:
    path = home / "rules.yaml"
    path.write_text("zones:\n  a: [[0, 0], [1, 0], [1, 1]]\nrules:\n  - {id: r, kind: loitering, zone: b}\nx: 1\n")
    with pytest.raises(BadInputError) as caught:
        load_rules(path)
    assert str(caught.value).splitlines() == [
        f"{path}:4: rules[0].zone: 'b' is not under 'zones'; there is: a",
        f"{path}:5: x: unknown key; there is: lines, rules, zones",
    ]


def test_the_coordinator_may_name_all_cameras(home: Path) -> None:
    (home / "logins.yaml").write_text("gate: {user: a, password: b}", encoding="ascii")
    (home / "logins.yaml").chmod(0o600)
    text = (
        'box_id: b\ncoordinator: {url: "http://c", token_file: edge.token, assigns_cameras: true}\n'
        "data_dir: data\ncamera_logins: logins.yaml\n"
    )
    config = load(home, text)
    assert config.cameras == ()
    assert config.camera_logins == home / "logins.yaml"
    (home / "logins.yaml").chmod(0o644)
    assert "chmod 600" in mistakes(home, text)[0]
    (said,) = mistakes(home, text.replace(", assigns_cameras: true", "").replace("camera_logins: logins.yaml\n", ""))
    assert "coordinator.assigns_cameras: true" in said


def test_a_box_that_moves_names_its_gpsd(home: Path) -> None:
    config = load(home, GOOD + 'position: {gpsd: "[::1]:2947"}\n')
    assert config.position_of(config.cameras[0]) == config.position
    assert config.position is not None
    assert config.position.address == ("::1", 2947)
    assert "expected e.g. 127.0.0.1:2947" in mistakes(home, GOOD + "position: {gpsd: localhost}\n")[0]


def test_certificates_are_verified_but_where_it_is_said_otherwise(home: Path) -> None:
    secure = GOOD.replace("rtsp://viewer", "rtsps://viewer")
    assert load(home, secure).cameras[0].verify_tls
    assert not load(home, secure.replace("analysis_fps: 4", "verify_tls: false")).cameras[0].verify_tls
    assert "rtsps://" in mistakes(home, GOOD.replace("analysis_fps: 4", "verify_tls: false"))[0]


CONFIGS = Path(__file__).parents[2] / "configs"


def test_the_example_rules_are_right() -> None:
    assert len(load_rules(CONFIGS / "rules.example.yaml").rules) > 0


@pytest.mark.parametrize("with_network_camera", [False, True])
def test_the_example_configuration_is_right_and_shows_the_defaults(tmp_path: Path, with_network_camera: bool) -> None:
    for name in ("configs/edge.yaml", "tokens/edge.token", "sample_streams/car_park.mp4"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"x")
    text = (CONFIGS / "edge.yaml").read_text(encoding="utf-8")
    if with_network_camera:
        text = re.sub(r"^  # (- id:|  [a-z_]+:)", r"  \1", text, flags=re.MULTILINE)
    path = tmp_path / "configs" / "edge.yaml"
    path.write_text(text, encoding="utf-8")
    config = load_edge_config(path, {"GATE_3_PASSWORD": "x"})
    assert len(config.cameras) == 1 + with_network_camera
    for section in ("health", "outbox", "ring", "detector", "plates"):
        assert getattr(config, section) == EdgeConfig.model_fields[section].default


WORDS = st.sampled_from(
    ["box_id", "cameras", "id", "zones", "rules", "kind", "zone_entry", "zone", "source", "coordinator", "url", "loop"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=5),
    max_leaves=20,
)
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@FUZZ
@given(text=st.text(max_size=200))
def test_any_text_loads_or_is_refused_in_lines(home: Path, text: str) -> None:
    check_fuzzed(home / "edge.yaml", text)


@FUZZ
@given(data=st.dictionaries(WORDS, VALUES, max_size=6))
def test_any_data_loads_or_is_refused_in_lines(home: Path, data: dict[str, object]) -> None:
    check_fuzzed(home / "edge.yaml", json.dumps(data))


def check_fuzzed(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for read in (lambda: load_edge_config(path, {}), lambda: load_rules(path)):
        for line in refusal(read):
            assert line.startswith(str(path))
            assert line.isprintable(), line


def refusal(read: Callable[[], object]) -> list[str]:
    try:
        read()
    except BadInputError as error:
        return str(error).split("\n")
    return []


def test_the_health_of_pictures_is_the_box_s_or_the_camera_s_own(home: Path) -> None:
    section = "picture_health: {hold_s: {covered: 30}, severity: {covered: critical}, clock_drift_s: 5}\n"
    declared = "    declared: {width: 1920, height: 1080, fps: 25}\n    picture_health: {ignore: [moved]}\n"
    config = load(home, section + GOOD.replace("    analysis_fps: 4\n", "    analysis_fps: 4\n" + declared))
    gate, clip = (config.picture_health_of(camera) for camera in config.cameras)
    assert (gate.hold_of(CameraFaultKind.COVERED), gate.ignore) == (120, {CameraFaultKind.MOVED})
    assert (clip.hold_of(CameraFaultKind.COVERED), clip.severity_of(CameraFaultKind.COVERED)) == (30, "critical")
    assert (clip.hold_of(CameraFaultKind.FROZEN), clip.severity_of(CameraFaultKind.FROZEN)) == (120, "medium")
    assert clip.severity_of(CameraFaultKind.LOW_BITRATE) == "low"
    assert config.cameras[0].declared is not None
    assert config.cameras[0].declared.fps == 25


def test_mistakes_about_the_health_of_pictures_name_the_place(home: Path) -> None:
    section = "picture_health: {hold_s: {coverd: 30, moved: -1}, severity: {moved: loud}}\n"
    said = "\n".join(mistakes(home, section + GOOD))
    assert "edge.yaml:1: picture_health.hold_s.coverd: 'coverd' is not known; did you mean 'covered'?" in said
    assert "picture_health.hold_s.moved: must be greater than or equal to 0" in said
    assert "picture_health.severity.moved: 'loud' is not known" in said
