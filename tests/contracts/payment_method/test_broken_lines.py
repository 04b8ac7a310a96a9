"""What every payment method must do when the line breaks: know that it does not know, ask again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Forged, Malformed, TooMany, Unavailable
from channel_gateway.wire import Headers, HttpResponse
from payment.facts import PaymentFact, PaymentStatus, RefundStatus
from tests.contracts.payment_method.till import Till, repayment
from tests.contracts.rig import MethodRig, rigs

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
UNBELIEVABLE = (Forged, Malformed, Unavailable)

# Each verb of the port, called in the state in which it makes sense.
VERBS: dict[str, Callable[[Till, PaymentFact], Awaitable[object]]] = {
    "prepare": lambda till, paid: till.method.prepare(till.order("FEE2NEXT")),
    "ask": lambda till, paid: till.method.ask(paid.order_id),
    "close": lambda till, paid: till.close("FEE3CLOSING"),
    "refund": lambda till, paid: till.method.refund(repayment(paid, 400)),
    "ask_refund": lambda till, paid: till.method.ask_refund(paid.order_id, "REFUND-0"),
}
BROKEN_CALLS = [
    (verb, kind)
    for verb in VERBS
    for kind in BREAKS
    if (verb, kind) != ("close", "truncated_reply")  # it may be answered without a body
]
ANSWERED = [verb for verb in VERBS if verb != "close"]
SIGNED = [rig for rig in rigs(MethodRig, "METHOD") if rig.answers_signed]  # the others rest on TLS


async def _begun(till: Till) -> PaymentFact:
    """An order that is paid and partly given back, and one that is to be closed."""
    await till.method.prepare(till.order("FEE3CLOSING"))
    paid = await till.paid(till.order())
    await till.method.refund(repayment(paid, 100, "REFUND-0"))
    await till.money_arrives()
    await till.time_between_refunds()
    return paid


@pytest.mark.parametrize(("verb", "kind"), BROKEN_CALLS)
async def test_a_call_that_broke_is_unknown_and_succeeds_again(
    till: Till, verb: str, kind: str
) -> None:
    paid = await _begun(till)

    async with till.broken(kind, verb):
        with pytest.raises(Unavailable) as unknown:
            await VERBS[verb](till, paid)

    assert till.rig.payer not in str(unknown.value)
    await VERBS[verb](till, paid)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_call_asked_too_often_succeeds_later(till: Till, verb: str) -> None:
    paid = await _begun(till)

    async with till.broken("too_many_requests", verb):
        with pytest.raises((TooMany, Unavailable)):
            await VERBS[verb](till, paid)

    await VERBS[verb](till, paid)


@pytest.mark.parametrize("status", [403, 404, 500, 502, 503, 504])
@pytest.mark.parametrize("verb", VERBS)
async def test_a_proxys_error_page_says_nothing(till: Till, verb: str, status: int) -> None:
    paid = await _begun(till)
    till.world.line.spoil = lambda response: HttpResponse(status, Headers(), b"<html>sorry</html>")

    with pytest.raises(Unavailable):
        await VERBS[verb](till, paid)


@pytest.mark.parametrize("verb", VERBS)
async def test_without_a_line_nothing_is_known(till: Till, verb: str) -> None:
    paid = await _begun(till)
    till.world.line.cut = True

    with pytest.raises(Unavailable):
        await VERBS[verb](till, paid)


@pytest.mark.parametrize("rig", SIGNED, ids=lambda rig: rig.plugin)
@pytest.mark.parametrize("verb", ANSWERED)
async def test_an_answer_altered_on_its_way_is_not_believed(till: Till, verb: str) -> None:
    paid = await _begun(till)
    till.world.line.spoil = _altered

    with pytest.raises(UNBELIEVABLE):
        await VERBS[verb](till, paid)

    till.world.line.spoil = None
    await VERBS[verb](till, paid)


@pytest.mark.parametrize("verb", ANSWERED)
@pytest.mark.parametrize("page", [b"", b"<html>moved</html>", b"null", b"[]", b"\xff"])
async def test_what_is_no_answer_is_not_read_as_one(till: Till, verb: str, page: bytes) -> None:
    paid = await _begun(till)
    till.world.line.spoil = lambda response: replace(response, body=page)

    with pytest.raises(UNBELIEVABLE):
        await VERBS[verb](till, paid)


async def test_a_refund_whose_answer_was_lost_moves_money_once(till: Till) -> None:
    paid = await till.paid(till.order())
    async with till.broken("reply_lost", "refund"):
        with pytest.raises(Unavailable):
            await till.method.refund(repayment(paid, 600))

    await till.method.refund(repayment(paid, 600))
    await till.time_between_refunds()
    await till.method.refund(repayment(paid, 400, "REFUND-2"))
    await till.money_arrives()

    for refund_no, fen in (("REFUND-1", 600), ("REFUND-2", 400)):
        refund = await till.method.ask_refund(paid.order_id, refund_no)
        assert (refund.status, refund.amount_fen) == (RefundStatus.DONE, fen)


async def test_an_order_whose_preparing_was_lost_can_be_paid(till: Till) -> None:
    async with till.broken("reply_lost", "prepare"):
        with pytest.raises(Unavailable):
            await till.method.prepare(till.order())

    assert (await till.paid(till.order())).status is PaymentStatus.PAID


def _altered(response: HttpResponse) -> HttpResponse:
    """One digit or letter in the middle of the body is another."""
    place = len(response.body) // 2
    body = bytearray(response.body)
    body[place] ^= 1
    return replace(response, body=bytes(body))
