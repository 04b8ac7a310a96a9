"""A day's bills, whole and spoiled: they add up to the fen, or say what is wrong with them."""

from datetime import timedelta
from hashlib import sha1, sha256

import pytest

from channel_gateway.domain.errors import Unavailable
from payment.connectors.bill_sums import BillSumsDisagree
from payment.ports import BillLate
from payment.reconciliation.wrong_bills import (
    BillDamaged,
    BillHashDiffers,
    BillLineTwice,
    BillMissing,
)
from tests.contracts.bills.desk import GIVEN_BACK, PAID, Desk


async def test_a_day_comes_to_what_was_paid_less_what_went_back_and_the_fees(desk: Desk) -> None:
    await desk.a_day_of_business()
    bills = await desk.fetch()
    assert tuple(bills) == desk.rig.kinds
    expected = sum(PAID.values()) - GIVEN_BACK - desk.rig.fee_fen
    assert desk.source.settled_fen(list(bills.values())) == expected


async def test_a_fetched_bill_is_plain_private_and_under_its_own_hash(desk: Desk) -> None:
    await desk.a_day_of_business()
    for bill in (await desk.fetch()).values():
        content = bill.content.read_bytes()
        assert sha256(content).hexdigest() == bill.digest
        assert bill.content.stat().st_mode & 0o777 == 0o600
        assert b"FEE20260105A" in content
    assert len(list(desk.folder.iterdir())) == 2  # nothing packed is left


async def test_a_bill_fetched_again_is_the_same(desk: Desk) -> None:
    await desk.a_day_of_business()
    first, again = await desk.fetch(), await desk.fetch()
    assert [bill.digest for bill in first.values()] == [bill.digest for bill in again.values()]


async def test_a_day_without_business_has_no_bills(desk: Desk) -> None:
    await desk.tomorrow()
    assert await desk.fetch() == {}
    assert desk.source.settled_fen([]) == 0


async def test_early_in_the_morning_a_bill_is_late_and_not_empty(desk: Desk) -> None:
    await desk.a_day_of_business(until=desk.rig.hours - 0.01)
    with pytest.raises(BillLate):
        await desk.fetch()
    await desk.world.advance(timedelta(minutes=1))
    assert tuple(await desk.fetch()) == desk.rig.kinds


async def test_today_has_no_bill(desk: Desk) -> None:
    with pytest.raises(BillLate):
        await desk.source.fetch(desk.day + timedelta(days=1), desk.folder)


@pytest.mark.parametrize("which", [0, 1], ids=["trade", "account"])
async def test_a_bill_that_is_made_late_is_late(desk: Desk, which: int) -> None:
    await desk.a_day_of_business(until=10.5)
    await desk.withheld("bill_late", which)
    with pytest.raises(BillLate):
        await desk.fetch()
    assert tuple(await desk.fetch()) == desk.rig.kinds


@pytest.mark.parametrize("which", [0, 1], ids=["trade", "account"])
async def test_one_bill_without_the_other_is_a_finding(desk: Desk, which: int) -> None:
    await desk.a_day_of_business()
    await desk.withheld("bill_missing", which)
    bills = await desk.fetch()
    assert tuple(bills) == (desk.rig.kinds[1 - which],)
    with pytest.raises(BillMissing):
        desk.source.settled_fen(list(bills.values()))


@pytest.mark.parametrize("kind", ["bill_address_expired", "bill_truncated"])
async def test_an_address_that_fails_is_asked_for_anew(desk: Desk, kind: str) -> None:
    await desk.a_day_of_business()
    await desk.cut(kind, times=2)
    assert tuple(await desk.fetch()) == desk.rig.kinds


async def test_addresses_that_never_live_are_given_up(desk: Desk) -> None:
    await desk.a_day_of_business()
    await desk.cut("bill_address_expired", times=None)
    with pytest.raises(Unavailable):
        await desk.fetch()
    assert not list(desk.folder.iterdir())


async def test_a_file_that_always_comes_cut_is_damaged(desk: Desk) -> None:
    await desk.a_day_of_business()
    await desk.cut("bill_truncated", times=None)
    with pytest.raises(BillDamaged):
        await desk.fetch()
    assert not list(desk.folder.iterdir())


@pytest.mark.parametrize("kind", ["connection_cut", "truncated_reply", "server_error"])
async def test_a_download_that_breaks_is_unknown(desk: Desk, kind: str) -> None:
    await desk.a_day_of_business()
    await desk.cut(kind, times=None)
    with pytest.raises(Unavailable):
        await desk.fetch()


async def test_a_file_that_is_not_the_signed_one_is_asked_for_anew_and_then_refused(
    desk: Desk,
) -> None:
    await desk.a_day_of_business()
    if not desk.rig.hash_fault:
        assert {bill.signed_hash for bill in (await desk.fetch()).values()} == {""}
        return
    await desk.withheld(desk.rig.hash_fault, 0, times=2)
    bills = await desk.fetch()
    content = bills[desk.source.trades].content.read_bytes()
    digest = sha1(content, usedforsecurity=False).hexdigest()
    assert bills[desk.source.trades].signed_hash == f"SHA1 {digest}"
    await desk.withheld(desk.rig.hash_fault, 0, times=3)
    with pytest.raises(BillHashDiffers):
        await desk.fetch()
    assert len(list(desk.folder.iterdir())) == 2  # of the first


async def test_columns_are_found_by_name_wherever_they_stand(desk: Desk) -> None:
    await desk.a_day_of_business()
    await desk.spoiled("bill_changed_column", 1)
    bills = await desk.fetch()
    expected = sum(PAID.values()) - GIVEN_BACK - desk.rig.fee_fen
    assert desk.source.settled_fen(list(bills.values())) == expected


async def test_a_line_that_stands_twice_is_named(desk: Desk) -> None:
    await desk.a_day_of_business()
    await desk.spoiled("bill_duplicate_line", 1)
    bills = await desk.fetch()
    with pytest.raises((BillLineTwice, BillSumsDisagree)):
        desk.source.settled_fen(list(bills.values()))


@pytest.mark.parametrize("kind", ["bill_missing_line", "bill_foreign_line", "bill_wrong_amount"])
async def test_lines_that_do_not_come_to_their_sums_are_named(desk: Desk, kind: str) -> None:
    await desk.a_day_of_business()
    await desk.spoiled(kind, 1, parameters={"sums_follow": False})
    bills = await desk.fetch()
    with pytest.raises(BillSumsDisagree):
        desk.source.settled_fen(list(bills.values()))
