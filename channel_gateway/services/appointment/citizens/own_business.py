"""Services that are given to a proven name alone, and for one's own business only."""

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import Answers, People, RealNameNeeded, Terms
from channel_gateway.services.appointment.refusals import NotForOthers

_OTHER_NAME = "该事项只能为本人预约，请填写实名认证时的姓名。"


class OwnBusiness:
    """`people`: None where no plug-in knows the citizens; then no such service can be booked."""

    def __init__(self, people: People | None) -> None:
        self._people = people

    async def proven(self, rules: Rules, account: str) -> Person | None:
        """Who books, where the rules want to know it for certain. Raises `RealNameNeeded`."""
        if not rules.real_name:
            return None
        person = None if self._people is None else await self._people.proven(account)
        if person is None:
            raise RealNameNeeded
        return person


def for_oneself(person: Person, answers: Answers, terms: Terms) -> None:
    """The form's first identity number and first name must be one's own. Raises `NotForOthers`."""
    number = answers.get(terms.own_id or "")
    if isinstance(number, str) and IdNumber(number) != person.id_number:
        raise NotForOthers(field=f"answers.{terms.own_id}")
    name = answers.get(terms.own_name or "")
    if isinstance(name, str) and not PersonName(name).is_same(person.name):
        raise NotForOthers(field=f"answers.{terms.own_name}", zh=_OTHER_NAME)
