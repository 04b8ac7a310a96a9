"""What happens to a parcel in EMS's codes and words, with the staff's name and number. Pure.

Codes: captured traces and public tests; the texts follow them. What is not in here (an order,
its cancellation) makes no trace.
"""

from __future__ import annotations

from typing import Any

from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Parcel, Scan, Step

_BY = "投递员:{staff}{phone}"

WORDS: dict[Step, tuple[str, str, str]] = {
    Step.PICKED_UP: ("203", "收寄计费信息", "【{place}】已收寄,揽投员:{staff},电话:{phone}"),
    Step.DEPARTED: ("989", "离开处理中心", "离开【{place}】,下一站【收件城市】"),
    Step.ARRIVED: ("954", "到达处理中心", "到达【{place}】"),
    Step.OUT_FOR_DELIVERY: ("702", "投递邮件接收-下段", f"【{{place}}】正在派件,{_BY}"),
    Step.LOCKER: ("704", "投递结果反馈-妥投", f"已签收,智能包裹柜代收,{_BY}"),
    Step.LOCKER_SIGNED: ("704", "投递结果反馈-妥投", f"收件人已取件,{_BY}"),
    Step.PROXY_SIGNED: ("704", "投递结果反馈-妥投", f"已签收,他人代收:物业,{_BY}"),
    Step.SIGNED: ("704", "投递结果反馈-妥投", f"已签收,本人签收,{_BY}"),
    Step.FAILED: ("705", "投递结果反馈-未妥投", f"未妥投,收件人不在指定地址,{_BY}"),
    Step.REFUSED: ("705", "投递结果反馈-未妥投", f"未妥投,收件人拒收,{_BY}"),
    Step.LOCKER_EXPIRED: ("705", "投递结果反馈-未妥投", f"逾期未领,{_BY}"),
    Step.RETURNING: ("305", "揽投发运/封车", "邮件退回寄件人,离开【{place}】"),
    Step.RETURNED: ("704", "投递结果反馈-妥投", f"退回妥投,寄件人签收,{_BY}"),
    Step.UNHEARD_OF: ("939", "其他", "【{place}】内部处理"),
}


def trace_of(parcel: Parcel, scan: Scan) -> dict[str, Any] | None:
    """One trace as a push tells it; an answer has two members more."""
    if scan.step not in WORDS:
        return None
    code, name, text = WORDS[scan.step]
    return {
        "traceNo": parcel.waybill,
        "opTime": beijing_text(scan.at),
        "opCode": code,
        "opName": name,
        "opDesc": text.format(place=scan.place, staff=scan.staff, phone=scan.staff_phone),
        "opOrgCode": "10000000",
        "opOrgName": scan.place,
        "opOrgProvName": "",
        "opOrgCity": scan.place,
        "operatorNo": "1000000001",
        "operatorName": scan.staff,
    }


def traces_of(parcel: Parcel) -> list[dict[str, Any]]:
    """All of them, the oldest first."""
    told = [trace_of(parcel, scan) for scan in reversed(parcel.newest_first())]
    more = {"waybillNo": parcel.waybill, "productName": "特快专递"}
    return [trace | more for trace in told if trace is not None]
