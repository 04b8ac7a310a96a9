"""What a citizen sees in Alipay's order centre, as control rows."""

from collections.abc import Sequence
from typing import Any

from mock_platforms.alipay.books import Books
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.order_centre import CentreOrder
from mock_platforms.commands import Command, ControlRoute, Refused


def order_centre_rows(books: Books) -> Sequence[ControlRoute]:
    def look(command: Command) -> dict[str, Any]:
        number = command.parts["out_biz_no"]
        found = [each for each in books.order_centre.orders.values() if each.out_biz_no == number]
        if not found:
            raise Refused("the order centre shows no such order", field="out_biz_no", status=404)
        return _shown(found[0])

    def look_for(command: Command) -> dict[str, Any]:
        orders = books.order_centre.of_parcel(command.parts["waybill"])
        return {"orders": [_shown(each) for each in orders]}

    return (
        ControlRoute(
            "GET",
            "/alipay/order-centre/{out_biz_no}",
            look,
            "Look at an order as the citizen sees it in Alipay's order centre.",
            answers='{"order_type", "status", "history", "logistics", "trade_no", "page", …}',
        ),
        ControlRoute(
            "GET",
            "/alipay/waybills/{waybill}",
            look_for,
            "Look at how a parcel is shown in Alipay's order centre, to whom.",
            answers='{"orders": [{"out_biz_no", "user_id", "order_type", "status", …}]}',
        ),
    )


def _shown(order: CentreOrder) -> dict[str, Any]:
    return {
        "out_biz_no": order.out_biz_no,
        "order_type": order.order_type,
        "trade_no": order.trade_no,
        "user_id": order.user_id,
        "status": order.status,
        "history": list(order.history),
        "goods": list(order.goods),
        "logistics": [dict(each) for each in order.logistics],
        "page": order.page,
        "modified_at": beijing_text(order.modified_at),
    }
