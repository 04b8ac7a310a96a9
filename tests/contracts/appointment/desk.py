"""A desk where fees are collected, told what finance and the platforms say; and people, known."""

from dataclasses import dataclass, field

from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.money import NOTHING
from channel_gateway.domain.notices import IssuedNotice, Notice, NoticeDraft, NoticeState
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import FeeEnd, FeeEnding, FeeMatter, IdentityNotKnown

NOBODY_PAID = FeeEnd(FeeEnding.VOID)


@dataclass
class FakeDesk:
    """A `FeeDesk`; it remembers what was asked."""

    trouble: GatewayError | None = None
    says: FeeEnd = NOBODY_PAID
    drafts: dict[str, tuple[NoticeDraft, FeeMatter]] = field(default_factory=dict)
    asked: int = 0
    ended: list[str] = field(default_factory=list)
    given_back: list[str] = field(default_factory=list)

    async def issue(self, number: str, draft: NoticeDraft, matter: FeeMatter) -> IssuedNotice:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        self.drafts.setdefault(number, (draft, matter))
        assert self.drafts[number] == (draft, matter), "asked again as something else"
        notice = Notice(
            "330199",
            f"code-of-{number}",
            draft.unit_code,
            draft.unit_name,
            draft.payer_name,
            draft.items,
            draft.due_on,
            draft.principal_fen,
            NOTHING,
            None,
            NoticeState.UNPAID,
        )
        return IssuedNotice(notice, "1357")

    async def end(self, pay_code: str, reason: str) -> FeeEnd:
        if self.trouble is not None:
            raise self.trouble
        self.ended.append(pay_code)
        return self.says

    async def give_back(self, order_id: str, reason: str) -> None:
        self.given_back.append(order_id)


@dataclass
class FakePeople:
    """`People` who are known, or not."""

    known: bool = True

    async def of(self, citizen: str) -> Person:
        if not self.known:
            raise IdentityNotKnown
        return Person(PersonName("林示例"), IdNumber("110101199003074135"))

    async def proven(self, citizen: str) -> Person | None:
        return None

    async def answered(self, citizen: str, person: Person) -> None:
        return None
