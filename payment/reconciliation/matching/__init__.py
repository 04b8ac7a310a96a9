"""A day's books of one payment method, matched three ways in bounded memory.

    spool = Spool(folder, partitions_for(lines))
    spool.lay(Side.CHANNEL, source.columns(bill))       # whole, or page by page
    spool.put(Side.GATEWAY, orders_of_the_day)
    spool.put(Side.GATEWAY, orders_near_midnight, near=True)   # of the neighbouring days
    spool.put(Side.FINANCE, statement)
    matched = match(spool, Question(day, method))
    matched.by_unit, matched.differences(), matched.repeated()

It is slow work over files: from a coroutine call it in a thread (`asyncio.to_thread`). With a
`helper` two processes share the partitions; one may read the bill meanwhile (`fill`).
"""

from payment.reconciliation.matching.engine import helper, match
from payment.reconciliation.matching.outcome import Matched, Question, Repeated, Sums
from payment.reconciliation.matching.spool import Filled, Spool, fill, partitions_for

__all__ = [
    "Filled",
    "Matched",
    "Question",
    "Repeated",
    "Spool",
    "Sums",
    "fill",
    "helper",
    "match",
    "partitions_for",
]
