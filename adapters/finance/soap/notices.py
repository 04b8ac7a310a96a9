"""A notice in the platform's words: one DETAIL, a PROJECT for each item. Pure.

Source: domain facts 1.3 (Zhejiang notice). METRICUNIT, CHARGESTANDARD and the moments are as the
sample has them; ISTRUENAME 1 asks for real-name payment, which we never do.
"""

from datetime import timedelta

from adapters.finance.soap.envelope import Detail, Params
from adapters.finance.soap.kept import Kept
from adapters.finance.stamps import stamps
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.late_fee import cap_of
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.notices import FeeItem

LENGTH_OF_CHANNEL = 9


def keys_of(notice_no: str) -> dict[str, str]:
    """The four keys by which the platform calls a notice; YWCODE is the unit's own, and empty."""
    return {
        "NOTICENO": notice_no,
        "CHANNELNO": notice_no[:LENGTH_OF_CHANNEL],
        "ORIGINALNOTICENO": notice_no[LENGTH_OF_CHANNEL:],
        "YWCODE": "",
    }


def notice_no_of(params: Params, channel_no: str) -> str:
    """Raises `Malformed` unless the keys fit one another and are of our channel."""
    whole = params.get("NOTICENO", "")
    channel, original = params.get("CHANNELNO", ""), params.get("ORIGINALNOTICENO", "")
    if channel != channel_no:
        raise Malformed("another channel's notice", field="CHANNELNO")
    if not original or whole not in ("", channel + original):
        raise Malformed("the numbers do not fit one another", field="NOTICENO")
    return channel + original


def detail_of(kept: Kept, payer_name: str, id_number: str) -> Detail:
    day, time = stamps(kept.issued_at)
    late = any(item.late for item in kept.items)
    return Detail(
        {
            "REGICODE": kept.id[:6],
            **keys_of(kept.id),
            "PAYER": payer_name,
            "PAYERSFZ": id_number,
            "MAKEDATE": day,
            "MAKETIME": time,
            "TOTALMONEY": yuan_from_fen(kept.total_fen),
            "ENTERCODE": kept.unit_code,
            "ENTERNAME": kept.unit_name,
            "ISTRUENAME": "0",
            "EXPIREDPAYDATE": f"{kept.due_on:%Y%m%d}",
            "EXPIREDPAYTIME": "235959",
            "ISCOUNTOVERDUE": "1" if late else "0",
        },
        tuple(_project(item, kept) for item in kept.items),
    )


def _project(item: FeeItem, kept: Kept) -> dict[str, str]:
    line = {
        "CHITCODE": item.code,
        "CHITNAME": item.name,
        "METRICUNIT": item.unit,
        "CHCOUNT": str(item.quantity),
        "CHARGESTANDARD": item.standard or yuan_from_fen(Fen(item.amount_fen // item.quantity)),
        "CHMONEY": yuan_from_fen(item.amount_fen),
        "ISEXISTSOVERDUE": "1" if item.late else "0",
    }
    if item.late is None:
        return line
    rate = item.late.rate_per_10000
    starts = item.late.starts_on or kept.due_on + timedelta(days=1)
    return line | {
        "MAXPAYMENT": yuan_from_fen(cap_of(item.amount_fen, item.late)),
        "PAYMENTRADIO": f"{rate // 10000}.{rate % 10000:04d}",
        "STARTCALCDATE": f"{starts:%Y%m%d}",
        "BELONGCHITCODE": item.late.code,
        "BELONGCHITNAME": item.late.name,
    }
