"""What kuaidi100 says of a parcel, in our words. Pure.

Source: api.kuaidi100.com, «物流状态»: a state, and within it a detail code; both are told by a
row's `statusCode` (`resultv2` 4), and by its `status` in Chinese.
"""

from collections.abc import Mapping
from typing import Any

from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.parcels import Scan, Stage

_ROWS: tuple[tuple[Stage, Mapping[str, str]], ...] = (
    (Stage.WAYBILL, {"101": "已下单", "102": "待揽收"}),
    (Stage.PICKED_UP, {"1": "揽收", "103": "已揽收"}),
    (
        Stage.IN_TRANSIT,
        {
            "0": "在途", "1001": "到达派件城市", "1002": "干线", "1003": "转递",
            "7": "转投", "8": "清关", "10": "待清关", "11": "清关中", "12": "已清关",
            "13": "清关异常",
        },
    ),
    (Stage.OUT_FOR_DELIVERY, {"5": "派件"}),
    (Stage.AT_LOCKER, {"501": "投柜或驿站"}),
    # A locker or a station signed, as a neighbour may: only the citizen knows who has it.
    (Stage.PROXY_SIGNED, {"303": "代签", "304": "投柜或站签收"}),
    (Stage.SIGNED, {"3": "签收", "301": "本人签收", "302": "派件异常后签收"}),
    (
        Stage.NOT_DELIVERED,
        {
            "2": "疑难", "201": "超时未签收", "202": "超时未更新", "203": "拒收",
            "204": "派件异常", "205": "柜或驿站超时未取", "206": "无法联系", "207": "超区",
            "208": "滞留", "209": "破损",
        },
    ),
    (Stage.RETURNING, {"6": "退回", "14": "拒签"}),  # refused: the sender has not got it yet
    (Stage.RETURNED, {"4": "退签"}),
    (Stage.CANCELLED, {"401": "已销单", "210": "销单"}),
)  # fmt: skip

CODES: Mapping[str, Stage] = {code: stage for stage, row in _ROWS for code in row}
_OTHER_WORDS = {
    "转单": Stage.IN_TRANSIT,
    "代签收": Stage.PROXY_SIGNED,
    "柜或驿站签收": Stage.PROXY_SIGNED,
    "本人": Stage.SIGNED,
}
WORDS: Mapping[str, Stage] = {
    word: stage for stage, row in _ROWS for word in row.values()
} | _OTHER_WORDS

_MOST_ROWS = 1000


def read_scans(result: Any) -> tuple[Scan, ...]:
    """The rows of a result, as they come: newest first. Raises `Malformed`.

    Rows that say no state of their own are of one that we did not ask for details: the newest is
    what the whole result says.
    """
    rows = result.get("data") or []
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        raise Malformed("the rows are no list, or too many", field="data")
    state = str(result.get("state", ""))
    return tuple(_scan(row, state if place == 0 else "") for place, row in enumerate(rows))


def _scan(row: Any, state: str) -> Scan:
    if not isinstance(row, dict):
        raise Malformed("a row that is no object", field="data")
    try:
        at = moment_from_beijing_text(str(row.get("ftime") or row.get("time")))
    except Malformed:
        raise Malformed("a row without a moment", field="data.ftime") from None
    code, word = str(row.get("statusCode") or ""), str(row.get("status") or "")
    said = code or word or state
    return Scan(
        at=at,
        code=said,
        stage=CODES.get(said) if code or not word else WORDS.get(said),
        place=str(row.get("areaName") or row.get("location") or ""),
        text=str(row.get("context") or ""),
    )
