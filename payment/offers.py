"""Of what a person owes, what may be paid at this moment."""

import logging
from datetime import datetime

from channel_gateway.domain.notices import Notice
from payment.quote import NoticeExempt, NoticePaid, NoticeVoid, Quote, QuoteDisagrees, quote

log = logging.getLogger(__name__)


def offer(notice: Notice, now: datetime) -> Quote | None:
    """A notice that may be paid now; one that a person must look at does not hide the others."""
    try:
        return quote(notice, now)
    except (NoticePaid, NoticeVoid, NoticeExempt):
        return None
    except QuoteDisagrees:
        log.warning(
            "notice not offered",
            extra={"action": "quote_disagrees", "unit_code": notice.unit_code},
        )
        return None


def key_of(notice: Notice) -> str:
    """Under which its orders lie."""
    return f"{notice.region}|{notice.pay_code}"
