"""The sheet, read back with other people's readers: its words, and its QR code."""

import itertools
import string
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from payment.receipts.copies import Copy, copies, verifying_address
from payment.receipts.pdf import face, receipt_pdf
from tests.unit.payment.receipts.samples import RECEIPT, reversed_in_part, with_receipt

ADDRESS = verifying_address("https://pay.example.gov.cn", RECEIPT)


def sheet(copy: Copy) -> bytes:
    return receipt_pdf(copy, address=ADDRESS)


def whole(payer: str = "林**") -> Copy:
    return copies(with_receipt(), payer)[0]


def words(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_everything_a_receipt_must_say_is_on_the_sheet() -> None:
    said = words(sheet(whole()))
    for wanted in (
        "财政电子票据",
        "票据代码：33010126",
        "票据号码：0013933922",
        "校验码：a1b2c3",
        "开票日期：2026-03-02",
        "缴款人：林**",
        "收款单位：示例市公安局交通警察支队",
        "交通违法罚款（103050101）",
        "1次",
        "200.00元/次",
        "交通违法加处罚款（103050199）",
        "6.00",
        "人民币贰佰零陆元整",
        "¥206.00",
    ):
        assert wanted in said, wanted
    assert "冲红" not in said


def test_what_is_reversed_says_so_and_by_which_receipt() -> None:
    copy = copies(reversed_in_part(with_receipt(), 20600), "林**")[0]
    assert "已冲红，红字票据330101260013933923" in words(sheet(copy))


@pytest.mark.parametrize(("reversed_fen", "left"), [(600, "200.00元"), (20600, "0.00元")])
def test_what_is_reversed_says_how_much_is_left_of_it(reversed_fen: int, left: str) -> None:
    copy, red = copies(reversed_in_part(with_receipt(), reversed_fen), "林**")
    assert f"冲红后余额：{left}" in words(sheet(copy))
    assert "余额" not in words(sheet(red))


def test_what_two_receipts_reversed_names_both_with_their_comma() -> None:
    copy = copies(reversed_in_part(with_receipt(), 20600), "林**")[0]
    two = replace(copy, reversals=(RECEIPT, replace(RECEIPT, number="0013933999")))
    assert "330101260013933922、330101260013933999" in words(sheet(two))


def test_every_reader_shows_the_sheet_whatever_fonts_it_has() -> None:
    page = pypdfium2.PdfDocument(sheet(whole()))[0]
    texts = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    fonts = [pdfium.FPDFTextObj_GetFont(text) for text in texts]
    assert fonts
    assert all(pdfium.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)


def test_our_font_has_every_chinese_character_of_gbk_and_the_marks_of_a_receipt() -> None:
    drawn = pdfmetrics.getFont(face()).face.charToGlyph
    pairs = itertools.product(range(0x81, 0xFF), (*range(0x40, 0x7F), *range(0x80, 0xFF)))
    gbk = "".join(bytes(pair).decode("gbk", "ignore") for pair in pairs)
    marks = "、，：（）　¥*" + string.digits + string.ascii_letters + string.punctuation
    missing = {each for each in gbk + marks if ord(each) not in drawn}
    assert missing <= set("☉ɑɡ")  # of no name and of no item


def test_the_qr_code_on_the_sheet_is_the_page_s_address() -> None:
    page = pypdfium2.PdfDocument(sheet(whole()))[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert found.text == ADDRESS


def test_the_same_receipt_is_the_same_file() -> None:
    assert sheet(whole()) == sheet(whole())


def test_many_items_take_several_sheets_and_none_is_lost() -> None:
    copy = whole()
    many = tuple(replace(copy.lines[0], code=f"1030501{number:02d}") for number in range(60))
    content = sheet(replace(copy, lines=many))
    said = words(content)
    assert len(PdfReader(BytesIO(content)).pages) > 1
    assert all(f"（{line.code}）" in said for line in many)


def test_a_character_the_font_lacks_is_seen_to_be_missing() -> None:
    assert "缴款人：〓*" in words(sheet(whole("𠮷*")))


@pytest.mark.parametrize("odd", ["<b>&*", "喆*", "A&B*", ""])
def test_a_payer_of_any_name_can_be_printed(odd: str) -> None:
    said = words(sheet(whole(odd)))
    assert odd in said
    assert ("缴款人" in said) is bool(odd)


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "font.ttf"
    wrong.write_bytes(b"no font")
    with pytest.raises(ValueError, match="receipt_font"):
        face(wrong)
