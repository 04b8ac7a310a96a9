"""CSV, as a spreadsheet and a program read it."""

import csv
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.money import fen_from_yuan
from payment.exports.asked import Asked, ExportTooLarge
from payment.exports.csv_text import DANGEROUS, body, defused
from payment.exports.table import Column, Form
from payment.exports.what import FileFormat, What
from tests.unit.exports.samples import DAY, row, written


def lines_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_a_file_begins_with_a_bom_and_its_lines_end_with_crlf(tmp_path):
    path, _ = await written(tmp_path, FileFormat.CSV, [row()])
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf\xe6\x97\xa5\xe6\x9c\x9f,")  # 日期
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 2


async def test_days_moments_and_amounts_are_plain_and_beijings(tmp_path):
    path, _ = await written(tmp_path, FileFormat.CSV, [row(amount_fen=1_234_567_89)])
    assert lines_of(path)[1] == [
        "2026-03-02", "2026-03-02 23:59:59", "水土保持补偿费", "1", "1234567.89", "",
    ]  # fmt: skip


async def test_an_amount_below_zero_stays_a_number(tmp_path):
    path, _ = await written(tmp_path, FileFormat.CSV, [row(amount_fen=-7_000)])
    assert lines_of(path)[1][4] == "-70.00"


@pytest.mark.parametrize("start", DANGEROUS)
async def test_a_text_that_begins_as_a_formula_is_defused(tmp_path, start):
    path, _ = await written(tmp_path, FileFormat.CSV, [row(text=f"{start}cmd|' /C calc'!A0")])
    _, line = lines_of(path)
    assert line[2] == f"'{start}cmd|' /C calc'!A0"


@given(st.text())
def test_no_text_begins_as_a_formula_and_none_loses_a_character(text):
    safe = defused(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe in (text, f"'{text}")


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00")))
def test_whatever_a_cell_holds_is_read_back_in_its_own_cell(text):
    columns = (Column("前"), Column("中"), Column("后"))
    content = body(columns, [("a", text, "b")]).decode()
    assert list(csv.reader(StringIO(content, newline=""))) == [["a", defused(text), "b"]]


@given(st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1))
def test_an_amount_is_read_back_to_the_fen(fen):
    content = body((Column("金额", Form.YUAN),), [(fen,)]).decode()
    assert fen_from_yuan(content.removesuffix("\r\n")) == fen


async def test_what_is_told_of_a_file_is_true_of_it(tmp_path):
    rows = [row(amount_fen=20_600), row(amount_fen=-7_000), row(amount_fen=1)]
    path, told = await written(tmp_path, FileFormat.CSV, rows)
    assert told.digest == sha256(path.read_bytes()).hexdigest()
    assert told.rows == 3
    assert [(column.title, total) for column, total in told.sums] == [
        ("笔数", 3),
        ("收款", 13_601),
    ]


async def test_days_come_in_order_and_others_stay_out(tmp_path):
    later, beyond = DAY + timedelta(days=1), DAY + timedelta(days=2)
    rows = [row("c", day=beyond), row("b", day=later), row("a")]
    path, _ = await written(tmp_path, FileFormat.CSV, rows, last=later)
    assert [line[2] for line in lines_of(path)[1:]] == ["a", "b"]


async def test_more_rows_than_one_may_have_are_refused(tmp_path):
    rows = [row() for _ in range(4)]
    assert (await written(tmp_path, FileFormat.CSV, rows, most=4))[1].rows == 4
    with pytest.raises(ExportTooLarge):
        await written(tmp_path, FileFormat.CSV, rows, most=3)
    with pytest.raises(ExportTooLarge):
        await written(tmp_path, FileFormat.XLSX, rows, most=3)


@pytest.mark.parametrize("days", [-1, 366])
def test_days_that_are_none_or_too_many_are_refused(days):
    with pytest.raises(Invalid):
        Asked(What.REPORT, DAY, DAY + timedelta(days=days), None, "clerk-lin")
