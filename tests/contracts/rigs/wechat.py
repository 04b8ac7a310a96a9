"""WeChat and WeChat Pay: the citizen acts on the stand-ins' control plane."""

from datetime import timedelta

from channel_gateway.domain.errors import Forged, Stale, UnknownKey
from payment.ports import Payable, PaymentMethod
from tests.contracts.rig import MethodRig
from tests.contracts.world import World

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


async def pay(world: World, method: PaymentMethod, order: Payable, handle: str) -> None:
    page = method.pay_parameters(handle, now=world.now(), nonce="N" * 32)
    page.setdefault("appId", method.app)
    await world.control("POST", "/wechat_pay/request-payment", openid=OPENID, **page)


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
    payment_notice="notify.transaction",
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
