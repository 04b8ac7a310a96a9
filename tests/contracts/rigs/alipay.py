"""Alipay: the citizen acts on the stand-in's control plane."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import aiohttp
from yarl import URL

from channel_gateway.ports import LoginCodeInvalid, ProofBegun, ProofResult, ProofState
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig, OutletRig, RealNamesRig
from tests.contracts.world import World

STAND_IN = "mock_platforms.alipay"


async def open_mini_program(world: World, openid: str | None) -> Citizen:
    who = {"open_id": openid} if openid else {}
    given = await world.control("POST", "/alipay/auth-codes", **who)
    return Citizen(given["auth_code"], given["open_id"])


async def share_phone(world: World, number: str) -> str:
    given = await world.control("POST", "/alipay/phone-numbers", mobile=number)
    return str(given["response"])


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    await world.control("POST", f"/alipay/trades/{page['tradeNO']}/pay")


async def somebody(world: World) -> str:
    return (await open_mini_program(world, None)).openid


async def show_face(world: World, proof: ProofBegun) -> None:
    await _on_the_page(world, proof, "pass")


async def show_another_face(world: World, proof: ProofBegun) -> None:
    await _on_the_page(world, proof, "fail")


async def walk_away(world: World, proof: ProofBegun) -> None:
    await _on_the_page(world, proof, "cancel")


async def _on_the_page(world: World, proof: ProofBegun, what: str) -> None:
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(URL(proof.page["url"], encoded=True)) as page,
    ):
        assert "人脸认证" in await page.text()
    await world.control("POST", f"/alipay/certifications/{proof.page['certifyId']}/{what}")


async def take_template_up(world: World) -> None:
    fields = {"keyword1": "办理事项", "keyword2": "办理时间"}
    await world.control("POST", "/alipay/message-templates", template_id="T-1", fields=fields)


async def agree(world: World, openid: str) -> None:
    await world.control("POST", "/alipay/subscriptions", template_id="T-1", open_id=openid)


async def be_given_a_city_template(world: World) -> None:
    row = {"template_id": "301", "kind": "city", "fields": {"service": "…", "hall": "…"}}
    await world.control("POST", "/alipay/message-templates", **row)


async def nothing_to_wait_for(_world: World) -> None:
    """Whether a city message arrived is asked."""


async def messages(world: World, openid: str) -> list[Mapping[str, str]]:
    told = await world.control("GET", "/alipay/messages")
    return [each["values"] for each in told if each["open_id"] == openid]


CHANNEL = ChannelRig(
    plugin="alipay",
    table={"module": "adapters.alipay", "from": "alipay"},
    stand_in=STAND_IN,
    open=open_mini_program,
    share_phone=share_phone,
    login_call="alipay.system.oauth.token",
    code_life=timedelta(minutes=10),
    expired=LoginCodeInvalid,
)

METHOD = MethodRig(
    plugin="alipay_pay",
    table={"module": "payment.connectors.alipay", "from": "alipay"},
    stand_in=STAND_IN,
    payer="0" * 12 + "citizen-of-alipay",
    pay=pay,
    operations={
        "prepare": "alipay.trade.create",
        "ask": "alipay.trade.query",
        "close": "alipay.trade.close",
        "refund": "alipay.trade.refund",
        "ask_refund": "alipay.trade.fastpay.refund.query",
    },
    payment_callback="trade_status_sync",
    stale_after=timedelta(hours=25, minutes=1),
)

REAL_NAMES = RealNamesRig(
    plugin="alipay",
    table=CHANNEL.table,
    stand_in=STAND_IN,
    somebody=somebody,
    show_face=show_face,
    show_another_face=show_another_face,
    walk_away=walk_away,
    page=frozenset({"url", "certifyId"}),
    begin_call="alipay.user.certify.open.initialize",
    result_call="alipay.user.certify.open.query",
    life=timedelta(hours=23),
    another_face=ProofResult(ProofState.FAILED),  # the codes of its reasons are not public
    walked_away=ProofResult(ProofState.PENDING),  # the page can be opened again
)

_outlet = partial(
    OutletRig,
    plugin="alipay",
    table=CHANNEL.table,
    stand_in=STAND_IN,
    somebody=somebody,
    phone=messages,
)

OUTLETS = (
    _outlet(
        outlet="alipay",
        template="T-1",
        values={"keyword1": "驾驶证换证", "keyword2": "2026年3月11日 09:30"},
        wrong={"keyword1": "驾驶证换证", "keyword2": "详见短信" * 13},
        wrong_field="keyword2",
        set_up=take_template_up,
        agree=agree,
        send_call="alipay.open.app.mini.templatemessage.send",
    ),
    _outlet(
        outlet="alipay_city",
        template="301",
        values={"service": "驾驶证换证", "hall": "示例市车辆管理所"},
        wrong={"service": "驾驶证换证", "hall": ""},
        wrong_field="hall",
        set_up=be_given_a_city_template,
        send_call="alipay.eco.cityservice.message.send",
        repeatable=True,
        hear=nothing_to_wait_for,
    ),
)
