"""What each message must and may say, and how long: refused as soon as one field is wrong. Pure.

Lengths of the notice are those of the published implementation; those of other messages follow it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

Values = Mapping[str, str]
BEIJING = timezone(timedelta(hours=8))
_MONEY = re.compile(r"-?\d{1,12}(\.\d{1,2})?")


class Refused(Exception):
    """A result code and its words."""

    def __init__(self, result: str, words: str) -> None:
        super().__init__(result)
        self.result, self.words = result, words


@dataclass(frozen=True)
class Rule:
    longest: int
    form: str = ""  # a regular expression
    must: bool = True


def _must(longest: int, form: str = "") -> Rule:
    return Rule(longest, form)


def _may(longest: int, form: str = "") -> Rule:
    return Rule(longest, form, must=False)


_DAY = r"\d{8}"
_AMOUNT = _MONEY.pattern
_WHERE = {"AdmDivCode": _must(6, r"\d{6}"), "PayCode": _must(20, r"\d{20}")}

RULES: dict[str, Mapping[str, Rule]] = {
    "8994": {
        **_WHERE,
        "BillDate": _must(8, _DAY),
        "ChgAgenCode": _must(30),
        "ChgAgenName": _must(100),
        "PayerName": _must(100),
        "PayerAcct": _may(50),
        "PayerOpBk": _may(100),
        "PayerCreditCode": _may(30),
        "Amt": _must(20, _AMOUNT),
        "OriAmt": _must(20, _AMOUNT),
        "DelayAmt": _must(20, _AMOUNT),
        "PayStats": _must(1, "[02]"),
        "RecAcctType": _must(2),
        "RecName": _must(100),
        "RecAcct": _must(50),
        "RecAcctReal": _must(50),
        "RecOpBk": _must(100),
        "RecBankNo": _must(14),
        "IsInterBank": _must(1, "[01]"),
        "PayInfo": _may(500),
        "Memo": _may(200),
        "CrcCode": _may(4),
        "MobilePhone": _must(20),
        "RecCreditCode": _may(30),
        "OperatorCode": _may(30),
        "OperatorName": _may(50),
        "Hold1": _may(100),
        "Hold2": _may(100),
    },
    "8997": {**_WHERE, "CrcCode": _may(4)},
    "4601": {**_WHERE, "PayStats": _must(1, "2"), "Memo": _may(200)},
    "5996": {
        **_WHERE,
        "CfmDate": _must(8, _DAY),
        "CfmTime": _must(6, r"\d{6}"),
        "Amt": _must(20, _AMOUNT),
        "BankOutlet": _may(100),
        "Operator": _may(50),
        "PayMode": _must(2),
        "TraNoBus": _must(64),
        "PayerName": _may(100),
        "PayerAcct": _may(50),
        "PayerOpBk": _may(100),
        "PayerOpBkNo": _may(14),
        "RecAcctType": _may(2),
        "RecAcct": _may(50),
        "Hold1": _may(100),
        "Hold2": _may(100),
    },
    "8999": {**_WHERE, "Hold1": _must(100)},
    "8981": {
        **_WHERE,
        "BillType": _must(1, "[12]"),  # 2: a red one
        "Amt": _may(20, _AMOUNT),
        "RelatedInvoiceCode": _may(12),
        "RelatedInvoiceNumber": _may(20),
        "Memo": _may(200),
        "Hold1": _must(100),
    },
    "8982": {**_WHERE, "BillCode": _must(12), "BillNo": _must(20)},
}


def check(number: str, values: Mapping[str, str]) -> None:
    """Raises `Refused`, naming the field."""
    rules = RULES[number]
    for name in values:
        if name not in rules:
            raise Refused("99999", f"{name}不是该报文的字段")
    for name, rule in rules.items():
        value = values.get(name, "")
        if not value and not rule.must:
            continue
        if not value or len(value) > rule.longest:
            raise Refused("99999", f"{name}必填或超长，最长{rule.longest}位")
        if rule.form and not re.fullmatch(rule.form, value):
            raise Refused("99999", f"{name}格式错误")


def fen(text: str) -> int:
    if not _MONEY.fullmatch(text):
        raise Refused("99999", "金额格式错误")
    sign, digits = text.startswith("-"), text.lstrip("-")
    whole, _, part = digits.partition(".")
    amount = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return -amount if sign else amount


def yuan(amount_fen: int) -> str:
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=BEIJING).date()
    except ValueError as error:
        raise Refused("99999", "日期格式错误") from error


def moment(text_day: str, text_time: str) -> datetime:
    try:
        local = datetime.strptime(text_day + text_time, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise Refused("99999", "时间格式错误") from error
    return local.astimezone(UTC)


def today(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
