"""Where is this parcel? Told in words, for the help desk, by any number a person holds."""

from collections.abc import Callable, Iterator, Mapping

from channel_gateway.domain.days import beijing_text, moment_of
from channel_gateway.ports import Courier
from channel_gateway.service import Line, Told
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import Attempt, Delivery
from channel_gateway.services.licence_delivery.rules.since import ASKED, PUSHED, basis, how_known
from channel_gateway.services.licence_delivery.rules.standing import is_put_right
from channel_gateway.services.licence_delivery.views import says

_KNOWN = {ASKED: "the courier says so when asked", PUSHED: "the courier pushed it, signed"}


class Stories:
    def __init__(
        self, deliveries: Deliveries, couriers: Callable[[], Mapping[str, Courier]]
    ) -> None:
        self._deliveries = deliveries
        self._couriers = couriers

    async def tell(self, number: str) -> Told | None:
        """By our id, our order number, a waybill, or a case's; None: none is ours."""
        lines = [line for delivery in await self._find(number) for line in story(delivery)]
        return Told(tuple(lines)) if lines else None

    async def _find(self, number: str) -> list[Delivery]:
        ours = await self._deliveries.find(number.rpartition("-")[0] or number)
        if ours is not None:
            return [ours]
        for courier in self._couriers():
            sent = await self._deliveries.of_waybill(courier, number)
            if sent is not None:
                return [sent]
        cases = await self._deliveries.of_case(number)
        return cases or await self._deliveries.of_case_no(number)


def story(delivery: Delivery) -> Iterator[Line]:
    """One delivery, line by line; no personal data is in it. Pure."""
    rests = basis(delivery)
    yield Line(
        None, f"Delivery {delivery.id} ({delivery.direction}): {delivery.state} ({says(delivery)})"
    )
    known = _KNOWN.get(rests.how, f"by the {rests.how}")
    since, known_at = beijing_text(rests.since), beijing_text(rests.known_at)
    yield Line(None, f"  since {since}; {known}, {known_at}")
    if delivery.case_no:
        yield Line(None, f"  case {delivery.case_no} of {delivery.department}")
    for event in delivery.events:
        yield Line(event.at, f"{event.what}{f' ({event.note})' if event.note else ''}")
    for attempt in delivery.attempts:
        yield from _parcel(attempt)
    for task in delivery.tasks:
        note = f"; last: {task.note}" if task.note else ""
        at = beijing_text(moment_of(task.due))
        yield Line(None, f"  waiting for {task.kind}, try {task.tries + 1} at {at}{note}")
    for task in delivery.given_up:
        yield Line(None, f"  GIVEN UP at try {task.tries + 1}: {task.kind}: {task.note}")


def _parcel(attempt: Attempt) -> Iterator[Line]:
    asked = "never asked" if attempt.asked_at is None else f"asked {beijing_text(attempt.asked_at)}"
    waybill = attempt.waybill or "no waybill"
    yield Line(None, f"  parcel {attempt.number}: {attempt.courier} {waybill}; {asked}")
    for scan in attempt.scans:
        right = ", put right" if is_put_right(scan, attempt.answered_at) else ""
        stage = scan.stage or "unknown word"
        how = f"({how_known(scan)}{right})"
        yield Line(scan.at, f"{attempt.courier}: {stage} [{scan.code}] {scan.place} {how}")
