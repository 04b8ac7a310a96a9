"""Several authorities as one: each notice is the one's of its region and unit, each code asked for
where it may lie.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pytest

from channel_gateway.domain.errors import GatewayError, NotFound, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import NoticeAuthority, NoticePaidAlready
from channel_gateway.service import Table
from payment.authorities import Authorities, Jurisdiction, NotCollectedHere
from payment.parts import jurisdictions
from payment.settings import Settings
from tests.contracts.notices import given_back
from tests.contracts.notices import notice as notice_to_pay
from tests.unit.payment.samples import NOW

HERE, THERE = "330199", "320699"
UNIT, OTHER_UNIT = "330199021", "320699021"
PERSON = (IdNumber("110101199003074135"), PersonName("林示例"))


@dataclass
class OwnPlatform:
    """A `NoticeAuthority` whose notices are paid with itself."""

    notices: dict[str, Notice] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    trouble: GatewayError | None = None

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        return self._find("look_up", pay_code)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        self.asked.append("issue")
        return IssuedNotice(notice_to_pay(), "1357")

    async def void(self, pay_code: str, reason: str) -> None:
        self._find("void", pay_code)

    def _find(self, verb: str, pay_code: str) -> Notice:
        self.asked.append(verb)
        if self.trouble:
            raise self.trouble
        if pay_code not in self.notices:
            raise NotFound("finance has no such notice")
        return self.notices[pay_code]


@dataclass
class Collected(OwnPlatform):
    """A `FinanceAuthority`."""

    async def confirm(self, confirmation: Confirmation) -> datetime:
        self.asked.append("confirm")
        return NOW

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        self.asked.append("receipt")
        return None

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        self.asked.append("report_refund")
        return None


@dataclass
class ByPerson(Collected):
    """That, and `OwedNotices`."""

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        self.asked.append("owed_by")
        return tuple(self.notices.values())


def code(region: str) -> str:
    return f"{region}26010000000001"


def notice(region: str, unit: str) -> Notice:
    return replace(notice_to_pay(), region=region, pay_code=code(region), unit_code=unit)


def paid(region: str, unit: str) -> Confirmation:
    return Confirmation("G1", code(region), Fen(1), Fen(0), NOW, "wechat_pay", "T1", unit)


def draft(unit: str) -> NoticeDraft:
    return NoticeDraft(unit, "示例单位", PERSON[1], PERSON[0], (), date(2026, 4, 1))


@pytest.fixture
def here() -> ByPerson:
    return ByPerson({code(HERE): notice(HERE, UNIT)})


@pytest.fixture
def there() -> Collected:
    return Collected({code(THERE): notice(THERE, OTHER_UNIT)})


@pytest.fixture
def both(here: ByPerson, there: Collected) -> Authorities:
    """As settings have it: one for a region, the other for whatever is left."""
    return Authorities([Jurisdiction(there, THERE), Jurisdiction(here)])


async def test_a_notice_is_its_regions(both: Authorities, here: ByPerson, there: Collected) -> None:
    assert (await both.look_up(code(THERE), "1357")).region == THERE
    assert (await both.look_up(code(HERE), "1357")).region == HERE

    await both.confirm(paid(THERE, OTHER_UNIT))
    await both.receipt(paid(HERE, UNIT))
    given = paid(THERE, OTHER_UNIT)
    await both.report_refund(given, given_back(given, "R1", 1))

    assert there.asked == ["look_up", "confirm", "report_refund"]
    assert here.asked == ["look_up", "receipt"]


async def test_a_code_that_one_does_not_know_is_asked_of_the_next(
    both: Authorities, here: ByPerson, there: Collected
) -> None:
    here.notices[code(THERE)] = there.notices.pop(code(THERE))

    assert (await both.look_up(code(THERE), "1357")).region == THERE
    await both.void(code(THERE), "重复开单")

    assert there.asked == ["look_up", "void"]
    assert here.asked == ["look_up", "void"]


async def test_the_nearest_is_asked_first_whatever_the_settings_order(
    here: ByPerson, there: Collected
) -> None:
    authorities = Authorities([Jurisdiction(here), Jurisdiction(there, THERE)])

    assert (await authorities.look_up(code(THERE), "1357")).region == THERE

    assert (there.asked, here.asked) == (["look_up"], [])


@pytest.mark.parametrize("trouble", [Unavailable("finance is away"), Refused("finance said no")])
async def test_who_is_in_trouble_does_not_hide_who_has_it(
    both: Authorities, here: ByPerson, there: Collected, trouble: GatewayError
) -> None:
    here.notices[code(THERE)] = there.notices.pop(code(THERE))
    there.trouble = trouble

    assert (await both.look_up(code(THERE), "1357")).region == THERE
    await both.void(code(THERE), "重复开单")

    del here.notices[code(THERE)]
    with pytest.raises(type(trouble)):  # that nobody has it would be more than we know
        await both.look_up(code(THERE), "1357")


async def test_who_says_that_it_is_paid_has_it(
    both: Authorities, here: ByPerson, there: Collected
) -> None:
    there.trouble = NoticePaidAlready()

    with pytest.raises(NoticePaidAlready):
        await both.void(code(THERE), "重复开单")

    assert here.asked == []


async def test_units_without_a_region_are_issued_there_and_that_is_all(
    here: ByPerson, there: Collected
) -> None:
    authorities = Authorities(
        [Jurisdiction(there, units=frozenset({OTHER_UNIT, UNIT})), Jurisdiction(here)]
    )

    await authorities.look_up(code(HERE), "1357")
    await authorities.void(code(HERE), "重复开单")
    await authorities.confirm(paid(HERE, UNIT))
    assert there.asked == []

    await authorities.issue("A1", draft(UNIT))
    assert there.asked == ["issue"]


async def test_a_code_nobody_knows_is_nobodys(both: Authorities) -> None:
    with pytest.raises(NotFound):
        await both.look_up("9" * 20, "1357")
    with pytest.raises(NotFound):
        await both.void("9" * 20, "重复开单")


async def test_in_one_region_units_part_the_authorities(here: ByPerson, there: Collected) -> None:
    authorities = Authorities(
        [Jurisdiction(there, HERE, frozenset({OTHER_UNIT})), Jurisdiction(here)]
    )

    await authorities.confirm(paid(HERE, OTHER_UNIT))
    await authorities.confirm(paid(HERE, UNIT))

    assert (there.asked, here.asked) == (["confirm"], ["confirm"])


def test_whose_a_notice_is_depends_on_its_region_and_unit(here: ByPerson, there: Collected) -> None:
    units = frozenset({OTHER_UNIT})
    authorities = Authorities(
        [Jurisdiction(there, HERE, units, "there"), Jurisdiction(here, name="here")]
    )

    said = [
        [authorities.keeps(name, code(region), unit) for name in ("there", "here")]
        for region, unit in ((HERE, OTHER_UNIT), (HERE, UNIT), (THERE, OTHER_UNIT), (HERE, ""))
    ]

    assert said == [[True, False], [False, True], [False, True], [True, True]]


async def test_a_draft_goes_to_who_names_its_unit_and_else_to_who_has_no_region(
    here: ByPerson, there: Collected
) -> None:
    authorities = Authorities(
        [
            Jurisdiction(there, THERE),
            Jurisdiction(here),
            Jurisdiction(there, units=frozenset({OTHER_UNIT})),
        ]
    )

    await authorities.issue("A1", draft(UNIT))
    assert (there.asked, here.asked) == ([], ["issue"])

    await authorities.issue("A2", draft(OTHER_UNIT))
    assert (there.asked, here.asked) == (["issue"], ["issue"])


async def test_a_draft_of_the_only_authoritys_region_goes_there(there: Collected) -> None:
    await Authorities([Jurisdiction(there, THERE)]).issue("A1", draft(UNIT))

    assert there.asked == ["issue"]


async def test_a_draft_that_nobody_is_in_charge_of_is_refused(there: Collected) -> None:
    authorities = Authorities([Jurisdiction(there, units=frozenset({OTHER_UNIT}))])

    with pytest.raises(NotFound):
        await authorities.issue("A1", draft(UNIT))


async def test_by_person_those_are_asked_who_can_be_and_each_once(
    here: ByPerson, there: Collected
) -> None:
    twice = [Jurisdiction(there, THERE), Jurisdiction(here, HERE), Jurisdiction(here)]

    owed = await Authorities(twice).owed_by(*PERSON)

    assert [each.region for each in owed] == [HERE]
    assert (there.asked, here.asked) == ([], ["owed_by"])


async def test_what_is_paid_on_the_authoritys_own_platform_is_not_collected_here(
    here: ByPerson,
) -> None:
    own = OwnPlatform({code(THERE): notice(THERE, OTHER_UNIT)})
    authorities = Authorities([Jurisdiction(own, THERE), Jurisdiction(here)])

    assert authorities.collects(notice(HERE, UNIT))
    assert not authorities.collects(notice(THERE, OTHER_UNIT))
    for telling in (authorities.confirm, authorities.receipt):
        with pytest.raises(NotCollectedHere):
            await telling(paid(THERE, OTHER_UNIT))
    assert own.asked == []


@dataclass
class OfOneRegion(OwnPlatform):
    """That, and `OwnCodes`."""

    codes_begin: str = THERE


def chosen(**row: object) -> list[Jurisdiction]:
    """What the settings make of one row beside the default."""
    table = Table()
    for name, authority in (("finance", OwnPlatform()), ("rugao", OfOneRegion())):
        table.offer(NoticeAuthority, name, authority)
    authorities = [{"finance": "rugao"} | row]
    return jurisdictions(
        Settings.model_validate({"finance": "finance", "authorities": authorities}), table
    )


def test_a_row_that_can_never_work_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match=r"authorities\.0\.finance: nowhere names nobody"):
        chosen(finance="nowhere", region=THERE)
    with pytest.raises(ValueError, match="rugao names units alone"):
        chosen(units=[OTHER_UNIT])
    with pytest.raises(ValueError, match="region"):
        chosen(region="3302x9")

    assert [each.name for each in chosen(region=THERE)] == ["rugao", "finance"]


@pytest.mark.parametrize("region", [THERE, THERE[:4], f"{THERE}26"])
def test_a_row_may_have_its_authoritys_region_or_more_or_less_of_it(region: str) -> None:
    assert [each.region for each in chosen(region=region)] == [region, ""]


def test_a_row_whose_codes_its_authority_never_gives_is_refused() -> None:
    with pytest.raises(ValueError, match=rf"authorities\.0\.region: 320682 .* {THERE}"):
        chosen(region="320682")
