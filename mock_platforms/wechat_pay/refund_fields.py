"""What a refund call must and may say. Pure.

Source: pay.weixin.qq.com, "refund request" and "abnormal refund".
"""

from __future__ import annotations

from mock_platforms.wechat_pay.fields import Address, Field, Group, Many, OneOf, Text, Whole
from mock_platforms.wechat_pay.fields import optional as may

FROM = Group(
    {
        "account": Field(OneOf(frozenset({"AVAILABLE", "UNAVAILABLE"})), "出资账户类型"),
        "amount": Field(Whole(1), "出资金额"),
    }
)
AMOUNT = Group(
    {
        "refund": Field(Whole(1), "退款金额"),
        "total": Field(Whole(1), "原订单金额"),
        "currency": Field(Text(16, 1, "CNY"), "退款币种"),
        "from": may(Many(FROM), "退款出资账户及金额"),
    }
)
ASK = Group(
    {
        "sub_mchid": may(Text(32), "子商户号"),
        "transaction_id": may(Text(32), "微信支付订单号"),
        "out_trade_no": may(Text(32, 6), "商户订单号"),
        "out_refund_no": Field(Text(64, 1, r"[0-9A-Za-z_\-|*@]*"), "商户退款单号"),
        "reason": may(Text(80, 0), "退款原因"),
        "notify_url": may(Address(256), "退款结果回调url"),
        "funds_account": may(OneOf(frozenset({"AVAILABLE"})), "退款资金来源"),
        "amount": Field(AMOUNT, "金额信息"),
        "goods_detail": may(Many(Group({})), "退款商品"),
    }
)
ABNORMAL_ASK = Group(
    {
        "sub_mchid": may(Text(32), "子商户号"),
        "out_refund_no": Field(Text(64), "商户退款单号"),
        "type": Field(
            OneOf(frozenset({"USER_BANK_CARD", "MERCHANT_BANK_CARD"})), "异常退款处理方式"
        ),
        "bank_type": may(Text(16), "开户银行"),
        "bank_account": may(Text(1024), "收款银行卡号"),
        "real_name": may(Text(1024), "收款用户姓名"),
    }
)
