"""A bill's header held against the columns that are known: by name, wherever they stand. Pure.

Platforms add columns, and drop such as nobody needs: both are remarked upon, for what is read is
the same, and the bill's own sums must hold. A column that is read and is not there stops the bill.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from payment.reconciliation.wrong_bills import BillColumnsChanged


def check_columns(
    names: Sequence[str], needed: Collection[str], *, what: str, where: str = "line 1"
) -> None:
    """Raises `BillColumnsChanged`, naming the columns. `what`: the header that it is to be."""
    missing = [name for name in needed if name not in names]
    if len(missing) > len(needed) // 2:
        raise BillColumnsChanged(f"{where}: not the header of {what}")
    if missing:
        raise BillColumnsChanged(f"{where}: no column {', '.join(sorted(missing))}")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise BillColumnsChanged(f"{where}: named twice: {', '.join(sorted(twice))}")


def remarks_on(bill: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """What is new in a header that can be used, and what is gone."""
    names, known = tuple(names), tuple(known)
    new = [name or "（无名）" for name in names if name not in known]
    gone = [name for name in known if name not in names]
    if new:
        yield f"{bill} 对账单新增列：{'、'.join(new)}；已读各列不受影响"
    if gone:
        yield f"{bill} 对账单少了列：{'、'.join(gone)}；对账不需要，已读各列不受影响"
