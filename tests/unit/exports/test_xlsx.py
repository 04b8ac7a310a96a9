"""Spreadsheets, read back by another library."""

from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from payment.commands.wide_text import width
from payment.exports.what import FileFormat
from payment.exports.xlsx_file import LONGEST_TEXT, XlsxFile
from tests.unit.exports.samples import COLUMNS, NOW, cover, row, written

ORDER_NO = "20260302000040011100990000012345678"  # 35 digits: Excel keeps fifteen of a number


async def opened(tmp_path, rows, **more):
    path, told = await written(tmp_path, FileFormat.XLSX, rows, **more)
    return load_workbook(path), load_workbook(path, data_only=True), told


async def test_every_cell_has_the_kind_that_excel_reckons_with(tmp_path):
    book, _, _ = await opened(tmp_path, [row(text=ORDER_NO, amount_fen=1_234_567_89)])
    day, moment, number, count, amount, empty = book["收支明细"][2]
    assert (day.is_date, day.value, day.number_format) == (
        True, datetime(2026, 3, 2), "yyyy-mm-dd",  # noqa: DTZ001 (Excel's days know no zone)
    )  # fmt: skip
    assert str(moment.value) == "2026-03-02 23:59:59"
    assert (number.data_type, number.value, number.number_format) == ("s", ORDER_NO, "@")
    assert (count.data_type, count.value) == ("n", 1)
    assert (amount.data_type, amount.value, amount.number_format) == (
        "n", 1234567.89, "#,##0.00",
    )  # fmt: skip
    assert empty.value is None


async def test_sums_are_formulas_and_their_values_are_there_unreckoned(tmp_path):
    rows = [row(amount_fen=20_600), row(amount_fen=-7_000), row(amount_fen=1)]
    formulas, values, _ = await opened(tmp_path, rows)
    assert [cell.value for cell in formulas["收支明细"][5]] == [
        "合计", None, None, "=SUM(D2:D4)", "=SUM(E2:E4)", None,
    ]  # fmt: skip
    assert [cell.value for cell in values["收支明细"][5]] == ["合计", None, None, 3, 136.01, None]


async def test_of_no_rows_the_sum_is_nothing(tmp_path):
    formulas, _, told = await opened(tmp_path, [])
    assert [cell.value for cell in formulas["收支明细"][2]] == ["合计", None, None, 0, 0, None]
    assert told.rows == 0


async def test_the_header_is_chinese_stays_in_sight_and_columns_fit(tmp_path):
    name = "浙江省水利厅水土保持补偿费（生产建设项目）"
    book, _, _ = await opened(tmp_path, [row(text=name)])
    sheet = book["收支明细"]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["C"].width >= width(name)
    assert sheet.column_dimensions["B"].width >= len("2026-03-02 23:59:59")
    assert sheet.column_dimensions["E"].width >= len("206.00")


async def test_the_cover_says_what_it_is_and_what_it_can_be_held_to(tmp_path):
    book, _, told = await opened(tmp_path, [row()])
    assert book.sheetnames == ["封面", "收支明细"]
    cover = {line[0].value: line[1].value for line in book["封面"].iter_rows()}
    assert (cover["内容"], cover["执收单位"], cover["导出人"]) == ("收支明细", "全部", "clerk-lin")
    assert (str(cover["导出时间"]), cover["行数"], cover["收款合计"]) == (
        "2026-03-03 10:30:00", 1, 206,
    )  # fmt: skip
    assert (cover["流水账截至第几条"], cover["该条摘要"]) == (1042, "ab" * 32)
    assert cover["内容摘要 SHA-256"] == told.digest


async def test_the_digest_is_that_of_the_same_rows_as_csv(tmp_path):
    _, as_xlsx = await written(tmp_path, FileFormat.XLSX, [row(), row("=1+1")])
    _, as_csv = await written(tmp_path, FileFormat.CSV, [row(), row("=1+1")])
    assert as_xlsx == as_csv


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "http://x.cn", "{=A1}", "a\tb"])
async def test_a_text_is_a_text_and_never_a_formula_or_a_link(tmp_path, text):
    book, _, _ = await opened(tmp_path, [row(text=text)])
    cell = book["收支明细"]["C2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


async def test_what_xml_cannot_hold_is_written_as_excel_writes_it(tmp_path):
    book, _, _ = await opened(tmp_path, [row(text="\x01控制")])
    assert book["收支明细"]["C2"].value == "_x0001_控制"


async def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path):
    book, _, _ = await opened(tmp_path, [row(text="长" * (LONGEST_TEXT + 1))])
    text = book["收支明细"]["C2"].value
    assert (len(text), text[-2:]) == (LONGEST_TEXT, "长…")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(min_value=-(10**13) + 1, max_value=10**13 - 1), max_size=5))
async def test_amounts_are_in_the_file_digit_by_digit(tmp_path, amounts):
    path, _ = await written(tmp_path, FileFormat.XLSX, [row(amount_fen=fen) for fen in amounts])
    values = load_workbook(path, data_only=True)["收支明细"]
    read = [round(line[4].value * 100) for line in values.iter_rows(min_row=2)]
    assert read == [*amounts, sum(amounts)]


def test_a_full_sheet_is_followed_by_another_with_sums_of_its_own(tmp_path):
    file = XlsxFile(tmp_path / "x.xlsx", "收支明细", COLUMNS, now=NOW, most=2)
    file.write([row(amount_fen=100), row(amount_fen=200), row(amount_fen=300)], b"")
    file.finish(cover(rows=3, sums=(0, 0, 0, 3, 600, 0)))
    file.close()
    book = load_workbook(tmp_path / "x.xlsx", data_only=True)
    assert book.sheetnames == ["封面", "收支明细", "收支明细（2）"]
    assert [cell.value for cell in book["收支明细"]["E"]] == ["收款", 1, 2, 3]
    assert [cell.value for cell in book["收支明细（2）"]["E"]] == ["收款", 3, 3]


async def test_nothing_is_left_beside_a_file(tmp_path):
    path, _ = await written(tmp_path, FileFormat.XLSX, [row()])
    assert list(tmp_path.iterdir()) == [path]
    assert ZipFile(path).testzip() is None
