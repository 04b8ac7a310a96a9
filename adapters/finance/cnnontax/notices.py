"""The notice (电子缴款单, message 8994) in finance's words and in ours. Pure.

Source: domain facts 1.3. No field of it names the day by which to pay: that it travels in Hold2 is
inferred; without it the fifteen days of the law count from BillDate (行政处罚法 art. 67).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from adapters.finance.cnnontax.envelope import Fields
from adapters.finance.stamps import day_of
from channel_gateway.domain.days import beijing_day, next_midnight
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import NOTHING, Fen, fen_from_yuan, yuan_from_fen
from channel_gateway.domain.notices import FeeItem, LateRule, Notice, NoticeDraft, NoticeState
from channel_gateway.domain.people import PersonName

STATES = {"0": NoticeState.UNPAID, "1": NoticeState.PAID, "2": NoticeState.VOIDED}
VOID = "2"
_TO_PAY_IN = timedelta(days=15)
_UNBOUND, _NO_STANDARD = "不限制", "0.0-0.0"  # 标准类型 and 收缴标准 of an item without a standard


def write_draft(draft: NoticeDraft, pay_code: str, check_code: str, today: date) -> dict[str, str]:
    total = yuan_from_fen(draft.principal_fen)
    return {
        "PayCode": pay_code,
        "BillDate": f"{today:%Y%m%d}",
        "ChgAgenCode": draft.unit_code,
        "ChgAgenName": draft.unit_name,
        "PayerName": draft.payer_name.reveal(),
        "PayerCreditCode": draft.id_number.reveal(),
        **{"Amt": total, "OriAmt": total, "DelayAmt": yuan_from_fen(NOTHING)},
        "PayStats": "0",
        "PayInfo": "".join(f"{_item(each)}#" for each in draft.items),
        "CrcCode": check_code,
        "Hold1": "Y",  # finance is to tell us of the payment
        "Hold2": f"{draft.due_on:%Y%m%d}",
    }


def read_notice(fields: Fields, now: datetime) -> Notice:
    """Raises `KeyError`, `ValueError`, `Malformed` where it is none."""
    principal, late_fee = fen_from_yuan(fields["OriAmt"]), fen_from_yuan(fields["DelayAmt"])
    if fen_from_yuan(fields["Amt"]) != principal + late_fee:
        raise Malformed("a notice that does not add up", field="Amt")
    state, due = STATES[fields["PayStats"]], fields.get("Hold2")
    grows = state is NoticeState.UNPAID and late_fee > NOTHING
    return Notice(
        region=fields["AdmDivCode"],
        pay_code=fields["PayCode"],
        unit_code=fields["ChgAgenCode"],
        unit_name=fields["ChgAgenName"],
        payer_name=PersonName(fields["PayerName"]),
        items=_with_late_fee(_items(fields, principal), late_fee, beijing_day(now)),
        due_on=day_of(due) if due else day_of(fields["BillDate"]) + _TO_PAY_IN,
        principal_fen=principal,
        late_fee_fen=late_fee,
        valid_until=next_midnight(now) if grows else None,
        state=state,
    )


def _items(fields: Fields, principal: Fen) -> tuple[FeeItem, ...]:
    """PayInfo may be left out: then the notice is one item, under the unit's code (inferred)."""
    text = fields.get("PayInfo")
    if text:
        return read_items(text)
    return (FeeItem(fields["ChgAgenCode"], "政府非税收入", "次", 1, principal),)


def read_items(text: str) -> tuple[FeeItem, ...]:
    """`码|名称|金额|单位|数量|标准类型|收缴标准`, each item closed by `#`."""
    items = []
    for line in filter(None, text.split("#")):
        code, name, amount, unit, quantity, kind, standard = line.split("|")
        worded = "" if kind == _UNBOUND else standard
        fen = fen_from_yuan(amount)
        items.append(FeeItem(code, name, unit, int(quantity), fen, standard=worded))
    return tuple(items)


def _item(item: FeeItem) -> str:
    standard = ("按标准", item.standard) if item.standard else (_UNBOUND, _NO_STANDARD)
    amount = yuan_from_fen(item.amount_fen)
    parts = (item.code, item.name, amount, item.unit, str(item.quantity), *standard)
    return "|".join(part.replace("|", "｜").replace("#", "＃") for part in parts)


def _with_late_fee(items: Sequence[FeeItem], late_fee: Fen, today: date) -> tuple[FeeItem, ...]:
    """Finance reckons the late fee and names no rate: the items bear today's sum as their cap.

    None bears more than its own amount, which is the law's bound.
    """
    borne, left = [], late_fee
    for item in items:
        share = Fen(min(item.amount_fen, left))
        left = Fen(left - share)
        rule = LateRule(10_000, cap_fen=share, starts_on=today) if share else None
        borne.append(replace(item, late=rule))
    return tuple(borne)
