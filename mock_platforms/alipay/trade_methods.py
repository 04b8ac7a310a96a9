"""The trade methods: what a merchant may ask about a payment, and what it is answered."""

import re

from mock_platforms.alipay import trades
from mock_platforms.alipay.amounts import fen, yuan
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.books import Change
from mock_platforms.alipay.expiry import expiry
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.refusals import Refused, success
from mock_platforms.alipay.trades import Order, Refund, Trade

_OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII)
_LARGEST_FEN = 100_000_000_00
_NOT_IN_SUBJECT = frozenset("/=&")


def create(asked: Asked) -> dict[str, object]:
    """alipay.trade.create of a mini program (`product_code` JSAPI_PAY)."""
    order = _order(asked)
    known = asked.books.find_order(order, asked.now)
    trade = trades.create_again(known, order) if known else _new_trade(asked, order)
    return success(out_trade_no=order.out_trade_no, trade_no=trade.trade_no)


def _new_trade(asked: Asked, order: Order) -> Trade:
    trade = Trade(
        trade_no=asked.books.numbers.trade_no(asked.now),
        order=order,
        created_at=asked.now,
        expires_at=expiry(
            asked.text("timeout_express"),
            asked.text("time_expire"),
            asked.now,
            callers_now=asked.callers_now,
        ),
    )
    asked.tell(Change(trade))
    return trade


def _order(asked: Asked) -> Order:
    subject = asked.required("subject", 256)
    out_trade_no = asked.required("out_trade_no", 64)
    if not _OUT_TRADE_NO.fullmatch(out_trade_no) or _NOT_IN_SUBJECT & set(subject):
        raise Refused("ACQ.INVALID_PARAMETER")
    if asked.text("product_code") != "JSAPI_PAY":
        raise Refused("ACQ.INVALID_PARAMETER", "product_code不支持")
    if asked.required("op_app_id", 32) not in asked.books.apps:
        raise Refused("ACQ.INVALID_PARAMETER", "op_app_id不存在")
    if asked.optional("seller_id", 28) not in {"", asked.app.seller_id}:
        raise Refused("ACQ.INVALID_PARAMETER", "seller_id与应用不匹配")
    buyer_id, is_open_id = _buyer(asked)
    return Order(
        out_trade_no=out_trade_no,
        app_id=asked.app.app_id,
        total_fen=_amount(asked.required("total_amount", 12)),
        subject=subject,
        buyer_id=buyer_id,
        body=asked.optional("body", 128),
        passback_params=asked.text("passback_params"),
        notify_url=asked.call.get("notify_url"),
        notify_charset=asked.call.notify_charset,
        buyer_is_open_id=is_open_id,
    )


def _buyer(asked: Asked) -> tuple[str, bool]:
    """The buyer's own number, and whether the call named the person by open id."""
    people, kind = asked.books.people, asked.app.id_kind
    open_id, op_open_id = asked.text("buyer_open_id"), asked.text("op_buyer_open_id")
    user_id = asked.text("buyer_id")
    if open_id and kind.shows_open_id:
        buyer = people.by_open_id(open_id, asked.app.app_id)
    elif op_open_id and kind.shows_open_id:
        buyer = people.by_open_id(op_open_id, asked.text("op_app_id"))
    elif user_id and kind.shows_user_id:
        buyer = people.by_user_id(user_id)
    else:
        raise Refused("ACQ.INVALID_PARAMETER", "买家标识不能为空")
    if buyer.user_id == asked.app.seller_id:
        raise Refused("ACQ.BUYER_SELLER_EQUAL")
    return buyer.user_id, not user_id


def query(asked: Asked) -> dict[str, object]:
    """alipay.trade.query."""
    trade = _trade(asked)
    total = yuan(trade.order.total_fen)
    paid = total if trade.paid_at else "0.00"
    wants_funds = "fund_bill_list" in _options(asked)
    funds = [{"amount": total, "fund_channel": "ALIPAYACCOUNT"}]
    return success(
        **_buyer_shown(asked, trade),
        body=trade.order.body or None,
        buyer_pay_amount=paid,
        buyer_user_type="PRIVATE",
        fund_bill_list=funds if trade.paid_at and wants_funds else None,
        invoice_amount=paid,
        out_trade_no=trade.order.out_trade_no,
        passback_params=trade.order.passback_params or None,
        point_amount="0.00",
        receipt_amount=paid,
        send_pay_date=beijing_text(trade.paid_at) if trade.paid_at else None,
        subject=trade.order.subject,
        total_amount=total,
        trade_no=trade.trade_no,
        trade_status=trade.status.value,
    )


def close(asked: Asked) -> dict[str, object]:
    """alipay.trade.close, of a trade that waits for its buyer."""
    closed = trades.close(_trade(asked), asked.now)
    asked.tell(Change(closed))
    return success(out_trade_no=closed.order.out_trade_no, trade_no=closed.trade_no)


def cancel(asked: Asked) -> dict[str, object]:
    """alipay.trade.cancel: closes or refunds, whichever undoes what happened."""
    try:
        before = _trade(asked)
    except Refused as refused:
        if refused.sub_code != "ACQ.TRADE_NOT_EXIST":
            raise
        # A trade that was never made needs no undoing: success, without an action.
        return success(out_trade_no=asked.text("out_trade_no"), retry_flag="N")
    after, action = trades.cancel(before, asked.now)
    if action is not None:
        asked.tell(Change(after, after.refunds[-1] if action == "refund" else None))
    return success(
        out_trade_no=after.order.out_trade_no,
        trade_no=after.trade_no,
        retry_flag="N",
        action=action,
    )


def refund(asked: Asked) -> dict[str, object]:
    """alipay.trade.refund; `refund_fee` is cumulative, `fund_change` N marks a repeat."""
    before = _trade(asked)
    wanted = Refund(
        out_request_no=asked.text("out_request_no") or before.order.out_trade_no,
        amount_fen=_amount(asked.required("refund_amount", 12)),
        reason=asked.text("refund_reason"),
        refunded_at=asked.now,
    )
    after = trades.refund(before, wanted)
    moved = after is not before
    if moved:
        asked.tell(Change(after, wanted))
    done = after.refund(wanted.out_request_no) or wanted
    funds = [{"amount": yuan(done.amount_fen), "fund_channel": "ALIPAYACCOUNT"}]
    return success(
        **_buyer_shown(asked, after),
        fund_change="Y" if moved else "N",
        gmt_refund_pay=beijing_text(done.refunded_at),
        out_trade_no=after.order.out_trade_no,
        refund_detail_item_list=funds if "refund_detail_item_list" in _options(asked) else None,
        refund_fee=yuan(after.refunded_fen),
        send_back_fee=yuan(done.amount_fen),
        trade_no=after.trade_no,
    )


def refund_query(asked: Asked) -> dict[str, object]:
    """alipay.trade.fastpay.refund.query; an unknown request number is a bare success."""
    trade = _trade(asked)
    done = trade.refund(asked.required("out_request_no", 64))
    if done is None:
        return success()
    options, amount = _options(asked), yuan(done.amount_fen)
    funds = [{"amount": amount, "fund_channel": "ALIPAYACCOUNT"}]
    return success(
        gmt_refund_pay=beijing_text(done.refunded_at) if "gmt_refund_pay" in options else None,
        out_request_no=done.out_request_no,
        out_trade_no=trade.order.out_trade_no,
        refund_amount=amount,
        refund_detail_item_list=funds if "refund_detail_item_list" in options else None,
        refund_reason=done.reason or None,
        refund_status="REFUND_SUCCESS",
        send_back_fee=amount,
        total_amount=yuan(trade.order.total_fen),
        trade_no=trade.trade_no,
    )


def _trade(asked: Asked) -> Trade:
    trade_no, out_trade_no = asked.text("trade_no"), asked.text("out_trade_no")
    if not trade_no and not out_trade_no:
        raise Refused("ACQ.INVALID_PARAMETER", "交易号和商户订单号不能同时为空")
    return asked.books.trade(asked.app.seller_id, trade_no, out_trade_no, asked.now)


def _amount(text: str) -> int:
    amount = fen(text)
    if amount is None or amount == 0:
        raise Refused("ACQ.INVALID_PARAMETER", "金额格式错误")
    if amount > _LARGEST_FEN:
        raise Refused("ACQ.TOTAL_FEE_EXCEED")
    return amount


def _buyer_shown(asked: Asked, trade: Trade) -> dict[str, str]:
    shown = asked.books.buyer_of(trade)
    # The same id has another name here than in notices.
    return {("buyer_user_id" if name == "buyer_id" else name): shown[name] for name in shown}


def _options(asked: Asked) -> list[object]:
    options = asked.biz.get("query_options")
    return options if isinstance(options, list) else []
