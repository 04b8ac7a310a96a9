"""The audit trail says who did what, and what was refused there was not done."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.domain.errors import Conflict, GatewayError, Unavailable
from channel_gateway.ports import Chain
from channel_gateway.staff.trail import Deed, Trail
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from payment.deeds import Deeds
from payment.refunds import RefundTooMuch
from tests.unit.payment.fakes import CountingNames, MovedClock
from tests.unit.payment.samples import NOW

APPROVE = "POST /v1/staff/refund-cases/{case_id}/approve"


class Office:
    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.clock = MovedClock(NOW)
        self.trail = Trail(chain, self.clock, CountingNames())

    async def approves(self, name: str, case_id: str, trouble: Exception | None = None) -> None:
        deed = Deed(name, APPROVE, {"case_id": case_id})
        with suppress(GatewayError, RuntimeError):
            async with self.trail.of(deed):
                if trouble:
                    raise trouble

    async def has(self, name: str, case_id: str = "RC1", *done_too: str) -> bool:
        deeds = await Deeds.of(self.chain, [APPROVE], done_too=done_too)
        return deeds.has(name, APPROVE, NOW, case_id=case_id)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    store = MemoryStore(CHAINS)
    await store.open()
    chains = StoredChains(store, Vault({"1": b"k" * 32}, b"i" * 32, CountingNames()))
    yield Office(chains.chain("audit"))
    await store.close()


async def test_who_did_it_did_it_to_that_alone(office: Office) -> None:
    await office.approves("zhao", "RC1")
    assert await office.has("zhao")
    assert not await office.has("qian")
    assert not await office.has("zhao", "RC2")


async def test_what_was_refused_was_not_done(office: Office) -> None:
    await office.approves("zhao", "RC1", Conflict())
    assert not await office.has("zhao")
    await office.approves("zhao", "RC1", RefundTooMuch())
    assert not await office.has("zhao")
    assert await office.has("zhao", "RC1", RefundTooMuch.code)


@pytest.mark.parametrize("trouble", [Unavailable(), RuntimeError()])
async def test_of_what_nobody_knows_it_may_have_been_done(
    office: Office, trouble: Exception
) -> None:
    await office.approves("zhao", "RC1", trouble)
    assert await office.has("zhao")


async def test_what_was_done_at_another_time_is_another_deed(office: Office) -> None:
    office.clock.move(minutes=11)
    await office.approves("zhao", "RC1")
    assert not await office.has("zhao")
