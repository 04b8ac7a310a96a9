"""What the lines of an account's bill come to, to be held against what the bill itself says."""

from dataclasses import dataclass

from payment.connectors.bill_sums import BillSumsDisagree


@dataclass
class AccountSums:
    """Grows line by line, for a day may have a million; `outgo_fen` is never negative."""

    incomes: int = 0
    income_fen: int = 0
    outgoes: int = 0
    outgo_fen: int = 0
    takings_fen: int = 0  # of the kinds that are the day's business
    payments: int = 0  # lines of citizens' payments: there must be a trade bill beside

    def add_income(self, fen: int, *, counts: bool) -> None:
        self.incomes += 1
        self.income_fen += fen
        self.takings_fen += fen if counts else 0

    def add_outgo(self, fen: int, *, counts: bool) -> None:
        self.outgoes += 1
        self.outgo_fen += fen
        self.takings_fen -= fen if counts else 0


def hold_against(bill: str, name: str, said: int, found: int) -> None:
    """Raises `BillSumsDisagree` where a number of the bill is not what its lines come to."""
    if said != found:
        raise BillSumsDisagree(f"{bill}: {name} is said to be {said}, the lines come to {found}")
