"""Files of hot lists: good rows are kept, each bad one is told with its line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.hot_list import HotListEntry
from skynet.domain.hot_list_csv import GoodRow, read_rows
from skynet.domain.hot_list_words import COLUMNS
from skynet.domain.row_error import BadRow, FileFormatError
from tests.domain.hot_list_entries import AT

HEADER = ",".join(COLUMNS)
ROW = "皖A12345,blue,stolen_vehicle,公字1号,滨江分局,A1,2026-11-20,2026-12-15,high,everywhere,王警官,李队长"


def rows(*lines: str, encoding: str = "utf-8", header: str = HEADER) -> list[GoodRow | BadRow]:
    return list(read_rows([f"{line}\r\n".encode(encoding) for line in (header, *lines)], AT))


def changed(**cells: str) -> str:
    return ",".join(cells.get(name, cell) for name, cell in zip(COLUMNS, ROW.split(","), strict=True))


def entry(line: str, **options: str) -> HotListEntry:
    (row,) = rows(line, **options)
    assert isinstance(row, GoodRow), str(row)
    return row.entry


def complaint(line: str) -> str:
    good, bad, after = rows(ROW, line, changed(plate="皖A54321"))
    assert isinstance(good, GoodRow)
    assert isinstance(after, GoodRow)
    assert isinstance(bad, BadRow)
    assert bad.line == 3
    return str(bad)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_encoding_that_offices_save_in_is_read(encoding: str) -> None:
    text = f"{HEADER}\n{ROW}\n"
    (row,) = read_rows(text.encode(encoding).splitlines(keepends=True), AT)
    assert isinstance(row, GoodRow)
    assert (row.line, row.entry.plate, row.entry.created_by) == (2, "皖A12345", "王警官")


def test_chinese_headers_and_values_in_any_order() -> None:
    header = "审批人;创建人;区域;车牌号;号牌种类;用途;授权文号;签发单位;案件编号;生效时间;失效时间"
    line = "李队长;王警官;全部;皖AD12345;新能源小型;肇事逃逸;公字1号;交警支队;A1;2026/11/20 8:00;2026年12月1日"
    found = entry(line, header=header, encoding="gb18030")
    assert (found.plate, found.kind, found.purpose, found.area) == (
        "皖AD12345",
        "green_small",
        "hit_and_run",
        ("everywhere",),
    )
    assert found.priority == "high"
    assert found.valid_from.isoformat() == "2026-11-20T08:00:00+08:00"
    assert found.valid_to.isoformat() == "2026-12-02T00:00:00+08:00"


def test_the_example_is_good() -> None:
    lines = (Path(__file__).parents[2] / "examples" / "hot_list.csv").read_bytes().splitlines(keepends=True)
    assert [type(row) for row in read_rows(lines, AT)] == [GoodRow] * 3


def test_a_last_day_counts_whole_but_never_beyond_thirty_days() -> None:
    assert entry(changed(valid_to="2026-12-20")).valid_to.isoformat() == "2026-12-20T00:00:00+08:00"
    assert entry(changed(valid_to="2026-12-19")).valid_to.isoformat() == "2026-12-20T00:00:00+08:00"
    assert "more than 30 days" in complaint(changed(valid_to="2026-12-21"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (changed(plate="皖A1234"), "plate: '皖A1234' is not a number plate"),
        (changed(plate="皖AO2345"), "I and O never stand behind the second place: write 1 and 0"),
        (changed(plate="张三"), "plate: '张三' is not a number plate"),
        (changed(kind="pink"), "kind: 'pink' is no kind of plate; there is: blue, yellow"),
        (changed(kind="green_small"), "is no green_small plate"),
        (changed(purpose="key_person"), "purpose: 'key_person' is no purpose"),
        (changed(approved_by=""), "approved_by: is empty: the row is unsigned"),
        (changed(approved_by="王警官"), "are the same person; have somebody else approve it"),
        (changed(case_number=" "), "case_number: is empty; fill it in"),
        (changed(area=""), "area: is empty; write the ids of sites and cameras, or everywhere"),
        (changed(area="东门"), "area: '东门' is no id of a site or camera"),
        (changed(valid_to="soon"), "valid_to: 'soon' is no time; write e.g. 2026-03-01 08:00"),
        (changed(valid_to="2026-02-30"), "valid_to: '2026-02-30' is no time"),
        (changed(valid_from="2026-10-20", valid_to="2026-11-01"), "valid_to: has expired (2026-11-02 00:00); remove"),
        (changed(priority="asap"), "priority: 'asap' is no priority; there is: info, low"),
        (changed(authority="x" * 81), "authority: is longer than 80 characters; shorten it"),
        (ROW + ",more", "has 13 cells, the header 12"),
        ('"' + ROW, 'holds a quotation mark (") that is not closed'),
        ("x" * 70_000, "is longer than 64 KiB"),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_the_others_are_kept(line: str, said: str) -> None:
    assert said in complaint(line)


def test_all_mistakes_of_a_row_are_told_at_once() -> None:
    said = complaint(changed(plate="x", purpose="y", approved_by=""))
    assert all(f"{column}: " in said for column in ("plate", "purpose", "approved_by"))


def test_a_row_in_another_encoding_is_one_bad_row() -> None:
    lines = [f"{HEADER}\n".encode(), f"{ROW}\n".encode(), f"{ROW}\n".encode("gb18030"), f"{ROW}\n".encode()]
    good, bad, after = read_rows(lines, AT)
    assert (type(good), type(after)) == (GoodRow, GoodRow)
    assert isinstance(bad, BadRow)
    assert str(bad).startswith("is not UTF-8 like the rest of the file")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no header"),
        (b"\n\n", "holds no header"),
        (f"{HEADER}\n".encode("utf-16"), "is UTF-16 text; save it as CSV"),
        (b"\x7fELF\x02\x01\0\0\0", "is no text; name a CSV file"),
        (f"{HEADER},face\n".encode(), "names 'face', which is no column"),
        (f"{HEADER},plate\n".encode(), "names plate twice"),
        (HEADER.replace(",approved_by", "").encode(), "the header lacks approved_by"),
    ],
)
def test_a_file_that_is_no_hot_list_is_refused_as_a_whole(content: bytes, said: str) -> None:
    with pytest.raises(FileFormatError, match=said):
        list(read_rows(content.splitlines(keepends=True), AT))


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_no_bytes_break_the_reader(lines: list[bytes]) -> None:
    found = list(read_rows([f"{HEADER}\n".encode(), *lines, f"{ROW}\n".encode()], AT))
    assert all(str(row) for row in found if isinstance(row, BadRow))
