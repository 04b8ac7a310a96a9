"""What an answer's Result says, as our errors. Pure.

`00000`, `99999` and `18012` are seen in logs. What an authority says of a notice that is paid or
withdrawn is in no public text: those codes are inferred, and settings name the true ones.
"""

from collections.abc import Mapping
from enum import StrEnum

from adapters.finance.cnnontax.envelope import Fields
from channel_gateway.domain.errors import GatewayError, Malformed, NotFound, Refused, RefusedForNow
from channel_gateway.ports import (
    NoticeAmountDiffers,
    NoticePaidAlready,
    NoticeSettledElsewhere,
    NoticeVoided,
)

DONE, FAILED = "00000", "99999"


class Meaning(StrEnum):
    """What the settings may say of an authority's own result codes."""

    NOT_FOUND = "not_found"
    PAID = "paid"  # by somebody else
    VOIDED = "voided"
    PAID_ALREADY = "paid_already"  # and so it cannot be withdrawn
    AMOUNT = "amount"  # another one is owed
    LATER = "later"
    REFUSED = "refused"


ERRORS: dict[Meaning, type[GatewayError]] = {
    Meaning.NOT_FOUND: NotFound,
    Meaning.PAID: NoticeSettledElsewhere,
    Meaning.VOIDED: NoticeVoided,
    Meaning.PAID_ALREADY: NoticePaidAlready,
    Meaning.AMOUNT: NoticeAmountDiffers,
    Meaning.LATER: RefusedForNow,
    Meaning.REFUSED: Refused,
}
RESULTS = {
    FAILED: Meaning.REFUSED,
    "18012": Meaning.REFUSED,  # the unit has no right to charge this item
    "18001": Meaning.NOT_FOUND,  # inferred, as those below
    "18002": Meaning.PAID,
    "18003": Meaning.VOIDED,
    "18004": Meaning.PAID_ALREADY,
    "18005": Meaning.AMOUNT,
}


def check(answer: Fields, asked: str, own: Mapping[str, Meaning]) -> None:
    """Raises what the result says; what is no result of this question is `Malformed`."""
    if answer.get("OriMsgNo") != asked or not (result := answer.get("Result")):
        raise Malformed("an answer to another message", field="OriMsgNo")
    if result != DONE:
        meaning = {**RESULTS, **own}.get(result, Meaning.REFUSED)
        raise ERRORS[meaning](f"finance answered {result}")
