"""The national-style finance protocol CNNONTAX over TCP (政府非税收入收缴电子化管理接口报文规范).

Facts: docs/reference/finance-cnnontax.md, which says of each message how sure we are.
"""

from adapters.finance.cnnontax.asking import AskedStatements
from adapters.finance.cnnontax.authority import Cnnontax
from adapters.finance.cnnontax.listening import Counter
from adapters.finance.cnnontax.numbers import NUMBERS
from adapters.finance.cnnontax.settings import Settings
from adapters.finance.telling import hearers_of
from adapters.finance.word_stories import WordStories
from adapters.finance.words import WORDS, Words
from channel_gateway.addresses import network
from channel_gateway.ports import NoticeAuthority, Statements, Tools
from channel_gateway.service import Listener, Story, Table

COLLECTIONS = (NUMBERS, WORDS)

__all__ = ["COLLECTIONS", "Settings", "build"]


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    authority, words = Cnnontax(settings, tools), Words(tools.name, tools.store, tools.vault)
    table.offer(NoticeAuthority, tools.name, authority)
    table.offer(Statements, tools.name, AskedStatements(authority, words, tools.clock))
    table.stories.append(Story("what finance said", WordStories(tools.name, words).tell))
    if settings.listening:
        host, _, port = settings.listening.rpartition(":")
        counter = Counter(settings.node(), tools, hearers_of(table))
        callers = tuple(map(network, settings.callers))
        row = Listener(tools.name, host, int(port), counter.answer, callers=callers)
        table.listeners.append(row)
