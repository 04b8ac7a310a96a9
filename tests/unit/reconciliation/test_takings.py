"""What a platform of an authority's own says of a day, against what we have."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.money import Fen
from channel_gateway.ports import StatementLine, Takings
from payment.authorities import Jurisdiction
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.reconciliation.gathering.takings import apart
from tests.unit.days.samples import DAY, NOW

Side = dict[str, int]


def line(number: str, fen: int) -> StatementLine:
    pay_code = f"33{number}"
    return StatementLine(number, Fen(fen), NOW, False, True, pay_code, "U1", number)


def takings(theirs: Side, ours: Side) -> Takings:
    both = [tuple(line(name, fen) for name, fen in side.items()) for side in (theirs, ours)]
    return Takings(DAY, *both)


def found(theirs: Side, ours: Side) -> dict[str, tuple[str, int | None, int | None]]:
    """By number: kind, and what we and the platform say."""
    return {
        each.transaction: (each.kind.value, each.gateway_fen, each.finance_fen)
        for each in apart([takings(theirs, ours)], DAY, "alipay_pay")
    }


def test_what_one_side_has_alone_or_otherwise_is_a_difference() -> None:
    assert found({"a": 1, "b": 2, "c": 4}, {"a": 1, "c": 3, "d": 5}) == {
        "b": ("M5", None, 2),
        "c": ("M6", 3, 4),
        "d": ("M4", 5, None),
    }


def test_a_difference_names_the_notice_and_the_unit_and_no_order() -> None:
    (each,) = apart([takings({"a": 1}, {})], DAY, "alipay_pay")

    assert (each.pay_code, each.unit_code, each.order_id, each.channel_fen) == (
        "33a",
        "U1",
        "",
        None,
    )
    assert (each.day, each.method, each.apart_fen) == (DAY, "alipay_pay", 0)
    assert each.detail


SIDES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3))


@given(SIDES, SIDES)
def test_nothing_that_agrees_differs_and_nothing_that_differs_is_lost(
    theirs: Side, ours: Side
) -> None:
    agreeing = dict(theirs.items() & ours.items())

    assert found(theirs, ours).keys() == (theirs.keys() | ours.keys()) - agreeing.keys()


class Platform:
    def __init__(self) -> None:
        self.asked: list[date] = []

    async def takings(self, day: date) -> Takings:
        self.asked.append(day)
        return takings({"a": 1}, {})


async def test_a_platform_of_two_regions_is_asked_once_and_one_of_no_region_is_not() -> None:
    authority: object = None
    regions = [
        Jurisdiction(authority, region, name="soap")  # type: ignore[arg-type]
        for region in ("3301", "3302")
    ]
    known, unused = Platform(), Platform()
    books = FinanceStatements(regions, {}, {"soap": known, "unused": unused})

    assert len(await books.apart(DAY, "alipay_pay")) == 1
    assert (known.asked, unused.asked) == ([DAY], [])
    assert not books.three_ways
