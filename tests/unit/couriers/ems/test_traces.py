"""Traces: which codes and remarks mean what, and what is not believed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.couriers.ems.courier import Ems
from adapters.couriers.ems.traces import STAGES, read_scan
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.parcels import Stage
from tests.unit.couriers.ems.ems_side import CLERK, VECTORS, FakeEms, says, trace
from tests.unit.couriers.samples import PARCEL, WAYBILL


async def test_the_question_is_the_one_openssl_sealed(ems: Ems, side: FakeEms) -> None:
    await ems.trace(PARCEL)

    assert side.form["apiCode"] == "040001"
    assert side.form["logitcsInterface"] == VECTORS["ems-sm4"]["sealed"][1]["text"]


async def test_a_trace_is_read_with_its_moment_place_and_text(ems: Ems, side: FakeEms) -> None:
    side.answer = says({"responseItems": [trace()]})

    [scan] = await ems.trace(PARCEL)
    assert scan.at == datetime(2026, 1, 7, 4, 30, tzinfo=UTC)
    assert (scan.code, scan.stage, scan.place) == ("704", Stage.SIGNED, "示例投递部")
    assert scan.text == CLERK


def test_a_scan_prints_without_the_staff_s_data() -> None:
    assert "赵示例" not in repr(read_scan(trace()))


@pytest.mark.parametrize("content", [None, {}, {"responseItems": None}, {"responseItems": []}])
async def test_nothing_known_yet_is_an_empty_answer(ems: Ems, side: FakeEms, content: Any) -> None:
    side.answer = says(content)

    assert await ems.trace(PARCEL) == ()


@pytest.mark.parametrize(
    "content",
    [
        {"responseItems": [trace(waybillNo="9999999999999")]},
        {"responseItems": [trace(), trace(waybillNo=None, traceNo="9999999999999")]},
        {"responseItems": [trace(opTime="gestern")]},
        {"responseItems": [trace(opTime=None)]},
        {"responseItems": [trace(opTime="0001-01-01 00:00:00")]},
        {"responseItems": [{"waybillNo": WAYBILL}]},
        {"responseItems": ["704"]},
        {"responseItems": {"opCode": "704"}},
        {"responseItems": 704},
        [trace()],
        "704",
    ],
)
async def test_what_is_not_readably_about_the_parcel_says_nothing_of_it(
    ems: Ems, side: FakeEms, content: Any
) -> None:
    side.answer = says(content)

    with pytest.raises(Unavailable):
        await ems.trace(PARCEL)


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("203", Stage.PICKED_UP),
        *((code, Stage.IN_TRANSIT) for code in ("303", "345", "305", "389")),
        *((code, Stage.IN_TRANSIT) for code in ("954", "989", "912", "306")),
        ("702", Stage.OUT_FOR_DELIVERY),
        ("704", Stage.SIGNED),
        ("705", Stage.NOT_DELIVERED),
    ],
)
def test_every_known_code_means_one_stage(code: str, stage: Stage) -> None:
    assert read_scan(trace(opCode=code, opDesc="")).stage is stage


def test_there_is_no_code_beyond_those() -> None:
    assert len(STAGES) == 12


@pytest.mark.parametrize("text", ["", "本人签收", "退回"])
def test_an_unknown_code_is_kept_without_a_stage(text: str) -> None:
    scan = read_scan(trace(opCode="939", opDesc=text))

    assert (scan.code, scan.stage) == ("939", None)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("已签收,本人签收 :++,投递员:赵示例13800000001", Stage.SIGNED),
        ("【驿站路营业部】已签收,本人签收", Stage.SIGNED),
        ("已签收", Stage.SIGNED),
        ("已签收,他人代收:张三", Stage.PROXY_SIGNED),
        ("已签收,非本人签收", Stage.PROXY_SIGNED),
        ("已签收,物业代收", Stage.PROXY_SIGNED),
        ("已签收,单位收发室", Stage.PROXY_SIGNED),
        ("已投递至智能包裹柜代收", Stage.AT_LOCKER),
        ("已存放至村邮驿站,请凭取件码领取", Stage.AT_LOCKER),
        ("已投递至自提点", Stage.AT_LOCKER),
        ("收件人已取件,智能包裹柜", Stage.SIGNED),
        ("邮件已取出,快递柜", Stage.SIGNED),
        ("邮件已取走,快递柜", Stage.SIGNED),
        ("妥投,本人收", Stage.SIGNED),
        ("已投至快递柜", Stage.AT_LOCKER),
        ("家人代签", Stage.PROXY_SIGNED),
        ("已签收,他人签收", Stage.PROXY_SIGNED),
        ("已签收,物业", Stage.PROXY_SIGNED),
        ("已签收,门卫", Stage.PROXY_SIGNED),
        ("妥投,退寄", Stage.RETURNED),
        ("退回妥投,寄件人签收", Stage.RETURNED),
        ("退件已签收,本人签收", Stage.RETURNED),
    ],
)
def test_to_whom_it_was_delivered_is_in_the_remark(text: str, stage: Stage) -> None:
    assert read_scan(trace(opDesc=text)).stage is stage


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        ("705", "未妥投,收件人拒收", Stage.NOT_DELIVERED),
        ("705", "未妥投,他人代收被拒", Stage.NOT_DELIVERED),
        ("705", "未妥投,退回", Stage.RETURNING),
        ("305", "邮件退回寄件人,离开【宁波市】", Stage.RETURNING),
        ("954", "退件到达【杭州市】", Stage.RETURNING),
        ("954", "到达【物业路驿站】", Stage.IN_TRANSIT),
    ],
)
def test_going_back_is_told_by_the_ordinary_codes(code: str, text: str, stage: Stage) -> None:
    assert read_scan(trace(opCode=code, opDesc=text)).stage is stage
