"""A receipt on paper: an A5 sheet lying down, more of them where the items need it. Pure.

The characters it needs are embedded, so that every reader shows it, with Chinese fonts or without.
"""

from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from channel_gateway.domain.capitals import capitals
from channel_gateway.domain.money import yuan_from_fen
from payment.receipts.copies import Copy, Standing, quantity

# WenQuanYi Micro Hei, under Apache-2.0: all Chinese characters of GBK.
OUR_FONT = Path(__file__).parent / "fonts" / "wqy-microhei.ttc"
_RED = "#b00020"
_NO_GLYPH = "〓"
_QR_MM = 26
_WIDTHS = [70 * mm, 24 * mm, 50 * mm, 34 * mm]
_NOTE = "本件为财政电子票据信息的副本，以财政部门签发的电子票据为准；扫描二维码可查验真伪。"


@cache
def face(font: Path = OUR_FONT) -> str:
    """The name of a font's face; the first time it is read, which takes a quarter of a second.

    Raises `ValueError` for a file that is no TrueType font.
    """
    try:
        pdfmetrics.registerFont(TTFont(font.stem, str(font)))
    except TTFError as error:
        raise ValueError(f"receipt_font: {font} is no TrueType font") from error
    return font.stem


def receipt_pdf(copy: Copy, *, address: str, font: Path = OUR_FONT) -> bytes:
    """The sheet as a PDF; the same receipt gives the same bytes."""
    made, name = BytesIO(), face(font)
    number = f"{copy.receipt.code} {copy.receipt.number}"
    document = SimpleDocTemplate(
        made,
        pagesize=landscape(A5),
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=9 * mm,
        bottomMargin=8 * mm,
        title=f"财政电子票据 {number}",
        author=copy.unit_name,
        lang="zh-CN",
        invariant=True,
    )
    document.build([*_head(copy, address, name), _items(copy, name), *_foot(copy, name)])
    return made.getvalue()


def _head(copy: Copy, address: str, face: str) -> list[Any]:
    receipt = copy.receipt
    told = [
        ("票据代码", escape(receipt.code)),
        ("票据号码", escape(receipt.number)),
        ("校验码", escape(receipt.check_code)),
        ("开票日期", copy.issued_on.isoformat()),
        ("缴款人", escape(copy.payer)),
        ("收款单位", escape(copy.unit_name)),
        *_standing(copy),
    ]
    facts = [_text(f"{name}：{value}", face) for name, value in told if value]
    title = _text("财政电子票据", face, size=19, align=1)
    side = Table([[facts, _qr(address)]], colWidths=[sum(_WIDTHS) - 32 * mm, 32 * mm])
    top, right = ("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (1, 0), (1, 0), "RIGHT")
    side.setStyle(TableStyle([top, right]))
    return [title, Spacer(0, 4 * mm), side, Spacer(0, 2 * mm)]


def _standing(copy: Copy) -> list[tuple[str, str]]:
    """A receipt that is good says nothing of it; of one that was reversed also what is left."""
    if copy.standing is Standing.VALID:
        return []
    reds = "、".join(f"{red.code} {red.number}" for red in copy.reversals)
    words = f"{copy.standing.value}，红字票据 {escape(reds)}" if reds else copy.standing.value
    told = [("状态", _in_red(words))]
    if copy.standing is not Standing.RED:
        told.append(("冲红后余额", _in_red(f"{yuan_from_fen(copy.left_fen)}元")))
    return told


def _in_red(words: str) -> str:
    return f'<font color="{_RED}">{words}</font>'


def _items(copy: Copy, face: str) -> Table:
    heads = [_text(words, face) for words in ("项目（编码）", "数量", "收费标准", "金额（元）")]
    rows = [
        [
            _text(f"{escape(line.name)}（{escape(line.code)}）", face),
            _text(escape(quantity(line)), face),
            _text(escape(line.standard), face),
            _text(yuan_from_fen(line.amount_fen), face, align=2),
        ]
        for line in copy.lines
    ]
    table = Table([heads, *rows], colWidths=_WIDTHS, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, black),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _foot(copy: Copy, face: str) -> list[Any]:
    total = copy.receipt.total_fen
    words = f"金额合计（大写）：{capitals(total)}　（小写）：¥{yuan_from_fen(total)}"
    return [
        Spacer(0, 3 * mm),
        _text(words, face, size=11),
        Spacer(0, 3 * mm),
        _text(_NOTE, face, size=8),
    ]


def _text(words: str, face: str, *, size: int = 10, align: int = 0) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=face, fontSize=size, leading=size * 1.45, alignment=align, wordWrap="CJK"
    )
    return Paragraph(_drawable(words, face), style)


def _drawable(words: str, face: str) -> str:
    """What the font has no glyph for is set as 〓, as printers do: to be seen, and asked about."""
    drawn = pdfmetrics.getFont(face).face.charToGlyph
    return "".join(each if ord(each) in drawn else _NO_GLYPH for each in words)


def _qr(address: str) -> Drawing:
    rows = list(segno.make_qr(address, error="m").matrix_iter(border=4))
    module = _QR_MM * mm / len(rows)
    drawing = Drawing(_QR_MM * mm, _QR_MM * mm)
    for down, row in enumerate(rows):
        across, bottom = 0, (len(rows) - 1 - down) * module
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                bar = Rect(across * module, bottom, length * module, module)
                bar.fillColor, bar.strokeColor = black, None
                drawing.add(bar)
            across += length
    return drawing
