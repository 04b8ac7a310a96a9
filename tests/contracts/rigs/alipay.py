"""Alipay: the citizen acts on the stand-in's control plane."""

from datetime import timedelta

from channel_gateway.ports import LoginCodeInvalid
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig
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
