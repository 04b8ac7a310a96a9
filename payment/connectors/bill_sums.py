"""What a bill's lines add up to, against what the bill says of itself. Pure over a file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager

from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.connectors.bill_table import Block, Table, cut
from payment.reconciliation.wrong_bills import BillWrong

AT_ONCE = 500_000  # lines whose digests are held while repeated ones are looked for
COUNT = "count"

Sums = Counter[str]  # a name of a sum → what it is, in fen, or 10⁻⁵ yuan for fees
Adding = Callable[[Block], Mapping[str, int]]


class BillSumsDisagree(BillWrong):
    """Every line could be read, but they do not add up to what the bill itself says.

    It is raised after the last line: who has the lines may look at them, and believe none.
    """

    code = "bill_sums_disagree"


def compare(
    said: Mapping[str, int],
    counted: Sums,
    opened: Callable[[], AbstractContextManager[Table]],
    adding: Adding,
    *,
    at_once: int = AT_ONCE,
) -> None:
    """Raise `BillSumsDisagree` unless the bill says what its lines add up to.

    A platform that wrote a line twice may have counted it once: only then is the file read again.
    """
    if not _wrong(said, counted):
        return
    once = counted.copy()
    for block in _repeated(opened, counted[COUNT] // at_once + 1):
        once.subtract(adding(block))
    wrong = _wrong(said, once)
    if wrong:
        name = wrong[0]
        raise BillSumsDisagree(f"{name}: the bill says {said[name]}, its lines {once[name]}")


def left_out(said: Mapping[str, int], counted: Mapping[str, int], names: Iterable[str]) -> str:
    """What the lines that were set aside must come to, in words; `names`: sums in fen."""
    apart = {name: said[name] - counted[name] for name in names if name in said}
    return "，".join(f"{name} {yuan_from_fen(Fen(fen))} 元" for name, fen in apart.items() if fen)


def _wrong(said: Mapping[str, int], counted: Sums) -> list[str]:
    return [name for name in said if said[name] != counted[name]]


def _repeated(opened: Callable[[], AbstractContextManager[Table]], passes: int) -> Iterator[Block]:
    """The lines that came before in the same file, word for word, a share of them in each pass."""
    for number in range(passes):
        seen: set[int] = set()
        with opened() as table:
            for text in table.texts():
                whole = text.split(table.layout.newline)
                again = list(_seen_before(whole, seen, passes, number))
                if again:
                    yield cut(table.layout.newline.join(again), table.layout, 0)


def _seen_before(
    lines: Iterable[bytes], seen: set[int], passes: int, number: int
) -> Iterator[bytes]:
    for line in lines:
        digest = hash(line)
        if digest % passes == number:
            if digest in seen:
                yield line
            seen.add(digest)
