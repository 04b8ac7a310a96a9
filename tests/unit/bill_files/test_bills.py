"""A day's bills are fetched once, kept for ever, and never mistaken for one another."""

import pytest

from channel_gateway.domain.errors import NotFound, Refused, TooMany, Unavailable
from payment.connectors.bill_sums import BillSumsDisagree
from payment.ports import BillLate
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillHashDiffers
from tests.unit.bill_files.platform import DAY, Room


async def test_a_day_is_fetched_once(room: Room) -> None:
    room.source.gives, room.source.settled = {"ALL": b"a\nb\n", "fund_flow": b"c\n"}, 1234
    first = await room.bills.of("wechat_pay", DAY)
    room.clock.move(days=9)
    again = await room.bills.of("wechat_pay", DAY)
    assert again == first
    assert (first.state, first.settled_fen, first.changed) == (DayState.READY, 1234, ())
    assert [bill.content.read_bytes() for bill in first.files] == [b"a\nb\n", b"c\n"]
    assert room.source.asked == 1


async def test_a_kept_bill_is_ours_alone_and_under_its_own_hash(room: Room) -> None:
    room.source.gives = {"ALL": b"a\nb\n"}
    fetched = await room.bills.of("wechat_pay", DAY)
    place = fetched.files[0].content
    digest = fetched.files[0].digest
    assert place == room.folder / "wechat_pay" / "2026-01-05" / f"ALL-{digest[:16]}.csv"
    assert place.parent.stat().st_mode & 0o777 == 0o700
    [file] = await room.bills.versions("wechat_pay", DAY)
    assert (file.size, file.lines, file.edition) == (4, 2, 1)
    assert (file.digest, file.signed_hash) == (digest, "SHA1 00")


async def test_nothing_is_left_of_the_fetching(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    await room.bills.of("wechat_pay", DAY)
    assert list((room.folder / ".incoming").iterdir()) == []


async def test_a_bill_fetched_again_with_other_content_is_a_new_version(room: Room) -> None:
    room.source.gives = {"ALL": b"old", "fund_flow": b"same"}
    old = await room.bills.of("wechat_pay", DAY)
    room.source.gives = {"ALL": b"new", "fund_flow": b"same"}
    new = await room.bills.fetch("wechat_pay", DAY)
    assert new.changed == ("ALL",)
    assert [bill.content.read_bytes() for bill in new.files] == [b"new", b"same"]
    assert old.files[0].content.read_bytes() == b"old"
    versions = await room.bills.versions("wechat_pay", DAY)
    assert sorted((each.kind, each.edition) for each in versions) == [
        ("ALL", 1),
        ("ALL", 2),
        ("fund_flow", 1),
    ]
    assert await room.bills.of("wechat_pay", DAY) == new


async def test_a_bill_fetched_again_with_the_same_content_is_the_same(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    first = await room.bills.of("wechat_pay", DAY)
    assert await room.bills.fetch("wechat_pay", DAY) == first
    assert len(await room.bills.versions("wechat_pay", DAY)) == 1


async def test_a_day_that_was_ready_stays_so_when_asking_again_brings_nothing(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    first = await room.bills.of("wechat_pay", DAY)
    for nothing in (Unavailable("down"), BillHashDiffers("another file"), BillLate("later")):
        room.source.gives = nothing
        again = await room.bills.fetch("wechat_pay", DAY)
        assert (again.state, again.files) == (DayState.READY, first.files)


@pytest.mark.parametrize(
    "trouble", [BillLate("not made yet"), Unavailable("down"), TooMany("slowly")]
)
async def test_a_late_bill_is_asked_for_again_by_itself(room: Room, trouble: Exception) -> None:
    room.source.gives = trouble
    late = await room.bills.of("wechat_pay", DAY)
    assert late.state is DayState.LATE
    assert late.why.startswith(trouble.code)
    room.source.gives = {"ALL": b"a"}
    await room.asked_again(1)
    assert room.source.asked == 2
    assert (await room.bills.of("wechat_pay", DAY)).state is DayState.READY
    await room.asked_again(3)
    assert room.source.asked == 2


async def test_a_platform_is_not_asked_again_within_half_an_hour(room: Room) -> None:
    room.source.gives = BillLate("not made yet")
    await room.bills.of("wechat_pay", DAY)
    room.clock.move(minutes=29)
    assert (await room.bills.of("wechat_pay", DAY)).state is DayState.LATE
    assert room.source.asked == 1
    room.clock.move(minutes=1)
    await room.bills.of("wechat_pay", DAY)
    assert room.source.asked == 2


async def test_a_day_asked_for_too_early_is_asked_again_when_bills_are_made(room: Room) -> None:
    room.clock.move(hours=-20)
    room.source.gives = BillLate("too early")
    await room.bills.of("wechat_pay", DAY)
    await room.asked_again(39)
    assert room.source.asked == 1
    await room.asked_again(1)
    assert room.source.asked == 2


async def test_asking_ends_and_a_person_is_told(room: Room) -> None:
    room.source.gives = BillLate("not made yet")
    await room.bills.of("wechat_pay", DAY)
    await room.asked_again(60)
    assert room.source.asked == 50  # once, and by the ladder of a day and its first step
    [letter] = await room.dead_letters.list()
    assert "not made yet" in str(letter)


async def test_a_wrong_bill_says_what_is_wrong_and_is_asked_for_again(room: Room) -> None:
    room.source.gives = BillHashDiffers("ALL of 2026-01-05: another file")
    wrong = await room.bills.of("wechat_pay", DAY)
    assert (wrong.state, wrong.files) == (DayState.WRONG, ())
    assert wrong.why == "bill_hash_differs: ALL of 2026-01-05: another file"
    room.source.gives = {"ALL": b"a"}
    await room.asked_again(1)
    assert (await room.bills.of("wechat_pay", DAY)).state is DayState.READY


async def test_a_bill_that_does_not_add_up_is_kept_as_evidence(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    room.source.settled = BillSumsDisagree("3 lines, 4 said")
    wrong = await room.bills.of("wechat_pay", DAY)
    assert (wrong.state, wrong.why) == (DayState.WRONG, "bill_sums_disagree: 3 lines, 4 said")
    assert wrong.files[0].content.read_bytes() == b"a"


async def test_a_refusal_is_wrong_and_not_late(room: Room) -> None:
    room.source.gives = Refused("NO_AUTH")
    assert (await room.bills.of("wechat_pay", DAY)).state is DayState.WRONG


async def test_a_day_without_business_is_empty(room: Room) -> None:
    empty = await room.bills.of("wechat_pay", DAY)
    assert (empty.state, empty.files, empty.settled_fen) == (DayState.EMPTY, (), 0)
    await room.asked_again(3)
    assert room.source.asked == 1


async def test_an_empty_day_of_which_we_have_money_is_wrong(room: Room) -> None:
    await room.bills.of("wechat_pay", DAY)
    wrong = await room.bills.of("wechat_pay", DAY, taken=True)
    assert (wrong.state, wrong.why.partition(":")[0]) == (DayState.WRONG, "bill_missing")
    room.source.gives = {"ALL": b"a"}
    await room.asked_again(1)
    assert (await room.bills.of("wechat_pay", DAY)).state is DayState.READY


async def test_a_changed_and_a_missing_file_are_named(room: Room) -> None:
    room.source.gives = {"ALL": b"a", "fund_flow": b"b", "REFUND": b"c"}
    fetched = await room.bills.of("wechat_pay", DAY)
    assert await room.troubles() == []
    changed, missing, _ = (bill.content for bill in fetched.files)
    changed.write_bytes(b"x")
    missing.unlink()
    told = await room.troubles()
    assert len(told) == 2
    assert f"wechat_pay/2026-01-05/{changed.name}: changed" in told[0]
    assert told[1] == f"wechat_pay/2026-01-05/{missing.name}: missing"


async def test_a_missing_file_is_fetched_again(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    fetched = await room.bills.of("wechat_pay", DAY)
    fetched.files[0].content.unlink()
    assert await room.bills.of("wechat_pay", DAY) == fetched
    assert await room.troubles() == []


async def test_a_changed_file_is_never_written_over(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    fetched = await room.bills.of("wechat_pay", DAY)
    fetched.files[0].content.write_bytes(b"x")
    again = await room.bills.fetch("wechat_pay", DAY)
    assert again.why.startswith("kept_file_changed: wechat_pay/2026-01-05/ALL-")
    assert fetched.files[0].content.read_bytes() == b"x"


async def test_who_gives_out_no_bills_is_not_found(room: Room) -> None:
    with pytest.raises(NotFound):
        await room.bills.of("samplebank_pay", DAY)


async def test_a_trade_bill_that_cannot_be_read_is_asked_for_until_it_can(room: Room) -> None:
    room.source.gives = {"ALL": b"a"}
    room.source.unreadable = BillColumnsChanged("line 1: no column 交易时间")
    wrong = await room.bills.of("wechat_pay", DAY)
    assert (wrong.state, wrong.why) == (
        DayState.WRONG,
        "bill_columns_changed: line 1: no column 交易时间",
    )
    room.source.gives, room.source.unreadable = {"ALL": b"b"}, None

    await room.asked_again(1)

    ready = await room.bills.of("wechat_pay", DAY)
    assert ready.state is DayState.READY
    assert ready.files[0].content.read_bytes() == b"b"
