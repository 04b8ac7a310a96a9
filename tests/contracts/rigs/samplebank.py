"""Samplebank: how its citizens act on the stand-in's control plane."""

from datetime import timedelta

from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig, Published
from tests.contracts.world import World

STAND_IN = "tests.sample_channel.mock_platforms.samplebank"


async def open_mini_program(world: World, openid: str | None) -> Citizen:
    who = {"openid": openid} if openid else {}
    given = await world.control("POST", "/samplebank/login-codes", **who)
    return Citizen(given["code"], given["openid"])


async def share_phone(world: World, number: str) -> str:
    given = await world.control("POST", "/samplebank/phone-codes", phone=number)
    return str(given["code"])


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    await world.control("POST", f"/samplebank/orders/{page.pop('prepay_id')}/pay", **page)


CHANNEL = ChannelRig(
    plugin="samplebank",
    table={"module": "tests.sample_channel.adapters.samplebank", "from": "samplebank"},
    stand_in=STAND_IN,
    open=open_mini_program,
    share_phone=share_phone,
    login_call="login",
    code_life=timedelta(minutes=5),
)

METHOD = MethodRig(
    plugin="samplebank_pay",
    table={
        "module": "tests.sample_channel.payment.connectors.samplebank_pay",
        "from": "samplebank",
    },
    stand_in=STAND_IN,
    payer="a-citizen-of-samplebank",
    pay=pay,
    operations={
        "prepare": "orders.prepare",
        "ask": "orders.query",
        "close": "orders.close",
        "refund": "refunds.create",
        "ask_refund": "refunds.query",
    },
    payment_callback="payment",
    stale_after=timedelta(minutes=6),
    published=Published("samplebank.json", key_setting="platform_key_file"),
)
