"""Citybank: how its citizens act on the stand-in's control plane, for the contract suites."""

from datetime import timedelta

from channel_gateway.domain.errors import Forged, Stale
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import ChannelRig, Citizen, MethodRig, Published
from tests.contracts.world import World

STAND_IN = "tests.sample_channel.mock_platforms.citybank"


async def open_mini_program(world: World, openid: str | None) -> Citizen:
    who = {"openid": openid} if openid else {}
    given = await world.control("POST", "/citybank/login-codes", **who)
    return Citizen(given["code"], given["openid"])


async def share_phone(world: World, number: str) -> str:
    given = await world.control("POST", "/citybank/phone-codes", phone=number)
    return str(given["code"])


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    await world.control("POST", f"/citybank/orders/{page.pop('prepay_id')}/pay", **page)


CHANNEL = ChannelRig(
    plugin="citybank",
    table={"module": "tests.sample_channel.adapters.citybank", "from": "citybank"},
    stand_in=STAND_IN,
    open=open_mini_program,
    share_phone=share_phone,
    login_call="login",
    code_life=timedelta(minutes=5),
)

METHOD = MethodRig(
    plugin="citybank_pay",
    table={"module": "tests.sample_channel.payment.connectors.citybank_pay", "from": "citybank"},
    stand_in=STAND_IN,
    payer="a-citizen-of-citybank",
    pay=pay,
    operations={
        "prepare": "orders.prepare",
        "ask": "orders.query",
        "close": "orders.close",
        "refund": "refunds.create",
        "ask_refund": "refunds.query",
    },
    payment_notice="payment",
    stale_after=timedelta(minutes=6),
    forgeries={"notify_forged": Forged, "notify_stale": Stale},
    published=Published("citybank.json", key_setting="platform_key_file"),
)
