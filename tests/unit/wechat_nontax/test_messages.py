"""What is asked and how answers are read: amounts add up, days are Beijing's, words are known."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import Malformed, Refused
from channel_gateway.domain.money import Fen
from payment.connectors.wechat_nontax import messages, words
from payment.connectors.wechat_nontax.kept import KeptOrder
from payment.connectors.wechat_nontax.settings import Settings
from payment.facts import PaymentFact, PaymentStatus, RefundStatus
from payment.lines import OrderLine
from payment.ports import Payable
from tests.unit.wechat_nontax.conftest import NOW, payable
from tests.unit.wechat_nontax.platform_side import ORDER, ORDERED, PAGE, PAID, says

PART = {"refund_out_id": "R1", "refund_fee": 600, "refund_status": 5, "refund_finish_time": 1767585}


def kept(order: Payable) -> KeptOrder:
    notice = order.notice
    return KeptOrder(
        order.order_id, notice.region, notice.unit_code, notice.unit_name, order.amount_fen, NOW
    )


def asked(settings: Settings, order: Payable) -> dict[str, Any]:
    return messages.unified_order(settings.account(), order, kept(order))


def test_an_order_says_every_field_the_platform_wants(settings: Settings) -> None:
    body = asked(settings, payable())

    assert body == {
        "appid": "wx1",
        "service_id": 1001,
        "bank_id": "102",
        "mch_id": "1900000303",
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "desc": "示例市不动产登记中心-不动产登记费",
        "fee": 20_600,
        "ip": "127.0.0.1",
        "order_no": "FEE1",
        "department_code": "330199021",
        "department_name": "示例市不动产登记中心",
        "payment_notice_type": 1,
        "region_code": "330199",
        "user_name": "林示例",
        "items": [
            {
                "no": 1,
                "item_id": "103043211",
                "item_name": "不动产登记费",
                "overdue": 600,
                "penalty": 0,
                "fee": 20_600,
            }
        ],
        "payment_notice_create_time": 1767585600,
        "payment_expire_date": "20260105",
        "scene": "miniprogram",
        "trade_type": "JSAPI",
        "auto_call_pay": True,
    }


def test_of_a_fine_what_being_late_adds_is_a_penalty(section: dict[str, Any]) -> None:
    fines = Settings.model_validate(section | {"penalty_units": ["330199021"]})

    body = asked(fines, payable())

    (item,) = body["items"]
    assert (body["payment_notice_type"], item["overdue"], item["penalty"]) == (2, 0, 600)


def test_a_late_fee_of_its_own_code_is_an_item_of_its_own() -> None:
    lines = (
        OrderLine("A", "登记费", Fen(100)),
        OrderLine("L", "滞纳金", Fen(5), late=True),
        OrderLine("A", "登记费", Fen(20)),
    )

    first, second = messages.items(lines, 1)

    assert (first["no"], first["item_id"], first["fee"], first["overdue"]) == (1, "A", 120, 0)
    assert (second["no"], second["item_id"], second["fee"], second["overdue"]) == (2, "L", 5, 5)


LINES = st.builds(
    OrderLine,
    st.sampled_from(["A", "B", "C"]),
    st.just("费"),
    st.integers(0, 10**10).map(Fen),
    st.booleans(),
)


@given(st.lists(LINES), st.sampled_from([1, 2]))
def test_items_add_up_and_late_is_never_above_the_fee(lines: list[OrderLine], kind: int) -> None:
    listed = messages.items(lines, kind)

    assert sum(item["fee"] for item in listed) == sum(line.amount_fen for line in lines)
    assert all(0 <= item["overdue"] + item["penalty"] <= item["fee"] for item in listed)


def test_lines_that_do_not_add_up_are_not_ordered(settings: Settings) -> None:
    with pytest.raises(Refused):
        asked(settings, payable(amount_fen=Fen(20_601)))


@pytest.mark.parametrize(
    ("expires_at", "last_day"),
    [
        # The total changes at midnight: it is not to be paid on the day after.
        (datetime(2026, 1, 5, 16, 0, tzinfo=UTC), "20260105"),
        (datetime(2026, 1, 5, 16, 10, tzinfo=UTC), "20260106"),
    ],
)
def test_the_last_day_of_paying_is_the_beijing_day_before_expiry(
    settings: Settings, expires_at: datetime, last_day: str
) -> None:
    assert asked(settings, payable(expires_at=expires_at))["payment_expire_date"] == last_day


def test_the_page_is_told_apart_from_wx_request_payment() -> None:
    page = messages.page_of(messages.read_ordered(says(**ORDERED)))

    assert page == {
        "kind": "wechat_nontax",
        "appId": PAGE["appid"],
        "path": f"{PAGE['pagepath']}?{PAGE['query_string']}",
        "businessType": "nontaxpay",
        "queryString": PAGE["query_string"],
        "payUrl": "https://platform.example/pay",
    }


def test_an_order_may_have_a_web_page_alone() -> None:
    handle = messages.read_ordered(says(order_id="AQ1", pay_url="https://platform.example/pay"))

    assert messages.page_of(handle) == {
        "kind": "wechat_nontax",
        "payUrl": "https://platform.example/pay",
    }


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"order_id": "AQ1"},
        {"order_id": 7, "pay_url": "https://platform.example"},
        {"order_id": "AQ1", "pay_url": 7},
        {"order_id": "AQ1", "miniprogram": "wx9d"},
        {"order_id": "AQ1", "miniprogram": {"appid": "wx9d"}},
    ],
)
def test_an_order_that_cannot_be_paid_is_no_order(answer: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        messages.read_ordered(says(**answer))


def test_the_handle_is_the_same_for_the_same_answer() -> None:
    turned = dict(reversed(ORDERED.items()))

    handle = messages.read_ordered(says(**ORDERED))

    assert messages.read_ordered(says(**turned)) == handle
    assert orjson.loads(handle)["order_id"] == ORDERED["order_id"]


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (1, PaymentStatus.UNPAID),
        (3, PaymentStatus.PAID),
        (4, PaymentStatus.PAID),
        (5, PaymentStatus.PAID),
        (6, PaymentStatus.PAID),
        (12, PaymentStatus.CLOSED),
    ],
)
def test_every_status_is_one_of_ours(status: int, ours: PaymentStatus) -> None:
    assert words.payment_fact(PAID | {"status": status}).status is ours


@pytest.mark.parametrize("status", [0, 2, 7, 13, "3", True, None])
def test_an_unknown_status_is_an_error(status: object) -> None:
    with pytest.raises(Malformed):
        words.read(words.payment_fact, PAID | {"status": status})


def test_a_payment_says_everything() -> None:
    fact = words.payment_fact(PAID)

    assert fact == PaymentFact(
        "FEE1",
        PaymentStatus.PAID,
        "wx1",
        "102",
        Fen(20_600),
        "CNY",
        "4200000000202601050000000001",
        datetime(2026, 1, 5, 4, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "field", ["appid", "bank_id", "fee", "fee_type", "trans_id", "pay_finish_time", "order_no"]
)
def test_a_payment_that_leaves_something_out_is_not_read(field: str) -> None:
    said = {name: value for name, value in PAID.items() if name != field}

    with pytest.raises(Malformed):
        words.read(words.payment_fact, said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee": -1},
        {"fee": 1.5},
        {"fee": "20600"},
        {"fee_type": 9},
        {"trans_id": {"$gt": ""}},
        {"pay_finish_time": 10**18},
        {"pay_finish_time": "1767585600"},
        {"bank_id": ""},
    ],
)
def test_a_field_of_another_form_is_not_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        words.read(words.payment_fact, PAID | wrong)


@pytest.mark.parametrize("told", [PART, [PART], [PART | {"refund_out_id": "R0"}, PART]])
def test_a_refund_in_part_may_stand_alone_or_in_a_list(told: object) -> None:
    order = PAID | {"partial_refund_info": told}

    fact = words.refund_fact(order, "R1")

    assert (fact.status, fact.amount_fen, fact.total_fen) == (RefundStatus.DONE, 600, 20_600)
    assert words.payment_fact(order).status is PaymentStatus.PAID
    assert words.refund_fact(order, "R2").status is RefundStatus.ABSENT


@pytest.mark.parametrize(("status", "ours"), [(5, RefundStatus.DONE), (6, RefundStatus.PROCESSING)])
def test_a_whole_refund_is_the_orders_own(status: int, ours: RefundStatus) -> None:
    order = PAID | {
        "status": status,
        "refund_order_id": "RF1",
        "refund_out_id": "R1",
        "refund_finish_time": 1767585700 if status == 5 else 0,
    }

    fact = words.refund_fact(order, "R1")

    assert (fact.status, fact.amount_fen) == (ours, 20_600)
    assert (fact.done_at is not None) is (ours is RefundStatus.DONE)


def test_where_parts_are_listed_they_speak_though_the_order_names_the_last() -> None:
    order = PAID | {"partial_refund_info": [PART], "refund_order_id": "RF1", "refund_out_id": "R9"}

    assert words.refund_fact(order, "R1").amount_fen == 600


@pytest.mark.parametrize("status", [1, 3, 7, "5"])
def test_an_unknown_status_of_a_refund_is_an_error(status: object) -> None:
    with pytest.raises(Malformed):
        words.refund_fact(PAID | {"partial_refund_info": PART | {"refund_status": status}}, "R1")


def test_of_an_unpaid_order_less_is_said() -> None:
    fact = words.payment_fact({"order_no": "FEE1", "status": 1, "appid": "wx1"})

    assert (fact.merchant, fact.amount_fen, fact.transaction) == ("", 0, "")
    assert words.payment_fact(ORDER).amount_fen == 20_600
