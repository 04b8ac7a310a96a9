"""Where is it? The staff's way to ask, by any number somebody holds."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from channel_gateway.ports import Member, Role
from channel_gateway.service import Call, Route, Table, Told, Who
from channel_gateway.stories import tell_story


class StoryAsked(BaseModel):
    """In the body, for people also type numbers of persons, which addresses must never hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)
    ] = Field(description="of an order, a payment, a notice (缴款码), a refund, a receipt, a case")


class StoryLineView(BaseModel):
    at: datetime | None  # null: how it stands now
    text: str


class StoryView(BaseModel):
    lines: list[StoryLineView]  # the first says where the money is


class StoryEndpoints:
    def __init__(self, table: Table) -> None:
        """Who tells is asked for late: plug-ins add themselves one after the other."""
        self._table = table

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/staff/stories",
                self.tell,
                "Tell where something is, by any number somebody holds: what stands, what happened",
                body=StoryAsked,
                answer=StoryView,
                who=Who.STAFF,
                roles=frozenset(Role),
                errors=("not_found",),
            )
        ]

    async def tell(self, call: Call) -> StoryView:
        asked: StoryAsked = call.body
        lines = await tell_story(
            self._table, asked.number, "the store", lambda told: _sees(call.staff, told)
        )
        return StoryView(lines=[StoryLineView(at=line.at, text=line.text) for line in lines])


def _sees(member: Member, told: Told) -> bool:
    """A unit clerk reads what is wholly their units' own; everybody else of the staff all of it."""
    if member.roles - {Role.UNIT_CLERK}:
        return True
    return bool(told.units) and told.units <= member.units
