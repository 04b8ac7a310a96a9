"""Every code and word of kuaidi100, in our words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.couriers.kuaidi100.words import CODES, read_scans
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.parcels import Stage

# As the facts list them (domain, sections 3.2 and 3.5), written down a second time.
STAGES = {
    Stage.WAYBILL: "101 102",
    Stage.PICKED_UP: "1 103",
    Stage.IN_TRANSIT: "0 1001 1002 1003 7 8 10 11 12 13",
    Stage.OUT_FOR_DELIVERY: "5",
    Stage.AT_LOCKER: "501",
    Stage.PROXY_SIGNED: "303 304",
    Stage.SIGNED: "3 301 302",
    Stage.NOT_DELIVERED: "2 201 202 203 204 205 206 207 208 209",
    Stage.RETURNING: "6 14",
    Stage.RETURNED: "4",
    Stage.CANCELLED: "401 210",
}
BY_CODE = [(code, stage) for stage, codes in STAGES.items() for code in codes.split()]
BY_WORD = [
    ("揽收", Stage.PICKED_UP), ("在途", Stage.IN_TRANSIT), ("派件", Stage.OUT_FOR_DELIVERY),
    ("签收", Stage.SIGNED), ("退回", Stage.RETURNING), ("退签", Stage.RETURNED),
    ("转投", Stage.IN_TRANSIT), ("转单", Stage.IN_TRANSIT), ("疑难", Stage.NOT_DELIVERED),
    ("清关", Stage.IN_TRANSIT), ("代签", Stage.PROXY_SIGNED), ("投柜或驿站", Stage.AT_LOCKER),
    ("拒签", Stage.RETURNING), ("已下单", Stage.WAYBILL), ("销单", Stage.CANCELLED),
]  # fmt: skip


def row(**more: Any) -> dict[str, Any]:
    moment = "2026-01-06 16:20:31"
    return {"time": moment, "ftime": moment, "context": "已签收，签收人：林示例", **more}


def only_scan(row: dict[str, Any], **result: Any) -> Any:
    (scan,) = read_scans({"data": [row], **result})
    return scan


@pytest.mark.parametrize(("code", "stage"), BY_CODE)
def test_a_detail_code_says_the_stage(code: str, stage: Stage) -> None:
    scan = only_scan(row(statusCode=code, status="随便"))

    assert (scan.stage, scan.code) == (stage, code)


def test_there_are_no_other_codes() -> None:
    assert set(CODES) == {code for code, _ in BY_CODE}


@pytest.mark.parametrize(("word", "stage"), BY_WORD)
def test_a_row_without_a_code_is_read_by_its_word(word: str, stage: Stage) -> None:
    scan = only_scan(row(status=word))

    assert (scan.stage, scan.code) == (stage, word)


def test_a_code_may_be_a_number() -> None:
    assert only_scan(row(statusCode=301)).stage is Stage.SIGNED


@pytest.mark.parametrize(
    "unknown", [{"statusCode": "1099", "status": "签收"}, {"status": "飞走了"}, {"status": "3"}]
)
def test_what_we_do_not_know_is_kept_and_is_no_stage(unknown: dict[str, str]) -> None:
    scan = only_scan(row(**unknown))

    assert scan.stage is None
    assert scan.code == (unknown.get("statusCode") or unknown["status"])


def test_where_rows_say_no_state_the_newest_is_what_the_whole_says() -> None:
    newest, older = read_scans({"state": "3", "data": [row(), row(ftime="2026-01-06 10:00:00")]})

    assert (newest.stage, older.stage) == (Stage.SIGNED, None)


def test_a_row_says_when_where_and_what() -> None:
    scan = only_scan(row(statusCode="301", areaName="浙江,杭州市,西湖区"))

    assert scan.at == datetime(2026, 1, 6, 8, 20, 31, tzinfo=UTC)  # Beijing is eight hours ahead
    assert scan.place == "浙江,杭州市,西湖区"
    assert scan.text == "已签收，签收人：林示例"
    assert "林示例" not in repr(scan)


def test_the_formatted_moment_wins_and_the_original_stands_in_for_it() -> None:
    both = only_scan(row(time="16点20分", statusCode="3"))
    original = only_scan(row(ftime=None, statusCode="3"))

    assert both.at == original.at


@pytest.mark.parametrize("result", [{}, {"data": None}, {"data": []}])
def test_nothing_known_is_no_scan(result: dict[str, Any]) -> None:
    assert read_scans(result) == ()


@pytest.mark.parametrize(
    "data",
    [
        "rows", {"a": 1}, ["row"], [row(ftime="yesterday")], [row(ftime="0001-01-01 00:00:00")],
        [row(ftime="", time="")], [row()] * 1001,
    ],
    ids=lambda data: str(data)[:20],
)  # fmt: skip
def test_rows_that_are_none_are_malformed(data: Any) -> None:
    with pytest.raises(Malformed):
        read_scans({"data": data})
