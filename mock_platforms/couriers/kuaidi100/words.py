"""What kuaidi100 says of each step: state, detail code, word and text («物流状态»). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Scan, Step

STATES = {
    "0": "在途", "1": "揽收", "2": "疑难", "3": "签收", "4": "退签", "5": "派件", "6": "退回",
}  # fmt: skip
OVER = frozenset({"3", "4"})  # signed for, by whomever: told of no more


@dataclass(frozen=True, slots=True)
class Word:
    state: str
    code: str
    name: str
    text: str  # as couriers write it, with the name and telephone of who did it


WORDS: Mapping[Step, Word] = {
    Step.ORDERED: Word("1", "101", "已下单", "{place} 商家已下单，等待揽收"),
    Step.PICKED_UP: Word("1", "103", "已揽收", "【{place}】{staff}({phone}) 已揽收"),
    Step.DEPARTED: Word("0", "1002", "干线", "【{place}】快件已发往下一站"),
    Step.ARRIVED: Word("0", "1001", "到达派件城市", "快件已到达【{place}】"),
    Step.OUT_FOR_DELIVERY: Word("5", "5", "派件", "【{place}】{staff}({phone}) 正在派件"),
    Step.LOCKER: Word("5", "501", "投柜或驿站", "【{place}】快件已暂存至快递柜，请凭取件码领取"),
    Step.LOCKER_SIGNED: Word("3", "304", "投柜或站签收", "【{place}】快件已从快递柜取出"),
    Step.PROXY_SIGNED: Word("3", "303", "代签", "【{place}】快件已由门卫代收，派件员{staff}"),
    Step.SIGNED: Word("3", "301", "本人签收", "【{place}】已签收，派件员{staff}({phone})"),
    Step.FAILED: Word("2", "206", "无法联系", "【{place}】{staff}({phone}) 联系不上收件人"),
    Step.REFUSED: Word("2", "203", "拒收", "【{place}】收件人拒收，派件员{staff}({phone})"),
    Step.LOCKER_EXPIRED: Word("2", "205", "柜或驿站超时未取", "【{place}】快件超时未取"),
    Step.RETURNING: Word("6", "6", "退回", "【{place}】快件正在退回寄件人"),
    Step.RETURNED: Word("4", "4", "退签", "【{place}】退回件已由寄件人签收"),
    Step.CANCELLED: Word("4", "401", "已销单", "【{place}】订单已取消"),
    Step.UNHEARD_OF: Word("0", "1099", "空中悬停", "【{place}】快件悬停"),
}


def row(scan: Scan, detail: int) -> dict[str, str]:
    """One row; `detail` is the subscription's `resultv2`."""
    word, at = WORDS[scan.step], beijing_text(scan.at)
    text = word.text.format(place=scan.place, staff=scan.staff, phone=scan.staff_phone)
    said = {"time": at, "context": text, "ftime": at}
    if detail:
        name = word.name if detail >= 4 else STATES[word.state]
        said |= {"areaCode": "CN990100000000", "areaName": scan.place, "status": name}
    if detail >= 4:
        said |= {"statusCode": word.code, "location": ""}
    return said


def result(scans: Sequence[Scan], com: str, number: str, detail: int) -> dict[str, Any]:
    """All that is known, newest first; without any row, in the words for that."""
    if not scans:
        lost = "快递公司参数异常：单号不存在或者已经过期"
        head = {"message": lost, "nu": number, "ischeck": "0", "condition": "", "com": com}
        return {**head, "status": "201", "state": "0", "data": []}
    state = state_of(scans)
    head = {"message": "ok", "nu": number, "ischeck": "1" if state == "3" else "0"}
    head |= {"condition": "F00", "com": com, "status": "200", "state": state}
    return {**head, "data": [row(scan, detail) for scan in scans]}


def state_of(scans: Sequence[Scan]) -> str:
    return WORDS[scans[0].step].state
