"""SF's routes: asked for by waybill, and what their codes and remarks mean. Pure.

Sources: showdoc.com.cn/hnqiao/9157102515696868 for the fields; the codes from public clients'
tables and captured routes, but for those marked as hearsay: no text that we could read has them,
confidence low. acceptTime is Beijing time.
"""

import re
from collections.abc import Mapping
from typing import Any

from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Malformed, Unavailable
from channel_gateway.domain.parcels import Scan, Stage
from channel_gateway.ports import Parcel

STAGES: Mapping[str, Stage] = {
    "50": Stage.PICKED_UP,
    "54": Stage.PICKED_UP,
    "30": Stage.IN_TRANSIT,  # sorted, loaded
    "31": Stage.IN_TRANSIT,  # arrived
    "36": Stage.IN_TRANSIT,  # departed
    "3036": Stage.IN_TRANSIT,  # the older pair
    "3137": Stage.IN_TRANSIT,
    "407": Stage.IN_TRANSIT,
    "501": Stage.IN_TRANSIT,
    "99": Stage.IN_TRANSIT,  # forwarded; hearsay
    "44": Stage.OUT_FOR_DELIVERY,  # a courier is being assigned
    "204": Stage.OUT_FOR_DELIVERY,
    "125": Stage.AT_LOCKER,  # hearsay
    "657": Stage.AT_LOCKER,  # hearsay
    "33": Stage.NOT_DELIVERED,  # hearsay
    "70": Stage.NOT_DELIVERED,
    "648": Stage.RETURNING,  # hearsay
    "80": Stage.SIGNED,  # unless its remark says otherwise
}
# 8000 (closed) follows whatever end there was and proves none: it stays out of the table.

# By whom or what 80 was signed, the remark alone tells. The first that fits counts.
_REMARKS_OF_80: tuple[tuple[re.Pattern[str], Stage], ...] = (
    (re.compile("退回|退件|寄件方签收|寄方签收"), Stage.RETURNED),
    (re.compile("取出|取走|已取件|[件货]码签收"), Stage.SIGNED),  # fetched from the locker
    (re.compile("柜|驿站|代收点|自提点|便利店"), Stage.AT_LOCKER),
    (re.compile("代签|代收"), Stage.PROXY_SIGNED),
)
_CODE = re.compile(r"[0-9A-Za-z_-]{1,16}")
_LONGEST_PLACE, _LONGEST_TEXT = 100, 1000


def stage_of(code: str, remark: str) -> Stage | None:
    """None: a code we do not know."""
    stage = STAGES.get(code)
    if stage is Stage.SIGNED:
        return next((told for says, told in _REMARKS_OF_80 if says.search(remark)), stage)
    return stage


def read_scan(route: Any) -> Scan:
    """One route of an answer or a push. Raises `Malformed`."""
    try:
        code, at = str(route["opCode"] or ""), moment_from_beijing_text(route["acceptTime"])
        place = _text(route.get("acceptAddress"), _LONGEST_PLACE)
        remark = _text(route.get("remark"), _LONGEST_TEXT)
    except (AttributeError, KeyError, TypeError) as error:
        raise Malformed("a route without its code or time", field="opCode") from error
    if not _CODE.fullmatch(code):
        raise Malformed("a route whose code is none", field="opCode")
    return Scan(at, code, stage_of(code, remark), place, remark)


def write_question(parcel: Parcel) -> dict[str, Any]:
    """Asks by waybill; what was not ordered here SF shows to who knows four digits of a phone."""
    question: dict[str, Any] = {
        "language": "zh-CN",
        "trackingType": "1",
        "trackingNumber": [parcel.waybill],
        "methodType": "1",
    }
    if parcel.phone is not None:
        question["checkPhoneNo"] = parcel.phone.reveal()[-4:]
    return question


def read_routes(answer: Mapping[str, Any], waybill: str) -> tuple[Scan, ...]:
    """The routes of one waybill. Raises `Unavailable` for an answer that cannot be believed."""
    told = answer.get("routeResps") or []
    try:
        lists = {each["mailNo"]: each.get("routes") or [] for each in told}
        if lists and waybill not in lists:
            raise Unavailable("SF's answer is about another parcel")
        return tuple(read_scan(route) for route in lists.get(waybill, ()))
    except (AttributeError, KeyError, TypeError, Malformed) as error:
        raise Unavailable("SF's routes cannot be read") from error


def _text(value: Any, longest: int) -> str:
    """What people read, without what no store takes; SF leaves it out where it has none."""
    return str(value or "").replace("\0", "")[:longest]
