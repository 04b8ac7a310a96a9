"""What happened to a parcel, in SF's codes and words, Beijing time: for answers and pushes. Pure.

A code may say less than its remark: 80 is a signature, a locker, somebody else's signature, and on
a parcel that came back the sender's. Remarks name the courier's staff, as the real ones do.
"""

from __future__ import annotations

from typing import Any

from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Parcel, Scan, Step

NAME = "sf"
_ASK = "如有疑问请电联快递员【{staff}，电话：{phone}】"
_TO_DO = "待进一步处理"

_SAYS: dict[Step, tuple[str, str]] = {
    Step.PICKED_UP: ("50", "顺丰速运 已收取快件"),
    Step.DEPARTED: ("36", "快件离开 【{place}】，已在发往下一站的路上"),
    Step.ARRIVED: ("31", "快件到达 【{place}】"),
    Step.OUT_FOR_DELIVERY: ("204", "快件交给{staff}，正在派送途中（联系电话：{phone}）"),
    Step.LOCKER: ("80", f"您的快件已存放至【丰巢智能柜】，请凭取件码取件，{_ASK}"),
    Step.LOCKER_SIGNED: ("80", "您的快件已从【丰巢智能柜】取出，感谢您使用顺丰"),
    Step.PROXY_SIGNED: ("80", f"您的快件代签收（物业），{_ASK}，感谢您使用顺丰"),
    Step.SIGNED: ("80", f"您的快件已签收，{_ASK}，感谢您使用顺丰，期待再次为您服务。"),
    Step.FAILED: ("70", f"快件派送不成功（客户不在，约定再次派送），{_TO_DO}，{_ASK}"),
    Step.REFUSED: ("70", f"快件派送不成功（收方客户拒收快件），{_TO_DO}，{_ASK}"),
    Step.LOCKER_EXPIRED: ("33", f"快件在丰巢智能柜超时未取，已由快递员取回，{_TO_DO}"),
    Step.RETURNING: ("648", "快件已退回/转寄"),
    Step.RETURNED: ("80", "退回件已由寄件方签收，感谢您使用顺丰"),
    Step.UNHEARD_OF: ("9517", "快件状态更新"),
}


def route_json(scan: Scan) -> dict[str, Any] | None:
    """A node as EXP_RECE_SEARCH_ROUTES answers it; an order made or cancelled is none."""
    if scan.step not in _SAYS:
        return None
    code, remark = _SAYS[scan.step]
    words = {"place": scan.place, "staff": scan.staff, "phone": scan.staff_phone}
    return {
        "acceptTime": beijing_text(scan.at),
        "acceptAddress": scan.place,
        "remark": remark.format(**words),
        "opCode": code,
        "secondaryStatusCode": "401" if code == "80" else None,  # whatever its remark says
    }


def pushed_json(parcel: Parcel, scan: Scan, push_id: str) -> dict[str, Any] | None:
    """A node as RoutePushService tells it."""
    route = route_json(scan)
    if route is None:
        return None
    names = ("acceptAddress", "acceptTime", "remark", "opCode")
    return {
        "mailno": parcel.waybill,
        "orderid": parcel.number,
        **{name: route[name] for name in names},
        "id": push_id,
        "reasonName": None,
        "reasonCode": None,
    }
