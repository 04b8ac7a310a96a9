"""A finance authority that makes the notices units ask for, once for a number."""

from dataclasses import dataclass, field

from channel_gateway.domain.errors import NotFound, Refused
from channel_gateway.domain.money import NOTHING
from channel_gateway.domain.notices import IssuedNotice, Notice, NoticeDraft, NoticeState
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import NoticePaidAlready
from tests.simulation.finance import Finance

CHECK_CODE = "1357"


@dataclass
class HallFinance(Finance):
    drafts: dict[str, NoticeDraft] = field(default_factory=dict)  # by pay code
    codes: dict[str, str] = field(default_factory=dict)  # number: pay code

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        return await self.line.carry("owed_by", lambda: tuple(map(self._notice, self.drafts)))

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        return await self.line.carry("issue", lambda: self._issue(number, draft))

    async def void(self, pay_code: str, reason: str) -> None:
        await self.line.carry("void", lambda: self._void(pay_code))

    def state_of(self, pay_code: str) -> NoticeState:
        return self._state(pay_code)

    def _issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        if number not in self.codes:
            self.codes[number] = f"330199263000{len(self.codes) + 1:08d}"
            self.drafts[self.codes[number]] = draft
        pay_code = self.codes[number]
        if self.drafts[pay_code] != draft:
            self.broken_rules.append(f"{number} was asked for again as something else")
            raise Refused("another draft under this number")
        return IssuedNotice(self._notice(pay_code), CHECK_CODE)

    def _void(self, pay_code: str) -> None:
        if pay_code not in self.drafts:
            self.broken_rules.append(f"{pay_code} was to be voided, which nobody had issued")
            raise NotFound("no such notice")
        if pay_code in self.paid_by:
            raise NoticePaidAlready
        self.voided.add(pay_code)

    def _notice(self, pay_code: str) -> Notice:
        if pay_code not in self.drafts:
            raise NotFound("no such notice")
        draft = self.drafts[pay_code]
        return Notice(
            region="330199",
            pay_code=pay_code,
            unit_code=draft.unit_code,
            unit_name=draft.unit_name,
            payer_name=draft.payer_name,
            items=draft.items,
            due_on=draft.due_on,
            principal_fen=draft.principal_fen,
            late_fee_fen=NOTHING,
            valid_until=None,
            state=self._state(pay_code),
        )
