"""Traces of 2019: seven codes, and the remark for whom a delivery went to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.couriers.ems_2019.courier import Ems
from adapters.couriers.ems_2019.messages import STAGES
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.parcels import Stage
from tests.unit.couriers.ems_2019.ems_side import FakeEms, says, trace
from tests.unit.couriers.samples import PARCEL, WAYBILL


async def test_a_trace_is_read_with_its_moment_place_and_text(ems: Ems, side: FakeEms) -> None:
    side.answer = says(mailNo=WAYBILL, traces=[trace()])

    [scan] = await ems.trace(PARCEL)
    assert scan.at == datetime(2026, 1, 7, 4, 30, tzinfo=UTC)
    assert (scan.code, scan.stage, scan.place) == ("10", Stage.SIGNED, "示例投递部")
    assert scan.text.startswith("妥投")
    assert "赵示例" not in repr(scan)


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("00", Stage.PICKED_UP),
        ("10", Stage.SIGNED),
        ("20", Stage.NOT_DELIVERED),
        ("30", Stage.IN_TRANSIT),
        ("40", Stage.IN_TRANSIT),
        ("41", Stage.IN_TRANSIT),
        ("50", Stage.OUT_FOR_DELIVERY),
        ("99", None),
        ("704", None),  # the other generation's
    ],
)
async def test_every_code_means_one_stage(
    ems: Ems, side: FakeEms, code: str, stage: Stage | None
) -> None:
    side.answer = says(traces=[trace(code=code, remark="")])

    [scan] = await ems.trace(PARCEL)
    assert (scan.code, scan.stage) == (code, stage)
    assert len(STAGES) == 7


@pytest.mark.parametrize(
    ("code", "remark", "stage"),
    [
        ("10", "妥投,他人代收", Stage.PROXY_SIGNED),
        ("10", "妥投,投入智能包裹柜", Stage.AT_LOCKER),
        ("10", "退回妥投", Stage.RETURNED),
        ("30", "经转,退回", Stage.RETURNING),
        ("20", "未妥投,拒收", Stage.NOT_DELIVERED),
    ],
)
async def test_the_remark_says_what_the_code_does_not(
    ems: Ems, side: FakeEms, code: str, remark: str, stage: Stage
) -> None:
    side.answer = says(traces=[trace(code=code, remark=remark)])

    [scan] = await ems.trace(PARCEL)
    assert scan.stage is stage


@pytest.mark.parametrize("members", [{}, {"traces": None}, {"traces": [], "mailNo": WAYBILL}])
async def test_nothing_known_yet_is_an_empty_answer(
    ems: Ems, side: FakeEms, members: dict[str, Any]
) -> None:
    side.answer = says(**members)

    assert await ems.trace(PARCEL) == ()


@pytest.mark.parametrize(
    "members",
    [
        {"mailNo": "9999999999999", "traces": [trace()]},
        {"traces": [trace(acceptTime="gestern")]},
        {"traces": [trace(acceptTime=None)]},
        {"traces": [{"code": "10"}]},
        {"traces": ["10"]},
        {"traces": 10},
    ],
)
async def test_what_is_not_readably_about_the_parcel_says_nothing_of_it(
    ems: Ems, side: FakeEms, members: dict[str, Any]
) -> None:
    side.answer = says(**members)

    with pytest.raises(Unavailable):
        await ems.trace(PARCEL)
