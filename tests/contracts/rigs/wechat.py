"""WeChat and WeChat Pay: the citizen acts on the stand-ins' control plane."""

from datetime import timedelta

from channel_gateway.domain.errors import Forged, Stale, UnknownKey
from channel_gateway.ports import LoginCodeInvalid, ProofBegun, ProofResult, ProofState, WhyFailed
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig, RealNamesRig
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
