"""What an authority must say that can be asked by person: what this one owes, and no other."""

from dataclasses import replace

import pytest

from channel_gateway.domain.errors import TooMany, Unavailable
from channel_gateway.domain.notices import Notice
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import OwedNotices
from channel_gateway.wire import HttpResponse
from tests.contracts.finance.counter import Counter
from tests.contracts.finance.test_finance_authority import BREAKS, UNBELIEVABLE, altered
from tests.contracts.rig import FinanceRig, rigs


@pytest.fixture(
    params=[each for each in rigs(FinanceRig, "FINANCE") if each.asked_by_person],
    ids=lambda rig: rig.plugin,
)
def rig(request: pytest.FixtureRequest) -> FinanceRig:
    rig: FinanceRig = request.param
    return rig


async def owed_by(counter: Counter, name: str = "") -> tuple[Notice, ...]:
    """Of the rig's person, or of somebody who has the same number."""
    authority = counter.finance
    assert isinstance(authority, OwedNotices)
    number, own = counter.rig.owed_by
    return await authority.owed_by(IdNumber(number), PersonName(name or own))


async def test_a_person_owes_what_was_issued_and_not_paid(counter: Counter) -> None:
    notice, paid = await counter.notice(), await counter.confirmed()

    owed = {each.pay_code for each in await owed_by(counter)}

    assert notice.pay_code in owed
    assert paid.pay_code not in owed


async def test_a_number_with_anothers_name_owes_nothing(counter: Counter) -> None:
    await counter.notice()

    assert await owed_by(counter, "王别人") == ()


async def test_an_issued_notice_is_owed_by_whom_it_charges(counter: Counter) -> None:
    issued = await counter.finance.issue("ISSUE-1", counter.draft())

    owed = await owed_by(counter)

    assert issued.notice.pay_code in {each.pay_code for each in owed}


async def test_a_notice_whose_answer_was_lost_is_issued_once(counter: Counter) -> None:
    before = await owed_by(counter)
    async with counter.broken("reply_lost", "issue"):
        with pytest.raises(Unavailable):
            await counter.finance.issue("ISSUE-1", counter.draft())

    await counter.finance.issue("ISSUE-1", counter.draft())

    assert len(await owed_by(counter)) == len(before) + 1


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_question_that_broke_is_unknown_and_answered_again(
    counter: Counter, kind: str
) -> None:
    async with counter.broken(kind, "owed_by"):
        with pytest.raises(Unavailable):
            await owed_by(counter)

    await owed_by(counter)


async def test_a_question_asked_too_often_is_answered_later(counter: Counter) -> None:
    async with counter.broken("too_many_requests", "owed_by"):
        with pytest.raises((TooMany, Unavailable)):
            await owed_by(counter)

    await owed_by(counter)


@pytest.mark.parametrize("page", [None, b"", b"<html>moved</html>", b"null", b"[]", b"\xff"])
async def test_an_answer_altered_or_of_something_else_is_not_believed(
    counter: Counter, page: bytes | None
) -> None:
    def another(response: HttpResponse) -> HttpResponse:
        return altered(response) if page is None else replace(response, body=page)

    counter.world.line.spoil = another

    with pytest.raises(UNBELIEVABLE):
        await owed_by(counter)
