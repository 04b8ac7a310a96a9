"""Clerks of units and of finance, each with a token of their own; and money given back."""

import itertools
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from channel_gateway.domain.money import Fen
from channel_gateway.ports import Role
from payment.orders import Orders
from payment.refund import Refund
from payment.refunds import Refunds
from tests.journeys.gateway.house import Answer, House

_numbers = itertools.count(1)
UNIT = "330199011"  # of the notices finance issues here, unless another is named
RECEIPT = {"kind": "receipt_original", "name": "电子票据.pdf", "content": "JVBERi0xLjc="}


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody of the staff, at work."""

    house: House
    name: str
    token: str

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        return await self.house.call_as(self.token, method, f"/v1/staff{path}", body, key=key)

    async def does(self, case_id: str, step: str, words: str | None = None) -> Answer:
        """A step of a refund case."""
        body = None if words is None else {"words": words}
        return await self.call("POST", f"/refund-cases/{case_id}/{step}", body)

    async def sees(self, query: str = "") -> list[dict[str, Any]]:
        """The list of refunds."""
        answer = await self.call("GET", f"/refunds{query}")
        assert answer.status == 200, answer
        return list(answer.json()["refunds"])


async def hire(house: House, name: str, *roles: Role, units: tuple[str, ...] = ()) -> Clerk:
    accounts = house.gateway.edge.staff
    await accounts.add(name, roles, units, by="journey")
    return Clerk(house, name, (await accounts.new_token(name)).text)


@dataclass(frozen=True, slots=True)
class Staff:
    unit: Clerk
    clerk: Clerk
    reviewer: Clerk
    treasurer: Clerk  # who pays back by hand
    checker: Clerk  # and who confirms it


async def staff_of(house: House, unit: str = UNIT) -> Staff:
    return Staff(
        await hire(house, "wang", Role.UNIT_CLERK, units=(unit,)),
        await hire(house, "li", Role.FINANCE_CLERK),
        await hire(house, "zhao", Role.FINANCE_REVIEWER),
        await hire(house, "sun", Role.FINANCE_CLERK),
        await hire(house, "qian", Role.FINANCE_REVIEWER),
    )


async def give_back(
    house: House,
    order: dict[str, Any],
    amount_fen: int,
    *,
    refund_no: str | None = None,
    reason: str = "多收部分退回",
    by_transfer: bool = False,
) -> Refund:
    """Money goes back as it does once people have decided; raises what the order refuses."""
    refunds = Refunds(Orders(house.gateway.store), house.running.stage.clock)
    number = refund_no or f"{order['order_id']}J{next(_numbers)}"
    _, refund = await refunds.ask(
        order["order_id"],
        number=number,
        amount_fen=Fen(amount_fen),
        reason=reason,
        by_transfer=by_transfer,
    )
    return refund


def file(kind: str, content: bytes = b"%PDF-1.7") -> dict[str, Any]:
    return {"kind": kind, "name": f"{kind}.pdf", "content": b64encode(content).decode()}
