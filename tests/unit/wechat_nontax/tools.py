"""What the connector is built with."""

from collections.abc import Mapping
from typing import Any

from channel_gateway.ports import Clock, Randomness, Store, Tools
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpSender


def tools_of(
    section: Mapping[str, Any],
    store: Store,
    http: HttpSender,
    clock: Clock,
    randomness: Randomness,
) -> Tools:
    untouched: Any = None
    return Tools(
        name="wechat_nontax",
        section=section,
        store=store,
        http=http,
        clock=clock,
        randomness=randomness,
        vault=Vault({"1": b"k" * 32}, b"i" * 32, randomness),
        identities=untouched,
        chains=untouched,
        public_url="https://gateway.example",
    )
