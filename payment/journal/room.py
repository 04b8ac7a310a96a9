"""The journal put together: what orders write into it, and how it is held against the rest."""

from channel_gateway.ports import ChainWitness, Statements, Tools
from channel_gateway.service import Table
from payment.journal.journal import Journalling
from payment.journal.parity import Parities
from payment.journal.witness import MoneyWitness
from payment.parts import Parts
from payment.reconciliation.gathering.statements import FinanceStatements


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    chain = tools.chains.chain("journal")
    finance = FinanceStatements(parts.jurisdictions, table.offered(Statements))
    table.reactions += Journalling(parts.journal, parts.methods).rows()
    table.offer(Parities, tools.name, Parities(chain, parts.orders, parts.methods, finance))
    table.offer(ChainWitness, tools.name, MoneyWitness(parts.orders))
