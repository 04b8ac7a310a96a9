"""Entries as columns of bytes lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from payment.reconciliation.columns import columns_of
from payment.reconciliation.entries import Entry

TEXTS = st.text(st.characters(blacklist_characters="\t\n"), max_size=5)
PAYMENTS = st.builds(
    Entry,
    st.just("payment"),
    TEXTS,
    st.just(""),
    TEXTS,
    st.integers(0, 10**12),
    TEXTS,
    TEXTS,
    st.none() | st.integers(-(10**9), 10**9),
    TEXTS,
    TEXTS,
)
REFUNDS = st.builds(
    lambda entry, number: entry._replace(movement="refund", refund_no=number),
    PAYMENTS,
    TEXTS.filter(bool),
)


@given(st.lists(PAYMENTS | REFUNDS))
def test_entries_come_back_as_they_went(entries: list[Entry]) -> None:
    back = [entry for piece in columns_of(entries) for entry in piece.entries()]

    assert sorted(back, key=repr) == sorted(entries, key=repr)


def test_a_tab_or_a_line_feed_shifts_no_cell() -> None:
    entry = Entry("payment", "a\tb", "", "T\n1", 5, "2026-01-05 12:00:00", pay_code="N\t1\n")

    [piece] = columns_of([entry])

    [back] = piece.entries()
    assert back == entry._replace(order_id="a b", transaction="T 1", pay_code="N 1 ")
