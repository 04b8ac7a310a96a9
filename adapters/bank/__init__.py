"""A bank that says what came in, by signed JSON: a day's credits with their count and total.

Shape: docs/reference/bills.md. Calls are signed as docs/reference/finance-json.md says.
"""

from adapters.bank.statements import JsonBank, Settings
from channel_gateway.ports import BankStatements, Tools
from channel_gateway.service import Table

__all__ = ["Settings", "build"]


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    table.offer(BankStatements, tools.name, JsonBank(settings, tools))
