"""Whether each decision of a refund case was made by whom it names, as the audit trail has it.

Who can write into the store can write an approval into a case, and the worker pays it back; but
nobody called the route that approves.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

from channel_gateway.ports import Chain
from channel_gateway.staff.trail import noted
from payment.deeds import Deeds
from payment.proofs import ProofFault, ProofFaultKind
from payment.refund_cases.case import RefundCase
from payment.refund_cases.cases import Cases
from payment.refund_cases.life import OWED, State, Trigger
from payment.refund_cases.paying_back import number_of_case
from payment.refunds import RefundTooMuch

# By order and refund number, what the journal has as reserved.
RequestedFen = Callable[[str, str], Awaitable[int | None]]
# The cases that were put away with their orders.
Archived = Callable[[], AsyncIterator[RefundCase]]

ABOUT = "refund case"
_ACTIONS: Mapping[str, str] = {
    trigger.value: f"POST /v1/staff/refund-cases/{{case_id}}/{step}"
    for trigger, step in (
        (Trigger.VERIFY, "verify"),
        (Trigger.APPROVE, "approve"),
        (Trigger.REJECT, "reject"),
    )
}
_DECIDED = frozenset({*OWED, State.DONE})  # by finance: money goes back


class RefundCaseProof:
    """Implements `Proof`."""

    def __init__(
        self, cases: Cases, archived: Archived, requested_fen: RequestedFen, audit: Chain
    ) -> None:
        self._cases = cases
        self._archived = archived
        self._requested_fen = requested_fen
        self._audit = audit

    async def faults(self) -> AsyncIterator[ProofFault]:
        # What is approved and then cannot be reserved is refused, and stays approved.
        deeds = await Deeds.of(self._audit, _ACTIONS.values(), done_too=(RefundTooMuch.code,))
        there: set[tuple[str, str, str]] = set()
        for cases in (self._cases.all(), self._archived()):
            async for case in cases:
                for fault in case_faults(case, deeds):
                    yield fault
                if await self._is_another_amount(case):
                    yield ProofFault(ProofFaultKind.CHANGED, ABOUT, case.id, "amount_fen")
                about = noted({"case_id": case.id})
                decided = (event for event in case.events if event.what in _ACTIONS)
                there |= {(_ACTIONS[event.what], about, event.by) for event in decided}
        for what, action in _ACTIONS.items():
            for deed in deeds.surely_done(action):
                if (action, deed.parameters, deed.actor) not in there:
                    id = deed.parameters.removeprefix("case_id=")
                    done = f"{what} by {deed.actor}"
                    yield ProofFault(ProofFaultKind.GONE, ABOUT, id, done)

    async def _is_another_amount(self, case: RefundCase) -> bool:
        """Than what was reserved for it, as soon as the journal has that."""
        requested_fen = await self._requested_fen(case.order_id, number_of_case(case))
        return requested_fen not in (None, case.amount_fen)


def case_faults(case: RefundCase, deeds: Deeds) -> Iterator[ProofFault]:
    for event in case.events:
        action = _ACTIONS.get(event.what)
        if action and not deeds.has(event.by, action, event.at, case_id=case.id):
            done = f"{event.what} by {event.by}"
            yield ProofFault(ProofFaultKind.UNDECIDED, ABOUT, case.id, done)
    if case.state in _DECIDED and not any(e.what == Trigger.APPROVE for e in case.events):
        done = f"{case.state} without an approval"
        yield ProofFault(ProofFaultKind.UNDECIDED, ABOUT, case.id, done)
