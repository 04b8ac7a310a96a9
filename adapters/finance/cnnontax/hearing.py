"""What finance says in passing, as words to keep: it took ours (8001), it pushed its own (5996)."""

from dataclasses import replace
from datetime import datetime

from adapters.finance.words import Said, Word, Words, utterance
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, GivenBack, Receipt
from channel_gateway.ports import PaidNotice


def taken(words: Words, paid: Confirmation, now: datetime) -> Word:
    """8001: it names no amount, so it is to be asked."""
    said = utterance(now, "8001", Said.TAKEN, paid.amount_fen)
    return replace(
        words.word(paid.pay_code, paid.transaction, paid.paid_at, said),
        number=paid.number,
        unit_code=paid.unit_code,
        may_ask=bool(paid.check_code),
        check_code=words.sealed(paid.check_code),
        ours_fen=paid.amount_fen,
    )


def pushed(words: Words, told: PaidNotice, now: datetime) -> Word:
    """5996. Whose payment it is shows when we tell of it under the same transaction."""
    said = utterance(now, "5996", Said.PAID, told.amount_fen)
    return words.word(told.pay_code, told.transaction, told.paid_at, said)


def given_back(
    words: Words, paid: Confirmation, refund: GivenBack, red: Receipt | None, now: datetime
) -> Word:
    """The red receipt has finance's own amount and day; without one it took ours (5001)."""
    at = refund.done_at
    said = utterance(now, "5001", Said.TAKEN, refund.amount_fen)
    if red is not None:
        at, said = red.issued_at, utterance(now, "5982", Said.PAID, Fen(abs(red.total_fen)))
    return replace(
        words.word(paid.pay_code, refund.number, at, said),
        number=refund.number,
        transaction="",
        unit_code=paid.unit_code,
        ours_fen=refund.amount_fen,
        refund=True,
    )
