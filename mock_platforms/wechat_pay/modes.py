"""The two ways to be a merchant: on one's own, or under a service provider. Pure.

Source: pay.weixin.qq.com, "JSAPI order" (merchant) and "JSAPI order" (partner).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_platforms.wechat_pay.errors import Refusal, bad_field
from mock_platforms.wechat_pay.fields import Address, Field, Flag, Group, Many, Moment, Text, Whole
from mock_platforms.wechat_pay.fields import optional as may
from mock_platforms.wechat_pay.identity import Merchant

OUT_TRADE_NO = Text(32, 6, r"[0-9A-Za-z_\-|*]*")
CNY = Text(16, 1, "CNY")

GOODS = Group(
    {
        "merchant_goods_id": Field(Text(32), "商户侧商品编码"),
        "quantity": Field(Whole(1), "商品数量"),
        "unit_price": Field(Whole(), "商品单价"),
        "wechatpay_goods_id": may(Text(32), "微信支付商品编码"),
        "goods_name": may(Text(256), "商品名称"),
    }
)
STORE = Group(
    {
        "id": Field(Text(32), "门店编号"),
        "name": may(Text(256), "门店名称"),
        "area_code": may(Text(32), "地区编码"),
        "address": may(Text(512), "详细地址"),
    }
)
SCENE = Group(
    {
        "payer_client_ip": Field(Text(45), "用户终端IP"),
        "device_id": may(Text(32, 0), "设备号"),
        "store_info": may(STORE, "商户门店信息"),
    }
)

# What both modes ask of an order.
ORDER = {
    "description": Field(Text(127), "商品描述"),
    "out_trade_no": Field(OUT_TRADE_NO, "商户订单号"),
    "time_expire": may(Moment(), "交易结束时间"),
    "attach": may(Text(128, 0), "附加数据"),
    "notify_url": Field(Address(255), "通知地址"),
    "goods_tag": may(Text(32, 0), "订单优惠标记"),
    "limit_pay": may(Many(Text(32)), "指定支付方式"),
    "support_fapiao": may(Flag(), "电子发票入口开放标识"),
    "amount": Field(
        Group({"total": Field(Whole(1), "总金额"), "currency": may(CNY, "货币类型")}), "订单金额"
    ),
    "detail": may(
        Group(
            {
                "cost_price": may(Whole(), "订单原价"),
                "invoice_id": may(Text(32, 0), "商品小票ID"),
                "goods_detail": may(Many(GOODS), "单品列表"),
            },
            most_bytes=6144,
        ),
        "优惠功能",
    ),
    "scene_info": may(SCENE, "场景信息"),
    "settle_info": may(Group({"profit_sharing": may(Flag(), "是否指定分账")}), "结算信息"),
}


@dataclass(frozen=True, slots=True)
class Mode:
    """How one kind of merchant is named in a call."""

    name: str
    root: str  # of its order calls
    merchant: str  # the field of the signing merchant
    app: str  # the field of the app the payer sees
    fields: Mapping[str, Field]

    def ids(self, body: Mapping[str, Any]) -> dict[str, str]:
        names = ("appid", "mchid", "sp_appid", "sp_mchid", "sub_appid", "sub_mchid")
        return {name: body[name] for name in names if name in self.fields and name in body}


DIRECT = Mode(
    "direct",
    "/v3/pay/transactions",
    "mchid",
    "appid",
    {
        "appid": Field(Text(32), "公众号ID"),
        "mchid": Field(Text(32), "直连商户号"),
        "payer": Field(Group({"openid": Field(Text(128), "用户标识")}), "支付者"),
        **ORDER,
    },
)
PARTNER = Mode(
    "partner",
    "/v3/pay/partner/transactions",
    "sp_mchid",
    "sp_appid",
    {
        "sp_appid": Field(Text(32), "服务商应用ID"),
        "sp_mchid": Field(Text(32), "服务商户号"),
        "sub_appid": may(Text(32), "子商户应用ID"),
        "sub_mchid": Field(Text(32), "子商户号"),
        "payer": Field(
            Group(
                {
                    "sp_openid": may(Text(128), "用户服务标识"),
                    "sub_openid": may(Text(128), "用户子标识"),
                }
            ),
            "支付者",
        ),
        **ORDER,
    },
)


def check_parties(body: Mapping[str, Any], mode: Mode, who: Merchant) -> None:
    """Raise unless the merchant, the app and the payer belong together."""
    if body[mode.merchant] != who.mch_id:
        message = "http header中的mchid与post payload中的mchid不匹配"
        raise bad_field(f"/body/{mode.merchant}", body[mode.merchant], message)
    if body[mode.app] != who.app_id:
        raise Refusal(400, "APPID_MCHID_NOT_MATCH", "商户号mchid与appid不匹配")
    if mode is PARTNER:
        if body["sub_mchid"] != who.sub_mch_id:
            raise Refusal(400, "MCH_NOT_EXISTS", "子商户号不存在")
        if not body["payer"]:
            raise bad_field("/body/payer", {}, "sp_openid和sub_openid必须传一个")
        if "sub_openid" in body["payer"] and "sub_appid" not in body:
            raise bad_field("/body/sub_appid", None, "传入sub_openid时必须传入sub_appid")
    for openid in body["payer"].values():
        # Every app's openids begin so; another app's cannot be told apart here.
        if not openid.startswith("o"):
            raise bad_field("/body/payer", openid, "appid和openid不匹配")
