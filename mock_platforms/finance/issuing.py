"""Units issue notices and withdraw them through the authority's interface: repeatable. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mock_platforms.finance.notices import TRANSITIONS, Item, Notice, State, Trigger
from mock_platforms.finance.refusals import Refused


@dataclass(frozen=True)
class Draft:
    """What a unit wants to charge whom. Its items bear no late fee."""

    number: str  # the caller's own
    unit_code: str
    unit_name: str
    payer_name: str
    id_number: str
    items: tuple[Item, ...]
    due_on: date

    def notice(self, pay_code: str, check_code: str, today: date) -> Notice:
        if self.due_on < today:
            raise Refused("INVALID_REQUEST", "the due day is over", field="due_on")
        return Notice(
            pay_code=pay_code,
            check_code=check_code,
            unit_code=self.unit_code,
            unit_name=self.unit_name,
            payer_name=self.payer_name,
            id_number=self.id_number,
            items=self.items,
            issued_on=today,
            due_on=self.due_on,
        )


def same_again(known: Draft, draft: Draft) -> None:
    if known != draft:
        raise Refused("NOTICE_MISMATCH", "this number was used for another notice", field="number")


def voided(notice: Notice, now: datetime) -> Notice:
    """The notice withdrawn; one that is already stays as it is."""
    if notice.state is State.VOIDED:
        return notice
    if notice.state is State.WAIVED:
        raise Refused("NOTICE_WAIVED", "nothing is owed any more", field="pay_code")
    if Trigger.VOID not in TRANSITIONS[notice.state]:
        raise Refused("VOID_AFTER_PAYMENT", "the notice is paid", field="pay_code")
    return replace(notice, state=TRANSITIONS[notice.state][Trigger.VOID], voided_at=now)


def void_as_json(notice: Notice) -> dict[str, Any]:
    at = notice.voided_at
    return {
        "state": "VOIDED",
        "pay_code": notice.pay_code,
        "voided_at": at.isoformat() if at else None,
    }
