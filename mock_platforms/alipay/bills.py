"""Alipay's bill files of a day: GBK CSVs in a zip, adding up with what was paid and refunded. Pure.

Source: files parsed and kept as fixtures by several independent projects, 2012-2026.
"""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mock_platforms.alipay.amounts import yuan
from mock_platforms.alipay.moments import BEIJING, beijing_day, beijing_text
from mock_platforms.alipay.trades import Trade

DETAIL_COLUMNS = (
    "支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "门店编号",
    "门店名称", "操作员", "终端号", "对方账户", "订单金额（元）", "商家实收（元）",
    "支付宝红包（元）", "集分宝（元）", "支付宝优惠（元）", "商家优惠（元）", "券核销金额（元）",
    "券名称", "商家红包消费金额（元）", "卡消费金额（元）", "退款批次号/请求号", "服务费（元）",
    "分润（元）", "备注",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "门店编号", "门店名称", "交易订单总笔数", "退款订单总笔数", "订单金额（元）", "商家实收（元）",
    "支付宝优惠（元）", "商家优惠（元）", "卡消费金额（元）", "服务费（元）", "分润（元）",
    "实收净额（元）",
)  # fmt: skip
_TABBED = {1, 2, 3, 7, 8, 9, 10, 11, 20, 22}  # columns whose cells end with a TAB, counted from 1


@dataclass(frozen=True)
class Line:
    """One movement of money on the merchant's account; refunds are negative."""

    trade: Trade
    moment: datetime
    amount_fen: int
    service_fee_fen: int = 0  # negative: the platform's fee for a payment
    out_request_no: str = ""

    @property
    def is_refund(self) -> bool:
        return self.amount_fen < 0


def lines_of(trades: Iterable[Trade], day: date, *, fee_per_10000: int) -> list[Line]:
    """The payments and refunds whose moment falls on this Beijing day, in their order."""
    found = [line for trade in trades for line in _movements(trade, fee_per_10000)]
    return sorted(
        (line for line in found if beijing_day(line.moment) == day), key=lambda line: line.moment
    )


def _movements(trade: Trade, fee_per_10000: int) -> Iterable[Line]:
    if trade.paid_at is not None:
        total = trade.order.total_fen
        fee = (total * fee_per_10000 + 5_000) // 10_000  # half up, to the fen
        yield Line(trade, trade.paid_at, total, service_fee_fen=-fee)
    for refund in trade.refunds:
        yield Line(
            trade, refund.refunded_at, -refund.amount_fen, out_request_no=refund.out_request_no
        )


def detail_csv(lines: list[Line], day: date, account: str, exported_at: datetime) -> str:
    payments = [line for line in lines if not line.is_refund]
    refunds = [line for line in lines if line.is_refund]
    return _join(
        "#支付宝业务明细查询",
        *_head(day, account),
        _rule("业务明细列表", 41, 40),
        ",".join(DETAIL_COLUMNS),
        *(_detail_row(line) for line in lines),
        _rule("业务明细列表结束", 41, 36),
        f"#交易合计：{len(payments)}笔，商家实收共{_sum(payments)}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{_sum(refunds)}元，商家优惠退款共0.00元",
        f"#导出时间：[{_chinese(exported_at)}]",
    )


def summary_csv(lines: list[Line], day: date, account: str, exported_at: datetime) -> str:
    fees = sum(line.service_fee_fen for line in lines)
    received = sum(line.amount_fen for line in lines)
    refunds = sum(line.is_refund for line in lines)
    row = (
        str(len(lines) - refunds), str(refunds), yuan(received), yuan(received), "0.00", "0.00",
        "0.00", yuan(fees), "0.00", yuan(received + fees),
    )  # fmt: skip
    return _join(
        "#支付宝业务汇总查询",
        *_head(day, account),
        _rule("业务汇总列表", 41, 40),
        ",".join(SUMMARY_COLUMNS),
        ",".join(("\t", "\t", *row)),
        ",".join(("合计", "\t", *row)),
        _rule("业务汇总列表结束", 40, 37),
        f"#导出时间：[{_chinese(exported_at)}]",
    )


def zipped(members: dict[str, str], *, at: datetime) -> bytes:
    """A zip whose member names are GBK bytes without the UTF-8 flag, as the platform makes them."""
    stamp = at.astimezone(BEIJING).timetuple()[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            # zipfile writes the UTF-8 flag for any name outside ASCII; GBK bytes must pass unseen.
            info = _GbkNamed(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("gbk", "replace"))
    return buffer.getvalue()


class _GbkNamed(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own hook
        return self.filename.encode("gbk"), self.flag_bits


def _detail_row(line: Line) -> str:
    trade, order = line.trade, line.trade.order
    amount = yuan(line.amount_fen)
    cells = (
        trade.trade_no, order.out_trade_no, "退款" if line.is_refund else "交易",
        _cell(order.subject), beijing_text(trade.created_at), beijing_text(line.moment),
        "", "", "", "", f"*市民({order.buyer_id[:3]}***{order.buyer_id[-4:]})", amount, amount,
        "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00", line.out_request_no,
        yuan(line.service_fee_fen), "0.00", _cell(order.subject),
    )  # fmt: skip
    return ",".join(
        cell + "\t" if column in _TABBED else cell for column, cell in enumerate(cells, start=1)
    )


def _head(day: date, account: str) -> tuple[str, str]:
    return (
        f"#账号：[{account}]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   "
        f"终止日期：[{day + timedelta(days=1):%Y年%m月%d日} 00:00:00]",
    )


def _rule(title: str, before: int, after: int) -> str:
    return f"#{'-' * before}{title}{'-' * after}"


def _sum(lines: list[Line]) -> str:
    return yuan(sum(line.amount_fen for line in lines))


def _chinese(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y年%m月%d日 %H:%M:%S}"


def _cell(text: str) -> str:
    # The platform's CSVs are not quoted, so a comma would shift the columns.
    return text.replace(",", "，").replace("\n", " ")


def _join(*rows: str) -> str:
    return "".join(row + "\r\n" for row in rows)
