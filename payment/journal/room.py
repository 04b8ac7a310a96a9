"""The journal put together: what orders write into it, and how it is held against the rest."""

from channel_gateway.ports import ChainWitness, Statements, Tools
from channel_gateway.service import Table
from payment.journal.journal import Journalling
from payment.journal.parity import FinanceBooks, Parities
from payment.journal.witness import MoneyWitness
from payment.parts import Parts


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    chain = tools.chains.chain("journal")
    books = FinanceBooks(lambda: table.offered(Statements).values())
    table.reactions += Journalling(parts.journal, parts.methods).rows()
    table.offer(Parities, tools.name, Parities(chain, parts.orders, parts.methods, books.lines))
    table.offer(ChainWitness, tools.name, MoneyWitness(parts.orders))
