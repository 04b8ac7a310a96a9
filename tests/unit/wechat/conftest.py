import asyncio
from collections.abc import Callable

import pytest

from adapters.wechat.access_token import PLATFORM_TOKENS, AccessTokens
from adapters.wechat.app import App
from adapters.wechat.channel import WechatChannel
from adapters.wechat.known_pushes import KNOWN_PUSHES
from adapters.wechat.sent_messages import SENT_MESSAGES
from channel_gateway.ports import Store
from channel_gateway.store.leases import LEASES
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from tests.unit.wechat.server_side import FakeWechat
from tests.unit.wechat_pay.platform_side import FakeClock, FakeRandomness

Process = Callable[[], AccessTokens]


@pytest.fixture
def app() -> App:
    return App("http://example.test", "wx1", "the-app-secret")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wechat(clock: FakeClock) -> FakeWechat:
    return FakeWechat(clock)


@pytest.fixture
async def store() -> Store:
    store = MemoryStore([LEASES, PLATFORM_TOKENS, SENT_MESSAGES, KNOWN_PUSHES])
    await store.open()
    return store


@pytest.fixture
def vault() -> Vault:
    return Vault({"k1": b"k" * 32}, b"i" * 32, FakeRandomness())


@pytest.fixture
def process(app: App, store: Store, wechat: FakeWechat, clock: FakeClock, vault: Vault) -> Process:
    """Start another process beside those there are: they share store and platform only."""
    randomness = FakeRandomness()

    async def pause(seconds: float) -> None:
        clock.advance(seconds=seconds)
        await asyncio.sleep(0)  # the others' turn

    def start() -> AccessTokens:
        return AccessTokens(app, store, wechat, clock, randomness, vault, pause=pause)

    return start


@pytest.fixture
def channel(app: App, process: Process, wechat: FakeWechat) -> WechatChannel:
    return WechatChannel(app, process(), wechat, name="wechat")
