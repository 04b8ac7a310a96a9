"""Sums by unit and item, and what is in transit: they add up to the fen."""

from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.money import Fen
from channel_gateway.ports import Credit
from payment.lines import OrderLine
from payment.reconciliation.days.credit import credit_difference, credited_fen
from payment.reconciliation.days.sums import Counting, Totals, spread
from tests.unit.days.samples import DAY, NOW

FINE = OrderLine("103050101", "交通违法罚款", Fen(20000))
LATE = OrderLine("103050199", "加处罚款", Fen(600), late=True)


def test_an_orders_money_stands_under_its_items_its_late_fee_apart() -> None:
    counting = Counting()
    counting.paid("330199011", 20600, (FINE, LATE))
    fine, late = counting.sorted_rows()
    assert (fine.gross_fen, fine.late_fee_fen) == (20000, 0)
    assert (late.gross_fen, late.late_fee_fen) == (600, 600)
    assert counting.gateway == Totals(1, 20600)


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=8),
    st.integers(0, 10**7),
)
def test_shares_of_a_refund_are_whole_fen_and_add_up(amounts: list[int], back: int) -> None:
    lines = tuple(OrderLine(str(at), "项", Fen(amount)) for at, amount in enumerate(amounts))
    back = min(back, sum(amounts))
    shares = spread(back, lines)
    assert sum(shares) == back
    assert all(0 <= share <= line.amount_fen for share, line in zip(shares, lines, strict=True))


def test_all_of_an_order_given_back_takes_each_line_whole() -> None:
    assert spread(20600, (FINE, LATE)) == [20000, 600]


def test_what_is_in_transit_carries_over_until_finance_books_it() -> None:
    counting = Counting()
    counting.paid("330199011", 20600, (FINE, LATE))
    (today,) = counting.in_transit({"330199011": 1000}, {})
    assert today.closing_fen == 21600
    tomorrow = Counting()
    tomorrow.booked_by_finance("330199011", 21600, refund=False)
    (booked,) = tomorrow.in_transit({"330199011": today.closing_fen}, {})
    assert (booked.opening_fen, booked.closing_fen) == (21600, 0)


def test_what_finance_booked_without_us_was_never_in_transit() -> None:
    counting = Counting()
    counting.booked_by_finance("330199011", 500, refund=False, ours=False)
    assert counting.in_transit({}, {}) == ()
    assert counting.finance == Totals(1, 500)


def credits(*amounts: int) -> list[Credit]:
    return [
        Credit(f"B{at}", "wechat_pay", "1900000001", DAY, Fen(amount), NOW)
        for at, amount in enumerate(amounts)
    ]


def test_what_the_bank_got_is_the_sum_of_its_credits_of_that_method() -> None:
    assert credited_fen(credits(100, 200), "wechat_pay") == 300
    assert credited_fen(credits(100), "alipay_pay") is None


def test_a_credit_that_came_twice_is_said_to_have() -> None:
    found = credit_difference(DAY, "wechat_pay", 92_400, 184_800, Totals())
    assert found is not None
    assert "可能重复到账" in found.detail


def test_a_credit_that_agrees_is_no_difference() -> None:
    assert credit_difference(DAY, "wechat_pay", 300, 300, Totals()) is None
    assert credit_difference(DAY, "wechat_pay", 0, None, Totals()) is None


def test_a_short_credit_is_explained_by_fees_refunds_or_the_settlement_cycle() -> None:
    sides = Totals(2, 100_000, 1, 7_000, fees_e5=600_000)

    def why(bank_fen: int | None) -> str:
        found = credit_difference(DAY, "wechat_pay", 92_400, bank_fen, sides)
        assert found is not None
        return found.detail

    assert "手续费被再次扣收" in why(92_400 - 600)
    assert "手续费没有扣收" in why(92_400 + 600)
    assert "退款被再次扣收" in why(92_400 - 7_000)
    assert "渠道暂扣" in why(50_000)
    assert "其他日期" in why(200_000)
    assert "结算周期已过" in why(None)


def test_each_day_has_a_credit_difference_of_its_own() -> None:
    keys = {
        found.key
        for day in (DAY, DAY.replace(day=3))
        if (found := credit_difference(day, "wechat_pay", 1, 2, Totals()))
    }
    assert len(keys) == 2


def counted(movements: list[tuple[bool, str, int]]) -> Counting:
    counting = Counting()
    for refund, unit, amount in movements:
        lines = (OrderLine("1030", "罚款", Fen(amount)),)
        (counting.went_back if refund else counting.paid)(unit, amount, lines)
        counting.booked_by_finance(unit, amount, refund=refund)
    return counting


MOVEMENTS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["U1", "U2"]), st.integers(1, 10**7)), max_size=8
)


@given(MOVEMENTS, MOVEMENTS)
def test_what_is_taken_off_leaves_what_the_others_come_to(
    kept: list[tuple[bool, str, int]], gone: list[tuple[bool, str, int]]
) -> None:
    left, alone = counted(kept + gone).less(counted(gone)), counted(kept)

    assert left.sorted_rows() == alone.sorted_rows()
    assert (left.gateway, left.finance) == (alone.gateway, alone.finance)
    assert left.in_transit({}, {}) == alone.in_transit({}, {})
