"""The columns of a `trade` bill's detail of Alipay. Pure over a file.

Source: files that several independent projects parse or keep as fixtures, 2015-2026.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payment.connectors.alipay.bill_archive import encoding_of
from payment.connectors.bill_header import check_columns, remarks_on
from payment.connectors.bill_table import Layout, Table
from payment.connectors.free_text import AMOUNT, CODE, MOMENT, PLATFORM_NUMBER, word

_KNOWN = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注"
)
_NEEDED = (
    "支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,商家实收（元）,"
    "退款批次号/请求号,服务费（元）"
)
# Not 门店编号 and its neighbours, 对方账户, 券名称, 备注: all free texts, as is 商品名称.
_LOOKS = {
    "支付宝交易号": PLATFORM_NUMBER,
    **dict.fromkeys(("商户订单号", "退款批次号/请求号"), CODE),
    **dict.fromkeys(("创建时间", "完成时间"), MOMENT),
    **dict.fromkeys((name for name in _KNOWN.split(",") if "（元）" in name), AMOUNT),
}
_HEAD_LINES = 12  # the header comes after a few lines that begin with #
_BRACKETS = str.maketrans("()", "（）")


@contextmanager
def opened(path: Path) -> Iterator[tuple[Table, list[str]]]:
    """The detail's table, and the lines before it. Raises `BillWrong`."""
    with open(path, "rb") as file:
        line = file.readline()
        encoding = encoding_of(line)
        head: list[str] = []
        while line.removeprefix(b"\xef\xbb\xbf").startswith(b"#") and len(head) < _HEAD_LINES:
            head.append(line.decode(encoding, "replace").strip())
            line = file.readline()
        printed = line.decode(encoding, "replace").removeprefix("\ufeff").translate(_BRACKETS)
        names = [name.strip() for name in printed.split(",")]
        where = f"line {len(head) + 1}"
        check_columns(names, _NEEDED.split(","), what="a trade bill's detail", where=where)
        columns = {name: place for place, name in enumerate(names)}
        newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        looks = _LOOKS | {"业务类型": word("交易", "退款", encoding=encoding)}
        layout = Layout(columns, b"", b",", b"#", newline, encoding, looks)
        yield Table(file, layout, first_line=len(head) + 2), head


def remarks_on_columns(layout: Layout) -> Iterator[str]:
    return remarks_on("交易", layout.columns, _KNOWN.split(","))
