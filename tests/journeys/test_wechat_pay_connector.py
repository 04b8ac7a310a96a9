"""The WeChat Pay connector against the stand-in, over real sockets: bytes as they travel."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channel_gateway.domain.errors import Forged, Refused, Stale, TooMany, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Tools
from channel_gateway.service import Table
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.world import SystemRandomness
from mock_platforms import wechat_pay as stand_in
from mock_platforms.keys import KeyFolder
from mock_platforms.server import start
from payment.connectors.wechat_pay.plugin import Settings, build
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, Repayment
from tests.contracts.notices import notice
from tests.journeys.counter import Counter

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


@dataclass
class OurClock:
    """The wall's, and a little later when told to: within what signatures bear."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class World(Counter):
    """The connector, with a clock that can be moved a little."""

    clock: OurClock
    public_key_id: str

    name = "wechat_pay"
    platform = "wechat_pay"


@pytest.fixture(params=["certificates", "public key", "both"])
def trust(request: pytest.FixtureRequest) -> str:
    """How answers and callbacks are verified; every journey goes all three ways."""
    mode: str = request.param
    return mode


@pytest.fixture
async def world(tmp_path: Path, keys: KeyFolder, trust: str) -> AsyncIterator[World]:
    async with (
        start(tmp_path, builds={"wechat_pay": stand_in.build}, keys=keys) as stage,
        AiohttpSender() as http,
        aiohttp.ClientSession(stage.control_url) as control,
    ):
        section = _section(stage.platforms["wechat_pay"], trust)
        world = World(Table(), control, OurClock(), stage.platforms["wechat_pay"]["public_key_id"])
        if trust == "public key":
            await world.post("/wechat_pay/settings", certificates=False)
        async with world.listening() as public_url:
            unused: Any = None
            tools = Tools(
                name="wechat_pay",
                section=section,
                store=unused,
                http=http,
                clock=world.clock,
                randomness=SystemRandomness(),
                vault=unused,
                identities=unused,
                chains=unused,
                public_url=public_url,
            )
            build(world.table, tools)
            yield world


def _section(platform: dict[str, Any], trust: str) -> dict[str, Any]:
    section = {name: platform[name] for name in Settings.model_fields if name in platform}
    if trust == "certificates":
        del section["public_key_id"], section["public_key_file"]
    return {**section, "certificates": trust != "public key"}


def payable(order_id: str = "FEE20260105A", **changes: Any) -> Payable:
    fields = {
        "order_id": order_id,
        "amount_fen": Fen(1000),
        "description": "驾驶证工本费",
        "payer": OpenId(OPENID),
        "expires_at": datetime.now(UTC) + timedelta(minutes=30),
        "notice": notice(1000),
    }
    return Payable(**{**fields, **changes})


async def paid(world: World) -> PaymentFact:
    """An order, prepared and paid; the callback's fact."""
    await world.method.prepare(payable())
    await world.post("/wechat_pay/orders/FEE20260105A/pay")
    fact = await world.next()
    assert isinstance(fact, PaymentFact)
    return fact


def repayment(fact: PaymentFact) -> Repayment:
    return Repayment(fact.order_id, fact.transaction, "R1", Fen(400), fact.amount_fen, "重复缴费")


async def test_a_fee_is_paid_told_asked_and_given_back(world: World) -> None:
    method, order = world.method, payable()
    await world.table.readiness[0].check()

    assert (await method.ask(order.order_id)).status is PaymentStatus.ABSENT
    handle = await method.prepare(order)
    assert await method.prepare(order) == handle
    assert (await method.ask(order.order_id)).status is PaymentStatus.UNPAID
    page = method.pay_parameters(handle, now=datetime.now(UTC), nonce="N" * 32)
    await world.post("/wechat_pay/request-payment", appId=method.app, openid=OPENID, **page)

    told, asked = await world.next(), await method.ask(order.order_id)
    assert told == asked
    assert isinstance(told, PaymentFact)
    assert (told.status, told.amount_fen) == (PaymentStatus.PAID, Fen(1000))
    assert (told.app, told.merchant) == (method.app, method.merchant)

    assert (await method.ask_refund(order.order_id, "R1")).status is RefundStatus.ABSENT
    refund = await method.refund(repayment(told))
    assert refund.status is RefundStatus.PROCESSING
    await world.post("/clock/advance", seconds=5)
    done = await world.next()
    assert isinstance(done, RefundFact)
    assert (done.refund_no, done.status, done.amount_fen) == ("R1", RefundStatus.DONE, 400)
    assert await method.ask_refund(order.order_id, "R1") == done
    assert await method.refund(repayment(told)) == done


async def test_a_closed_order_cannot_be_paid_and_a_paid_one_not_be_closed(world: World) -> None:
    method = world.method
    await method.prepare(closed := payable("FEECLOSED1"))
    await method.close(closed.order_id)
    await method.close(closed.order_id)
    await method.close("NEVERHEARD")
    assert (await method.ask(closed.order_id)).status is PaymentStatus.CLOSED
    with pytest.raises(OrderClosed):
        await method.prepare(closed)

    fact = await paid(world)

    with pytest.raises(AlreadyPaid):
        await method.close(fact.order_id)


async def test_preparing_a_paid_order_again_says_it_is_paid(world: World) -> None:
    order = payable()
    await world.method.prepare(order)
    await world.post(f"/wechat_pay/orders/{order.order_id}/pay")

    with pytest.raises(AlreadyPaid):
        await world.method.prepare(order)


async def test_what_the_platform_finds_wrong_is_refused_with_its_code(world: World) -> None:
    await world.method.prepare(payable())

    with pytest.raises(Refused, match="OUT_TRADE_NO_USED"):
        await world.method.prepare(payable(amount_fen=Fen(1)))
    with pytest.raises(Refused, match="PARAM_ERROR"):
        await world.method.prepare(payable("FEE2", amount_fen=Fen(0)))


@pytest.mark.parametrize("kind", ["reply_probe", "reply_wrong_signature", "clock_skew"])
async def test_an_answer_not_to_be_believed_is_asked_for_again(world: World, kind: str) -> None:
    await world.fault(kind, "orders.prepay")

    assert await world.method.prepare(payable())


async def test_answers_never_to_be_believed_leave_the_outcome_unknown(world: World) -> None:
    await world.fault("reply_wrong_signature", "orders.prepay", times=None)

    with pytest.raises(Unavailable):
        await world.method.prepare(payable())


@pytest.mark.parametrize(
    "kind",
    ["connection_cut", "reply_lost", "server_error", "truncated_reply"],
)
async def test_a_call_that_broke_is_unknown_and_may_be_repeated(world: World, kind: str) -> None:
    await world.fault(kind, "orders.prepay")
    order = payable()

    with pytest.raises(Unavailable):
        await world.method.prepare(order)

    assert await world.method.prepare(order)


async def test_a_call_that_came_too_soon_is_too_many_and_may_be_repeated(world: World) -> None:
    await world.fault("too_many_requests", "orders.prepay")
    order = payable()

    with pytest.raises(TooMany):
        await world.method.prepare(order)

    assert await world.method.prepare(order)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("notify_forged", Forged),
        ("notify_probe", Forged),
        ("notify_unknown_serial", Forged),
        ("notify_stale", Stale),
    ],
)
async def test_a_callback_not_to_be_believed_is_refused_and_comes_again(
    world: World, kind: str, error: type[Exception]
) -> None:
    await world.fault(kind, "notify.transaction")
    await world.method.prepare(payable())
    await world.post("/wechat_pay/orders/FEE20260105A/pay")

    assert isinstance(await world.next(), error)
    findings = world.explainer.explain(world.requests[-1], datetime.now(UTC))
    assert not findings[-1].holds
    await world.post("/clock/advance", seconds=20)

    assert isinstance(await world.next(), PaymentFact)
    assert world.explainer.explain(world.requests[-1], datetime.now(UTC))[-1].holds


async def test_a_forged_callback_is_explained_by_the_key_that_signed_it(world: World) -> None:
    await world.fault("notify_forged", "notify.transaction")
    await world.method.prepare(payable())
    await world.post("/wechat_pay/orders/FEE20260105A/pay")
    await world.next()

    verdict = world.explainer.explain(world.requests[-1], datetime.now(UTC))[-1]

    assert verdict.words.endswith("unaltered, but signed with the merchant's own key")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("refund_abnormal", RefundStatus.ABNORMAL), ("refund_closed", RefundStatus.CLOSED)],
)
async def test_a_refund_that_fails_says_how(world: World, kind: str, status: RefundStatus) -> None:
    fact = await paid(world)
    await world.fault(kind, "refunds.create")
    await world.method.refund(repayment(fact))
    await world.post("/clock/advance", seconds=5)

    told = await world.next()

    assert isinstance(told, RefundFact)
    assert told.status is status


@pytest.mark.parametrize("trust", ["both"], indirect=True)
async def test_during_a_migration_callbacks_of_either_mode_are_believed(world: World) -> None:
    for ratio in (0, 1):
        await world.post("/wechat_pay/settings", notify_pubkey_ratio=ratio)
        await world.method.prepare(payable(f"FEE2026MODE{ratio}"))
        await world.post(f"/wechat_pay/orders/FEE2026MODE{ratio}/pay")
        assert isinstance(await world.next(), PaymentFact)

    serials = [request.headers["Wechatpay-Serial"] for request in world.requests]
    assert serials[0] != world.public_key_id == serials[1]


@pytest.mark.parametrize("trust", ["certificates"], indirect=True)
async def test_a_certificate_that_replaced_ours_is_learned_after_a_minute(world: World) -> None:
    order = payable()
    assert await world.method.prepare(order)
    await world.post("/wechat_pay/certificates/rotate")
    await world.post("/wechat_pay/certificates/retire")
    with pytest.raises(Unavailable):  # fetched less than a minute ago
        await world.method.prepare(order)

    world.clock.ahead = timedelta(seconds=61)

    assert await world.method.prepare(payable("FEE2026NEXT"))
