"""A Zhejiang-type public payment platform: it pulls our notices, and pushes that they are paid.

Facts: docs/reference/finance-soap.md, which says of each message how sure we are. Money for these
notices is taken on the platform alone; what it pushes is unsigned, so it is asked before believed.
"""

from pydantic import Field

from adapters.finance.soap.authority import SoapAuthority
from adapters.finance.soap.counter import REFUSED, Counter
from adapters.finance.soap.kept import KEPT, TRANSITIONS, KeptNotices
from adapters.finance.soap.platform import Platform
from adapters.finance.soap.reactions import Reactions
from adapters.finance.soap.takings import SoapTakings
from adapters.finance.telling import hearers_of
from adapters.finance.word_stories import WordStories
from adapters.finance.words import WORDS, Words
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import NoticeAuthority, PlatformTakings, Tools
from channel_gateway.sections import Section
from channel_gateway.service import Callback, Story, Table

COLLECTIONS = (KEPT, WORDS)


class Settings(Section):
    base_url: HttpAddress  # of the platform's service, as it gave it
    channel_no: str = Field(pattern=r"^\d{9}$", description="CHANNELNO; begins with the region")


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    kept = KeptNotices(tools.store, tools.vault)
    platform = Platform(settings.base_url, settings.channel_no, tools.http)
    authority = SoapAuthority(settings.channel_no, kept, platform, tools.clock, tools.randomness)
    table.offer(NoticeAuthority, tools.name, authority)
    words = Words(tools.name, tools.store, tools.vault)
    table.offer(PlatformTakings, tools.name, SoapTakings(kept, platform, words, tools.clock))
    table.stories.append(Story("what the platform said", WordStories(tools.name, words).tell))
    reactions = Reactions(tools.name, kept, platform, words, hearers_of(table))
    table.reactions += reactions.rows()
    table.callbacks.append(
        Callback(
            tools.name,
            f"/finance/{tools.name}",
            Counter(settings.channel_no, kept).receive,
            "The public payment platform pulls notices and pushes payments, unsigned (SOAP)",
            refusal=REFUSED,
            unsigned=True,
            keeps_refused=True,
        )
    )
    table.states[tools.name] = TRANSITIONS
