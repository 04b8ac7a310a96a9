"""What the phone checks before it opens the payment sheet."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from mock_platforms.wire import Response

from .conftest import Merchant, private_key, words


def page(merchant: Merchant, app_id: str, package: str) -> dict[str, str]:
    """What the page hands to wx.requestPayment, signed by the merchant."""
    text = f"{app_id}\n1773115200\nNONCE\n{package}\n".encode()
    key = private_key(merchant.facts["merchant_key_file"])
    signature = base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()
    return {
        "appId": app_id,
        "timeStamp": "1773115200",
        "nonceStr": "NONCE",
        "package": package,
        "signType": "RSA",
        "paySign": signature,
    }


async def shown(merchant: Merchant, app_id: str, package: str) -> Response:
    handed = page(merchant, app_id, package)
    return await merchant.command("POST", "/wechat_pay/request-payment", handed)


async def test_the_phone_takes_a_prepay_id_and_no_other_number(merchant: Merchant) -> None:
    app_id = merchant.facts["app_id"]
    prepay_id = words(await merchant.prepay())["prepay_id"]
    assert (await shown(merchant, app_id, "prepay_id=ORDER-0001")).status == 404
    assert (await shown(merchant, "wx0000000000000000", f"prepay_id={prepay_id}")).status == 400
    assert (await shown(merchant, app_id, f"prepay_id={prepay_id}")).status == 200


async def test_a_bureaus_own_app_signs_for_its_own_openid(merchant: Merchant) -> None:
    order = {k: v for k, v in merchant.order().items() if k not in ("appid", "mchid")}
    order |= {
        "sp_appid": merchant.facts["app_id"],
        "sp_mchid": merchant.facts["mch_id"],
        "sub_appid": "wx00000000000000b1",
        "sub_mchid": merchant.facts["sub_mch_id"],
        "payer": {"sub_openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    }
    answer = await merchant.call("POST", "/v3/pay/partner/transactions/jsapi", order)
    package = f"prepay_id={words(answer)['prepay_id']}"
    assert (await shown(merchant, merchant.facts["app_id"], package)).status == 400
    assert (await shown(merchant, "wx00000000000000b1", package)).status == 200
