"""WeChat and WeChat Pay: the citizen acts on the stand-ins' control plane."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from channel_gateway.domain.errors import Forged, Stale, UnknownKey
from channel_gateway.ports import LoginCodeInvalid, ProofBegun, ProofResult, ProofState, WhyFailed
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig, OutletRig, RealNamesRig
from tests.contracts.world import World

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


async def open_mini_program(world: World, openid: str | None) -> Citizen:
    who = {"openid": openid} if openid else {}
    given = await world.control("POST", "/wechat/login-codes", **who)
    return Citizen(given["code"], given["openid"])


async def share_phone(world: World, number: str) -> str:
    given = await world.control("POST", "/wechat/phone-codes", phone=number)
    return str(given["code"])


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    page.setdefault("appId", method.app)
    await world.control("POST", "/wechat_pay/request-payment", openid=OPENID, **page)


async def somebody(world: World) -> str:
    return (await open_mini_program(world, None)).openid


async def show_face(world: World, proof: ProofBegun) -> None:
    await world.control("POST", f"/wechat/face/{proof.page['verifyId']}/pass")


async def show_another_face(world: World, proof: ProofBegun) -> None:
    await world.control("POST", f"/wechat/face/{proof.page['verifyId']}/fail")


async def walk_away(world: World, proof: ProofBegun) -> None:
    path = f"/wechat/face/{proof.page['verifyId']}/fail"
    await world.control("POST", path, verify_ret=90004)


async def take_template_up(world: World) -> None:
    keys = ["thing1", "time2"]
    await world.control("POST", "/wechat/templates", template_id="T-1", keys=keys)
    url = f"{world.public_url}/callbacks/wechat/messages"
    await world.control("POST", "/wechat/push-address", url=url)


async def agree(world: World, openid: str) -> None:
    await world.control("POST", "/wechat/consents", openid=openid, template_id="T-1")
    await hear(world)


async def messages(world: World, openid: str) -> list[Mapping[str, str]]:
    told = await world.control("GET", f"/wechat/phones/{openid}/messages")
    return [message["data"] for message in told["messages"]]


async def hear(world: World) -> None:
    """Take every push that is due, and let none be repeated."""
    await world.advance(timedelta())
    while world.has_callback():
        answer = await world.take_callback()
        assert answer.body == b"success"


async def give_city_template(world: World) -> None:
    keys = ["first", "keynote1"]
    await world.control("POST", "/wechat/city-templates", biz_template_id="T-CITY", keys=keys)


async def cards(world: World, openid: str) -> list[Mapping[str, str]]:
    told = await world.control("GET", f"/wechat/phones/{openid}/cards")
    return [card["data"] for card in told["cards"]]


CHANNEL = ChannelRig(
    plugin="wechat",
    table={"module": "adapters.wechat", "from": "wechat"},
    stand_in="mock_platforms.wechat",
    open=open_mini_program,
    share_phone=share_phone,
    login_call="code2session",
    code_life=timedelta(minutes=5),
    expired=LoginCodeInvalid,  # 40029 says both
    answers_signed=False,
)

METHOD = MethodRig(
    plugin="wechat_pay",
    table={
        "module": "payment.connectors.wechat_pay",
        "from": "wechat_pay",
        "certificates": True,
    },
    stand_in="mock_platforms.wechat_pay",
    payer=OPENID,
    pay=pay,
    operations={
        "prepare": "orders.prepay",
        "ask": "orders.query",
        "close": "orders.close",
        "refund": "refunds.create",
        "ask_refund": "refunds.query",
    },
    payment_callback="notify.transaction",
    stale_after=timedelta(minutes=6),
    refund_takes=timedelta(seconds=3),
    between_refunds=timedelta(seconds=61),
    forgeries={
        "notify_forged": Forged,
        "notify_probe": Forged,
        "notify_stale": Stale,
        "notify_unknown_serial": UnknownKey,
    },
)

REAL_NAMES = RealNamesRig(
    plugin="wechat",
    table=CHANNEL.table,
    stand_in=CHANNEL.stand_in,
    somebody=somebody,
    show_face=show_face,
    show_another_face=show_another_face,
    walk_away=walk_away,
    page=frozenset({"verifyId"}),
    begin_call="getverifyid",
    result_call="queryverifyinfo",
    life=timedelta(hours=1),
    another_face=ProofResult(ProofState.FAILED, WhyFailed.MISMATCH),
    walked_away=ProofResult(ProofState.FAILED, WhyFailed.CANCELLED),
    answers_signed=False,
    token_fault=("token_killed", "access_token"),
)

_outlet = partial(
    OutletRig,
    plugin="wechat",
    table=CHANNEL.table,
    stand_in=CHANNEL.stand_in,
    somebody=somebody,
    answers_signed=False,
    token_fault=("token_killed", "access_token"),
    token_call="stable_token",
)

OUTLETS = (
    _outlet(
        outlet="wechat",
        template="T-1",
        values={"thing1": "驾驶证换证", "time2": "2026年3月11日 09:30"},
        wrong={"thing1": "驾驶证换证", "time2": "下午三点"},
        wrong_field="data.time2",
        set_up=take_template_up,
        agree=agree,
        phone=messages,
        send_call="subscribe.send",
        hear=hear,
    ),
    _outlet(
        outlet="wechat_city",
        template="T-CITY",
        values={"first": "您的驾驶证已签收", "keynote1": "示例市车辆管理所"},
        wrong={"first": "您的驾驶证已签收", "keynote1": ""},
        wrong_field="data.keynote1",
        set_up=give_city_template,
        phone=cards,
        send_call="sendmsgdata",
        repeatable=True,
    ),
)
