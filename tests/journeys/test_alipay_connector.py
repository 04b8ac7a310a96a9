"""Alipay's channel and connector against the stand-in, over real sockets: bytes as they travel."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import adapters.alipay
import payment.connectors.alipay.plugin
from adapters.alipay.open_platform.refusals import Unsigned
from channel_gateway.domain.errors import (
    Forged,
    Refused,
    Stale,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import (
    Channel,
    Letter,
    LoginCodeInvalid,
    LoginCodeUsed,
    Outlet,
    Tools,
)
from channel_gateway.service import Table
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.wire import HttpRequest
from channel_gateway.world import SystemRandomness
from mock_platforms import alipay as stand_in
from mock_platforms.keys import KeyFolder
from mock_platforms.server import start
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, Repayment
from tests.contracts.notices import notice
from tests.journeys.counter import Counter

ORDER_ID = "FEE20260105A"


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class World(Counter):
    """Our plug-ins, both of them, and the citizen who pays."""

    app_id: str
    payer: OpenId = OpenId("")  # noqa: RUF009 (immutable)

    name = "alipay_pay"
    platform = "alipay"

    @property
    def channel(self) -> Channel:
        channel: Channel = self.table.offered(Channel)["alipay"]
        return channel


@pytest.fixture(params=["public key", "certificates", "encrypted"])
def mode(request: pytest.FixtureRequest) -> str:
    """How both sides trust each other and write; every journey goes all three ways."""
    mode: str = request.param
    return mode


@pytest.fixture
async def world(tmp_path: Path, keys: KeyFolder, mode: str) -> AsyncIterator[World]:
    async with (
        start(tmp_path, builds={"alipay": stand_in.build}, keys=keys) as stage,
        AiohttpSender() as http,
        aiohttp.ClientSession(stage.control_url) as control,
    ):
        platform = dict(stage.platforms["alipay"])
        certified = platform.pop("cert_app")
        section = platform | (certified if mode == "certificates" else {})
        world = World(Table(), control, section["app_id"])
        store = MemoryStore(adapters.alipay.COLLECTIONS)
        await store.open()
        async with world.listening() as public_url:
            for name, plugin in (
                ("alipay", adapters.alipay),
                ("alipay_pay", payment.connectors.alipay.plugin),
            ):
                known = {
                    key: section[key] for key in plugin.Settings.model_fields if key in section
                }
                unused: Any = None
                tools = Tools(
                    name=name,
                    section=known | {"encrypt": mode == "encrypted"},
                    store=store,
                    http=http,
                    clock=WallClock(),
                    randomness=SystemRandomness(),
                    vault=Vault({"1": bytes(32)}, bytes(32), SystemRandomness()),
                    identities=unused,
                    chains=unused,
                    public_url=public_url,
                )
                plugin.build(world.table, tools)
            minted = await world.post("/alipay/auth-codes", app_id=world.app_id)
            world.payer = await world.channel.login(minted["auth_code"])
            assert world.payer == OpenId(minted["open_id"])
            yield world


def payable(world: World, order_id: str = ORDER_ID, amount_fen: int = 1000) -> Payable:
    return Payable(
        order_id=order_id,
        amount_fen=Fen(amount_fen),
        description="不动产登记费 + 证书/工本费",
        payer=world.payer,
        expires_at=datetime.now(UTC) + timedelta(minutes=30),
        notice=notice(amount_fen),
    )


async def paid(world: World) -> PaymentFact:
    """An order, prepared and paid; the callback's fact."""
    trade_no = await world.method.prepare(payable(world))
    await world.post(f"/alipay/trades/{trade_no}/pay")
    fact = await world.next()
    assert isinstance(fact, PaymentFact)
    return fact


def repayment(fact: PaymentFact, refund_no: str = "R1", amount_fen: int = 400) -> Repayment:
    return Repayment(
        fact.order_id, fact.transaction, refund_no, Fen(amount_fen), fact.amount_fen, "重复缴费"
    )


async def test_a_code_works_once(world: World) -> None:
    minted = await world.post("/alipay/auth-codes", app_id=world.app_id)
    assert await world.channel.login(minted["auth_code"]) == OpenId(minted["open_id"])

    with pytest.raises(LoginCodeUsed):
        await world.channel.login(minted["auth_code"])
    with pytest.raises(LoginCodeInvalid):
        await world.channel.login("never-minted")


@pytest.mark.parametrize("mode", ["public key"], indirect=True)
async def test_a_citizen_shares_a_phone_number(world: World) -> None:
    shared = await world.post("/alipay/phone-numbers", mobile="13800000000")

    assert await world.channel.phone(shared["response"]) == Phone("13800000000")


async def test_a_fee_is_paid_told_asked_and_given_back(world: World) -> None:
    method, order = world.method, payable(world)
    assert (await method.ask(order.order_id)).status is PaymentStatus.ABSENT
    handle = await method.prepare(order)
    assert await method.prepare(order) == handle
    assert (await method.ask(order.order_id)).status is PaymentStatus.UNPAID
    page = method.pay_parameters(handle, now=datetime.now(UTC), nonce="")
    await world.post(f"/alipay/trades/{page['tradeNO']}/pay")

    told, asked = await world.next(), await method.ask(order.order_id)
    assert told == asked
    assert isinstance(told, PaymentFact)
    assert (told.status, told.amount_fen) == (PaymentStatus.PAID, Fen(1000))
    assert (told.app, told.merchant) == (method.app, method.merchant)

    assert (await method.ask_refund(order.order_id, "R1")).status is RefundStatus.ABSENT
    done = await method.refund(repayment(told))
    assert (done.status, done.amount_fen) == (RefundStatus.DONE, 400)
    assert await method.ask_refund(order.order_id, "R1") == done
    assert await method.refund(repayment(told)) == done  # a repeat moves nothing

    rest = await method.refund(repayment(told, "R2", 600))
    assert (rest.status, rest.amount_fen) == (RefundStatus.DONE, 600)
    with pytest.raises(Refused):
        await method.refund(repayment(told, "R3", 1))


async def test_the_callback_of_a_refund_is_one_of_a_refund(world: World) -> None:
    fact = await paid(world)
    done = await world.method.refund(repayment(fact))

    assert await world.next() == done


async def test_a_closed_trade_cannot_be_paid_and_a_paid_one_not_be_closed(world: World) -> None:
    method = world.method
    await method.prepare(closed := payable(world, "FEECLOSED1"))
    await method.close(closed.order_id)
    await method.close(closed.order_id)
    await method.close("NEVERHEARD")
    assert (await method.ask(closed.order_id)).status is PaymentStatus.CLOSED
    with pytest.raises(OrderClosed):
        await method.prepare(closed)

    fact = await paid(world)

    with pytest.raises(AlreadyPaid):
        await method.close(fact.order_id)
    with pytest.raises((AlreadyPaid, Refused)):
        await method.prepare(payable(world))


async def test_the_same_number_with_another_amount_is_refused(world: World) -> None:
    await world.method.prepare(payable(world))

    with pytest.raises(Refused, match="CONTEXT_INCONSISTENT"):
        await world.method.prepare(payable(world, amount_fen=1))


@pytest.mark.parametrize(
    "kind",
    [
        "connection_cut",
        "reply_lost",
        "server_error",
        "server_error_after",
        "truncated_reply",
        "reply_forged",
        "business_system_error",
    ],
)
async def test_a_call_that_broke_is_unknown_and_may_be_repeated(world: World, kind: str) -> None:
    await world.fault(kind, "alipay.trade.create")
    order = payable(world)

    with pytest.raises(Unavailable):
        await world.method.prepare(order)

    assert await world.method.prepare(order)


async def test_being_asked_to_slow_down_is_no_refusal(world: World) -> None:
    await world.fault("too_many_requests", "alipay.trade.create")

    with pytest.raises(TooMany):
        await world.method.prepare(payable(world))


async def test_an_answer_nobody_signed_is_unknown(world: World) -> None:
    await world.fault("reply_unsigned", "alipay.trade.create")

    with pytest.raises(Unsigned):
        await world.method.prepare(payable(world))


async def test_a_refund_whose_reply_was_lost_is_found_by_its_number(world: World) -> None:
    fact = await paid(world)
    await world.fault("reply_lost", "alipay.trade.refund")
    with pytest.raises(Unavailable):
        await world.method.refund(repayment(fact))

    assert (await world.method.ask_refund(fact.order_id, "R1")).status is RefundStatus.DONE
    assert (await world.method.refund(repayment(fact))).amount_fen == Fen(400)
    assert isinstance(await world.next(), RefundFact)
    assert world.heard.empty()  # the money moved once


@pytest.mark.parametrize(("kind", "error"), [("notify_forged", Forged), ("notify_stale", Stale)])
async def test_a_callback_not_to_be_believed_is_refused_and_comes_again(
    world: World, kind: str, error: type[Exception]
) -> None:
    await world.fault(kind, "trade_status_sync")
    trade_no = await world.method.prepare(payable(world))
    await world.post(f"/alipay/trades/{trade_no}/pay")

    assert isinstance(await world.next(), error)
    assert world.explainer.recognises(world.requests[-1])
    assert not world.explainer.explain(world.requests[-1], datetime.now(UTC))[-1].holds
    await world.post("/clock/advance", seconds=240)

    # The stand-in's clock stands four minutes ahead of ours now: within what we bear.
    assert isinstance(await world.next(), PaymentFact)
    assert world.explainer.explain(world.requests[-1], datetime.now(UTC))[-1].holds


@pytest.mark.parametrize("mode", ["certificates"], indirect=True)
async def test_alipay_renews_its_certificate_and_nobody_notices(world: World) -> None:
    await world.method.prepare(payable(world))
    await world.post("/alipay/certificates/renew")

    assert (await world.method.ask(ORDER_ID)).status is PaymentStatus.UNPAID
    assert (await paid(world)).status is PaymentStatus.PAID


@pytest.mark.parametrize("mode", ["certificates"], indirect=True)
async def test_a_certificate_nobody_issued_leaves_the_outcome_unknown(world: World) -> None:
    await world.fault("reply_unknown_cert_sn", "alipay.trade.create")

    with pytest.raises(Unavailable):
        await world.method.prepare(payable(world))
    assert await world.method.prepare(payable(world))


@pytest.mark.parametrize(
    ("outlet", "template", "kind", "values"),
    [
        ("alipay", "T-1", "onetime", {"keyword1": "换领驾驶证"}),
        ("alipay_city", "301", "city", {"service": "换领驾驶证"}),
        ("alipay_order", "card", "order", {"name": "市政务大厅", "start_time": "3月9日 09:30"}),
    ],
)
async def test_a_letter_reaches_the_phone_in_every_mode(
    world: World, outlet: str, template: str, kind: str, values: dict[str, str]
) -> None:
    row = {"template_id": template, "kind": kind, "fields": dict.fromkeys(values, "…")}
    await world.post("/alipay/message-templates", **row)
    if kind == "onetime":
        citizen = {"open_id": world.payer.reveal(), "app_id": world.app_id}
        await world.post("/alipay/subscriptions", template_id=template, **citizen)
    now = datetime.now(UTC)
    letter = Letter("L1", template, values, Happening.BOOKED, "appointment:A1", now, now)
    way: Outlet = world.table.offered(Outlet)[outlet]

    await way.send(world.payer, letter)

    async with world.control.get("/alipay/messages") as answer:
        (arrived,) = await answer.json()
    assert (arrived["open_id"], arrived["kind"]) == (world.payer.reveal(), kind)
    assert arrived["values"].keys() == values.keys()


async def test_a_card_follows_its_appointment_whatever_is_repeated(world: World) -> None:
    await world.post("/alipay/message-templates", template_id="card", kind="order")
    hall = {"name": "市政务大厅", "start_time": "2026年3月9日 09:30"}
    now = datetime.now(UTC)
    card: Outlet = world.table.offered(Outlet)["alipay_order"]
    for id, happening, values in (
        ("L1", Happening.BOOKED, hall),
        ("L1", Happening.BOOKED, hall),
        ("L2", Happening.HALL_CANCELLED, hall | {"reason": "大厅停电"}),
        ("L2", Happening.HALL_CANCELLED, hall | {"reason": "大厅停电"}),
        ("L3", Happening.MOVED, hall),
    ):
        letter = Letter(id, "card", values, happening, "appointment:A1", now, now)
        await card.send(world.payer, letter)

    async with world.control.get("/alipay/messages") as answer:
        shown = await answer.json()
    assert [(each["number"], each["status"]) for each in shown] == [
        ("A1", "BOOKED"),
        ("A1", "CLOSED_BY_HALL"),
        ("A1", "CHANGED"),
    ]
    assert shown[-1]["values"]["reason"] == "大厅停电"


@pytest.mark.parametrize(("forged", "said"), [(False, b"success"), (True, b"fail")])
async def test_a_message_to_the_application_gateway_is_read_in_every_mode(
    world: World, mode: str, forged: bool, said: bytes
) -> None:
    await world.post("/alipay/application-gateway", url="http://127.0.0.1:9", app_id=world.app_id)
    told = await world.post(
        "/alipay/gateway-messages",
        msg_method="alipay.trade.refund.depositback.completed",
        biz_content={"trade_no": "2026030222001", "note": "费 用"},
        charset="GBK",
        encrypted=mode == "encrypted",
        forged=forged,
        app_id=world.app_id,
    )
    await world.post("/clock/advance", seconds=0)
    async with world.control.get(f"/deliveries?order={told['notify_id']}") as answer:
        (attempt,) = (await answer.json())["deliveries"]
    (row,) = world.table.callbacks

    posted = HttpRequest("POST", "/callbacks/alipay/messages", body=attempt["body"].encode())
    assert (await row.handler(posted, datetime.now(UTC))).body == said
