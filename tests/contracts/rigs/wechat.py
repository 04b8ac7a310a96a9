"""WeChat and WeChat Pay: the citizen acts on the stand-ins' control plane."""

from datetime import timedelta

from channel_gateway.domain.errors import Forged, Stale, UnknownKey
from channel_gateway.ports import LoginCodeInvalid
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig
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
