"""Scans as EMS writes them, in its answers and in its pushes alike. Pure.

Codes: captured traces and public tests (203, 303, 345, 305, 389, 954, 989, 912, 306, 702, 704,
705); opTime is Beijing's. An unknown code is kept as it is, without a stage.
"""

from collections.abc import Mapping
from typing import Any

from adapters.couriers.china_post import stage_of
from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Malformed, Unavailable
from channel_gateway.domain.parcels import Scan, Stage

STAGES: Mapping[str, Stage] = {
    "203": Stage.PICKED_UP,  # 收寄
    "303": Stage.IN_TRANSIT,  # 揽投配发
    "345": Stage.IN_TRANSIT,  # 揽收扫描配发
    "305": Stage.IN_TRANSIT,  # 揽投发运/封车
    "389": Stage.IN_TRANSIT,  # 处理中心封车
    "954": Stage.IN_TRANSIT,  # 到达处理中心
    "989": Stage.IN_TRANSIT,  # 离开处理中心
    "912": Stage.IN_TRANSIT,  # 航班降落
    "306": Stage.IN_TRANSIT,  # 揽投解车
    "702": Stage.OUT_FOR_DELIVERY,  # 投递邮件接收-下段
    "704": Stage.SIGNED,  # 妥投: to whom, the remark says
    "705": Stage.NOT_DELIVERED,  # 未妥投
}


def read_traces(body: Any, waybill: str) -> tuple[Scan, ...]:
    """Raises `Unavailable`: an answer that is not about the parcel says nothing of it."""
    if body is None:
        return ()
    try:
        items = body.get("responseItems") or ()
        if any((item.get("waybillNo") or item["traceNo"]) != waybill for item in items):
            raise Unavailable("EMS's answer is about another parcel")
        return tuple(read_scan(item) for item in items)
    except (Malformed, AttributeError, KeyError, TypeError) as error:
        raise Unavailable("EMS's traces cannot be read") from error


def read_scan(trace: Mapping[str, Any]) -> Scan:
    """Raises `KeyError`, `TypeError`, `Malformed`."""
    code, text = str(trace["opCode"]), str(trace.get("opDesc") or "")
    return Scan(
        moment_from_beijing_text(trace["opTime"]),
        code,
        stage_of(STAGES.get(code), text),
        place=str(trace.get("opOrgName") or trace.get("opOrgCity") or ""),
        text=text,
    )
