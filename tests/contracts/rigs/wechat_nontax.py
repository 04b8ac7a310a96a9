"""WeChat's non-tax platform: the citizen pays on the platform's own page."""

from datetime import timedelta

from channel_gateway.domain.errors import Forged, Stale
from payment.connectors.wechat_nontax.callbacks import DoesNotOpen
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import MethodRig
from tests.contracts.rigs.wechat import OPENID
from tests.contracts.world import World

PLUGIN = "wechat_nontax"


async def set_up(world: World) -> None:
    await world.control("POST", "/wechat/login-codes", openid=OPENID)
    url = f"{world.public_url}/callbacks/{PLUGIN}"
    await world.control("POST", "/wechat/nontax/addresses", notify_url=url)


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    assert page["kind"] == "wechat_nontax"
    number = page["queryString"].removeprefix("order_id=")
    assert page["path"].endswith(number)
    await world.control("POST", f"/wechat/nontax/orders/{number}/pay", openid=OPENID)


METHOD = MethodRig(
    plugin=PLUGIN,
    table={"module": "payment.connectors.wechat_nontax", "from": "wechat,wechat/nontax"},
    stand_in="mock_platforms.wechat",
    payer=OPENID,
    pay=pay,
    operations={
        "prepare": "nontax.unifiedorder",
        "ask": "nontax.getorder",
        "close": "nontax.getorderlist",
        "refund": "nontax.refund",
        "ask_refund": "nontax.getorder",
    },
    payment_callback="nontax.notify",
    stale_after=timedelta(minutes=6),
    refund_takes=timedelta(seconds=3),
    forgeries={
        "nontax_forged": Forged,
        "nontax_stale": Stale,
        "nontax_sealed_for_another": DoesNotOpen,
    },
    answers_signed=False,
    set_up=set_up,
    closes_after=timedelta(minutes=31),
)
