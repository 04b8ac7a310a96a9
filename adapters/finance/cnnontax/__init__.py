"""The national-style finance protocol CNNONTAX over TCP (政府非税收入收缴电子化管理接口报文规范).

Facts: docs/reference/finance-cnnontax.md, which says of each message how sure we are.
"""

from adapters.finance.cnnontax.authority import Cnnontax
from adapters.finance.cnnontax.listening import Counter
from adapters.finance.cnnontax.numbers import NUMBERS
from adapters.finance.cnnontax.settings import Settings
from adapters.finance.telling import hearers_of
from channel_gateway.addresses import network
from channel_gateway.ports import NoticeAuthority, Tools
from channel_gateway.service import Listener, Table

COLLECTIONS = (NUMBERS,)

__all__ = ["COLLECTIONS", "Settings", "build"]


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    table.offer(NoticeAuthority, tools.name, Cnnontax(settings, tools))
    if settings.listening:
        host, _, port = settings.listening.rpartition(":")
        counter = Counter(settings.node(), tools, hearers_of(table))
        callers = tuple(map(network, settings.callers))
        row = Listener(tools.name, host, int(port), counter.answer, callers=callers)
        table.listeners.append(row)
