from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.coordinator.registry.import_report import MAX_TOLD
from skynet.coordinator.registry.registry_file import FileFormat, read_entries
from skynet.domain.registry_entry import RegistryEntry
from skynet.domain.registry_row import read_csv
from skynet.domain.row_error import BadRow, FileFormatError, RowMistake
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_registry import READY, activate, camera, put_camera, put_site, site, social_site

HEADER = "id,name,site,site_name,place_class,owner_kind,owner,city,source,filing_no,state,box_id\n"
GOOD = "gate-{n},东门 {n},school-3,第三小学,school,police,庐阳分局,合肥,rtsp://192.0.2.10/{n},,,\n"


def take(desk: DeskCoordinator, content: str | bytes, kind: str = "text/csv", query: str = "") -> Any:
    body = content.encode() if isinstance(content, str) else content
    path = f"/api/v1/registry/import{query}"
    return desk.call("POST", path, "admin", content=body, headers={"Content-Type": kind})


def export(desk: DeskCoordinator, form: str, query: str = "") -> str:
    answer = desk.call("GET", f"/api/v1/registry/export?format={form}{query}", "admin")
    assert answer.status_code == 200, answer.text
    return answer.content.decode()


def counts(report: Any, what: str = "cameras") -> tuple[int, int, int]:
    return tuple(report[what][fate] for fate in ("created", "updated", "unchanged"))


def told(report: Any) -> list[tuple[int, str | None]]:
    return [(row["line"], mistake["column"]) for row in report["bad"] for mistake in row["mistakes"]]


def test_good_rows_are_taken_and_bad_ones_told_by_line_and_column(coordinator: DeskCoordinator) -> None:
    lines = [
        HEADER,
        GOOD.format(n=1),
        "Gate 2,西门,school-3,,,,,,http://192.0.2.10/,,,\n",
        GOOD.format(n=1),
        'gate-4,"开口\n',
        "gate-5,北门,nowhere,,,,,,rtsp://192.0.2.10/5,,,\n",
        "bath-1,浴室,bath,浴室,更衣室,police,庐阳分局,合肥,rtsp://192.0.2.10/6,,,\n",
        "gate-7,南门,school-3,,,,,,rtsp://192.0.2.10/7,,active,box-1\n",
        GOOD.format(n=8),
    ]
    report = take(coordinator, "".join(lines)).json()
    assert (counts(report), counts(report, "sites")) == ((2, 0, 0), (1, 0, 1))
    assert told(report) == [
        (3, "id"),
        (3, "source"),
        (4, "id"),
        (5, None),
        (6, "site"),
        (7, "place_class"),
        (8, "sign"),
        (8, "filing_no"),
        (8, "privacy_masks"),
    ]
    assert "people undress there" in report["bad"][4]["mistakes"][0]["text"]
    assert "line 2" in report["bad"][1]["mistakes"][0]["text"]
    assert (report["rows"], report["bad_rows"]) == (8, 6)


def test_taking_a_file_again_changes_nothing(coordinator: DeskCoordinator) -> None:
    content = HEADER + "".join(GOOD.format(n=n) for n in range(450))
    assert counts(take(coordinator, content).json()) == (450, 0, 0)
    before = len(coordinator.audit())
    assert counts(take(coordinator, content).json()) == (0, 0, 450)
    assert len(coordinator.audit()) == before + 1  # the reading of the ledger itself
    changed = content.replace("东门 7,", "西门 7,")
    assert counts(take(coordinator, changed).json()) == (0, 1, 449)


def test_a_dry_run_says_the_same_and_keeps_nothing(coordinator: DeskCoordinator) -> None:
    rows = [GOOD.format(n=0), *(f"c-{n},某处,school-3,,,,,,rtsp://192.0.2.10/{n},,,\n" for n in range(300))]
    content = HEADER + "".join(rows) + "bad,,,,,,,,,,,\n"
    dry = take(coordinator, content, query="?dry_run=true").json()
    assert coordinator.call("GET", "/api/v1/registry/cameras", "console").json()["items"] == []
    real = take(coordinator, content).json()
    assert dry["dry_run"] is True
    assert dry | {"dry_run": False} == real
    assert counts(real) == (301, 0, 0)


def test_chinese_columns_in_gb18030_are_taken(coordinator: DeskCoordinator) -> None:
    header = "摄像机编号;摄像机名称;点位编号;点位名称;场所类别;单位性质;所属单位;地市;主码流;"
    header += "是否云台;标识确认人;标识确认时间\n"
    row = "gate-1;东门;school-3;第三小学;学校;公安;庐阳分局;合肥;rtsp://192.0.2.10/1;是;李警官;2026/01/05 09:00\n"
    assert counts(take(coordinator, (header + row).encode("gb18030")).json()) == (1, 0, 0)
    seen = coordinator.call("GET", "/api/v1/registry/cameras/gate-1", "console").json()["camera"]
    assert (seen["ptz"], seen["sign"]) == (True, {"by": "李警官", "at": "2026-01-05T01:00:00.000Z"})
    assert coordinator.call("GET", "/api/v1/registry/sites/school-3", "console").json()["place_class"] == "school"


def test_an_import_can_activate_and_assign(coordinator: DeskCoordinator) -> None:
    document = {"sites": [site()], "cameras": [camera() | READY | {"state": "active", "box_id": "box-1"}]}
    assert counts(take(coordinator, json.dumps(document), "application/json").json()) == (1, 0, 0)
    told_box = coordinator.call("GET", "/api/v1/boxes/box-1/cameras", "edge").json()
    assert [item["id"] for item in told_box["cameras"]] == ["gate-3"]


RULES = {
    "zones": {"yard": [[0, 0], [1, 0], [1, 1]]},
    "lines": {"gate": {"from": [0, 0.5], "to": [1, 0.5]}},
    "rules": [
        {
            "id": "night",
            "kind": "zone_entry",
            "zone": "yard",
            "labels": ["person"],
            "schedule": {"windows": [{"days": ["mon"], "from": "22:00", "to": "06:00"}]},
        }
    ],
}


@pytest.mark.parametrize("form", list(FileFormat))
def test_an_export_is_an_import_without_changes(site: Any, form: FileFormat) -> None:
    with DeskCoordinator(site) as desk:
        put_site(desk, social_site("pawn-1", name="=HYPERLINK(1)", required_class=2, position=None))
        put_site(desk, social_site("empty"))
        activate(desk, camera("gate-3", site="pawn-1", rules=RULES, mounting={"height_m": 4.5, "tilt_deg": -12.5}))
        put_camera(desk, camera("bus-1", site="pawn-1", name="'+1", position={"latitude": -1, "longitude": 2}))
        content = export(desk, form.ending)
        assert "s3cret" not in content
        report = take(desk, content, form.media_type).json()
        assert (report["bad"], counts(report), counts(report, "sites")) == ([], (0, 0, 2), (0, 0, 2))
        whole = export(desk, form.ending, "&with_addresses=true")
        assert "s3cret" in whole
        assert [e["action"] for e in desk.audit() if "exported" in e["action"]] == [
            "registry.exported",
            "registry.exported_with_addresses",
        ]
    return_to_an_empty_one(desk, whole, form)


def return_to_an_empty_one(full: DeskCoordinator, whole: str, form: FileFormat) -> None:
    """What one coordinator exports whole, another takes as it is (a file's first state is a draft's)."""
    entries = list(read_entries(io.BytesIO(whole.encode()), form))
    assert all(isinstance(entry, RegistryEntry) for entry in entries)
    cameras = [entry.camera for entry in entries if isinstance(entry, RegistryEntry) and entry.camera]
    assert {item.id: item.source for item in cameras} == {
        "gate-3": camera()["source"],
        "bus-1": camera()["source"],
    }


def test_no_cell_of_an_export_is_a_formula(coordinator: DeskCoordinator) -> None:
    for number, name in enumerate(["=1+1", "+cmd", "-2+3", "@SUM(A1)", "plain"]):
        put_site(coordinator, site(f"s-{number}", name=name))
    rows = list(csv.DictReader(io.StringIO(export(coordinator, "csv").removeprefix("\ufeff"))))
    assert [row["site_name"] for row in rows] == ["'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "plain"]


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("text/csv", "a,b\n1,2\n", "line 1: the header names 'a'"),
        ("text/csv", "", "line 1: holds no header"),
        ("text/csv", b"\xff\xfea\x00", "UTF-16"),
        ("application/json", "[]", "'{' is expected"),
        ("application/json", '{"cameras": 3}', "'[' is expected"),
        ("application/json", '{"cameras": [], "sites": []}', "write the sites first"),
        ("application/json", '{"sites": [' + "[" * 100_000, "nested too deep"),
        ("application/json", b"\xff", "not UTF-8"),
        ("application/yaml", "sites: &a [*a]", "uses an alias"),
        ("application/yaml", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "line 2: uses an alias"),
        ("application/yaml", "sites: " + "[" * 5000, "nested deeper"),
        ("application/yaml", "sites: 3", "is no list"),
        ("application/yaml", "sites: [", "is no YAML"),
        ("application/yaml", "", "is no registry file"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_line(
    coordinator: DeskCoordinator, kind: str, content: str | bytes, said: str
) -> None:
    answer = take(coordinator, content, kind)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_document_that_breaks_off_keeps_what_came_before(coordinator: DeskCoordinator) -> None:
    content = '{"sites": [\n' + json.dumps(site()) + ",\n{oops"
    report = take(coordinator, content, "application/json").json()
    assert (counts(report, "sites"), told(report)) == ((1, 0, 0), [(3, None)])


def test_bad_items_of_documents_are_told_by_line(coordinator: DeskCoordinator) -> None:
    text = "sites:\n- id: A\n  name: x\n- !!python/object:os.system {}\n- 3\n"
    text += "cameras:\n- id: c\n  mounting: {height_m: high}\n"
    report = take(coordinator, text, "application/yaml").json()
    assert [row["line"] for row in report["bad"]] == [2, 4, 5, 7]
    assert (7, "mounting.height_m") in told(report)


def test_other_types_are_refused(coordinator: DeskCoordinator) -> None:
    assert take(coordinator, "x", "text/plain").status_code == 415
    assert coordinator.call("POST", "/api/v1/registry/import", "console").status_code == 403


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("form", list(FileFormat))
def test_whatever_bytes_come_they_are_read_or_told(form: FileFormat, content: bytes) -> None:
    begin = b"id,site,privacy_masks\n" if form is FileFormat.CSV else b""
    try:
        entries = list(read_entries(io.BytesIO(begin + content), form))
    except FileFormatError as error:
        entries = [BadRow(error.line, (RowMistake("", str(error)),))]
    for entry in entries:
        assert isinstance(entry, RegistryEntry) or "\n" not in str(entry)


@given(st.dictionaries(st.sampled_from(HEADER.strip().split(",")), st.text(max_size=20), min_size=1))
@settings(max_examples=100, deadline=None)
def test_whatever_cells_say_the_row_is_read_or_its_column_named(cells: dict[str, str]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["site", *sorted(cells.keys() - {"site"})])
    writer.writeheader()
    writer.writerow({"site": "school-3"} | {key: " ".join(cell.split()) for key, cell in cells.items()})
    for entry in read_entries(io.BytesIO(text.getvalue().encode("utf-8", "replace")), FileFormat.CSV):
        if isinstance(entry, BadRow):
            assert {mistake.column for mistake in entry.mistakes} <= {"", *HEADER.strip().split(",")}
            json.dumps([str(entry)]).encode()


def test_100_000_rows_with_errors_give_a_report_of_bounded_size(coordinator: DeskCoordinator) -> None:
    rows = (f"gate-{n},东门,school-3,,,,,,http://no/{n},,,\n" if n % 20 == 0 else f"{n},\n" for n in range(100_000))
    content = (HEADER + GOOD.format(n="x") + "".join(rows)).encode()
    report = take(coordinator, content).json()
    assert (report["rows"], report["bad_rows"], len(report["bad"])) == (100_001, 100_000, MAX_TOLD)
    assert report["bad_not_told"] == 100_000 - MAX_TOLD
    assert counts(report) == (1, 0, 0)


def test_rows_are_not_held_in_memory() -> None:
    """A file of 60 MB, of which no more than the stretch that tells the encoding is ever held."""

    def lines() -> Iterator[bytes]:
        yield HEADER.encode()
        for n in range(6_000):
            yield b"gate-%d," % n + b"x" * 10_000 + b"\n"

    tracemalloc.start()
    count = sum(isinstance(entry, BadRow) for entry in read_csv(lines()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, peak < 8 << 20) == (6_000, True)
