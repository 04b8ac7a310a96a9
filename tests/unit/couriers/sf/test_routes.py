"""SF's codes and remarks in our words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.couriers.sf.routes import read_scan, stage_of
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.parcels import Scan, Stage

ROUTE: dict[str, Any] = {
    "acceptTime": "2026-01-05 13:29:35",
    "acceptAddress": "杭州市",
    "remark": "顺丰速运 已收取快件",
    "opCode": "50",
}


@pytest.mark.parametrize(
    ("codes", "stage"),
    [
        ("50 54", Stage.PICKED_UP),
        ("30 31 36 3036 3137 407 501 99", Stage.IN_TRANSIT),
        ("44 204", Stage.OUT_FOR_DELIVERY),
        ("125 657", Stage.AT_LOCKER),
        ("33 70", Stage.NOT_DELIVERED),
        ("648", Stage.RETURNING),
        ("80", Stage.SIGNED),
        ("8000 0 9517 080 x", None),
    ],
)
def test_a_code_is_its_stage(codes: str, stage: Stage | None) -> None:
    assert {stage_of(code, "") for code in codes.split()} == {stage}


@pytest.mark.parametrize(
    ("remark", "stage"),
    [
        ("您的快件已签收，如有疑问请电联快递员【王示例，电话：13800000000】", Stage.SIGNED),
        ("已签收,签收人凭取货码签收。", Stage.SIGNED),
        ("您的快件已从【丰巢智能柜】取出，感谢您使用顺丰", Stage.SIGNED),
        ("您的快件已存放至【丰巢智能柜】，请凭取件码取件", Stage.AT_LOCKER),
        ("您的快件代签收（丰巢柜），如有疑问请电联快递员", Stage.AT_LOCKER),
        ("快件已送达代收点，请及时取件", Stage.AT_LOCKER),
        ("快件已放至菜鸟驿站", Stage.AT_LOCKER),
        ("快件已送达自提点", Stage.AT_LOCKER),
        ("快件已放至便利店", Stage.AT_LOCKER),
        ("快件已从便利店取走", Stage.SIGNED),
        ("收件人已取件（丰巢柜）", Stage.SIGNED),
        ("丰巢柜凭取件码签收", Stage.SIGNED),
        ("退件已签收", Stage.RETURNED),
        ("寄方签收", Stage.RETURNED),
        ("您的快件代签收（物业），如有疑问请电联快递员", Stage.PROXY_SIGNED),
        ("快件已由家人代收", Stage.PROXY_SIGNED),
        ("退回件已由寄件方签收", Stage.RETURNED),
        ("退回件已代签收（物业）", Stage.RETURNED),
    ],
)
def test_by_whom_80_was_signed_its_remark_tells(remark: str, stage: Stage) -> None:
    assert stage_of("80", remark) is stage


@pytest.mark.parametrize("code", ["50", "36", "204", "70", "648", "9517"])
def test_a_remark_changes_no_other_code(code: str) -> None:
    assert stage_of(code, "代签收 丰巢柜 退回 取出") is stage_of(code, "")


def test_a_route_is_read_with_its_moment_in_beijing() -> None:
    assert read_scan(ROUTE) == Scan(
        datetime(2026, 1, 5, 5, 29, 35, tzinfo=UTC),
        "50",
        Stage.PICKED_UP,
        "杭州市",
        "顺丰速运 已收取快件",
    )


def test_what_names_the_staff_is_not_printed() -> None:
    assert "收取" not in repr(read_scan(ROUTE))


@pytest.mark.parametrize("name", ["acceptAddress", "remark"])
def test_a_route_may_lack_place_or_remark(name: str) -> None:
    without = {key: value for key, value in ROUTE.items() if key != name}

    assert read_scan(without) == read_scan(ROUTE | {name: None})


def test_texts_are_bounded_and_hold_no_nul() -> None:
    scan = read_scan(ROUTE | {"acceptAddress": "杭\0" * 500, "remark": "x\0" * 5000})

    assert (len(scan.place), len(scan.text)) == (100, 1000)
    assert "\0" not in scan.place + scan.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"opCode": None},
        {"opCode": ""},
        {"opCode": "5" * 17},
        {"opCode": "五十"},
        {"opCode": {}},
        {"acceptTime": None},
        {"acceptTime": ""},
        {"acceptTime": 1767590975},
        {"acceptTime": "2026-01-05"},
        {"acceptTime": "2026-02-30 00:00:00"},
        {"acceptTime": "0001-01-01 00:00:00"},
        {"acceptTime": "9999-12-31 23:59:59"},
    ],
)
def test_a_route_without_its_code_or_moment_is_malformed(wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_scan(ROUTE | wrong)


@pytest.mark.parametrize("wrong", [None, 7, "route", [], {}])
def test_what_is_no_route_is_malformed(wrong: object) -> None:
    with pytest.raises(Malformed):
        read_scan(wrong)
