"""What every payment method must make of callbacks: true ones, repeated, forged, old, altered."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from channel_gateway.domain.errors import Forged, Stale
from channel_gateway.wire import Headers, HttpRequest
from mock_platforms.keys import KeyFolder
from payment.facts import PaymentFact
from payment.ports import PaymentMethod
from tests.contracts.payment_method.till import Till
from tests.contracts.rig import MethodRig, rigs
from tests.contracts.world import play

VECTORS = Path(__file__).parents[2] / "vectors"
METHODS = rigs(MethodRig, "METHOD")
FORGERIES = [
    pytest.param(rig, kind, error, id=f"{rig.plugin}-{kind}")
    for rig in METHODS
    for kind, error in rig.forgeries.items()
]
PUBLISHED = [rig for rig in METHODS if rig.published]


async def test_reading_a_callback_again_says_the_same(till: Till) -> None:
    callback = await till.pay(till.order())

    assert await till.read(callback) == await till.read(callback)


async def test_a_callback_names_for_whom_it_is(till: Till) -> None:
    fact = await till.paid(till.order())

    assert (fact.app, fact.merchant) == (till.method.app, till.method.merchant)


@pytest.mark.parametrize(("rig", "kind", "error"), FORGERIES)
async def test_a_forged_callback_is_refused_and_the_true_one_believed(
    till: Till, kind: str, error: type[Forged]
) -> None:
    await till.world.fault(till.rig.platform, kind, till.rig.payment_callback)
    till.world.reply = lambda: till.method.answer(accepted=False)
    forged = await till.pay(order := till.order())

    with pytest.raises(error):
        await till.read(forged)

    await _its_next_try(till, order.order_id)
    assert isinstance(await till.read(await till.world.callback()), PaymentFact)


async def test_a_callback_kept_too_long_is_stale(till: Till) -> None:
    callback = await till.pay(till.order())
    await till.world.advance(till.rig.stale_after)

    with pytest.raises(Stale):
        await till.read(callback)


async def test_no_altered_byte_makes_another_fact(till: Till) -> None:
    callback = await till.pay(till.order())
    fact = await till.read(callback)

    for place in range(0, len(callback.body), max(1, len(callback.body) // 150)):
        try:
            read = await till.read(_altered(callback, place))
        except Forged:
            continue
        assert read == fact, f"byte {place} is not under the signature, and matters"


async def test_a_callback_cut_short_is_refused(till: Till) -> None:
    callback = await till.pay(till.order())

    for length in (0, 1, len(callback.body) // 2, len(callback.body) - 1):
        with pytest.raises(Forged):
            await till.read(replace(callback, body=callback.body[:length]))


async def test_a_callback_nobody_signed_is_refused(till: Till) -> None:
    for body in (b"", b"{}", b"a=1&sign=", b"\xff\xfe"):
        with pytest.raises(Forged):
            await till.read(HttpRequest("POST", "/callbacks/any", Headers(), body))


async def test_what_is_accepted_does_not_come_again(till: Till) -> None:
    await till.pay(order := till.order())

    attempt = await _delivered(till, order.order_id)

    assert (attempt["outcome"], attempt["next_at"]) == ("accepted", None)


async def test_what_is_not_accepted_comes_again_until_it_is(till: Till) -> None:
    till.world.reply = lambda: till.method.answer(accepted=False)
    first = await till.pay(order := till.order())
    assert (await _delivered(till, order.order_id))["outcome"] == "refused"

    till.world.reply = lambda: till.method.answer(accepted=True)
    await _its_next_try(till, order.order_id)

    assert await till.read(await till.world.callback()) == await till.read(first)
    assert (await _delivered(till, order.order_id))["outcome"] == "accepted"


@pytest.mark.parametrize("rig", PUBLISHED, ids=lambda rig: rig.plugin)
async def test_a_published_callback_is_read_as_it_says(
    tmp_path: Path, stand_in_keys: KeyFolder, rig: MethodRig
) -> None:
    assert rig.published is not None
    sample = json.loads((VECTORS / rig.published.file).read_text())
    (key_file := tmp_path / "published.pem").write_text(sample["platform_key"])
    table = {**rig.table, rig.published.key_setting: str(key_file)}
    callback = HttpRequest("POST", "/", Headers(sample["headers"]), sample["body"].encode())

    async with play(tmp_path, stand_in_keys, [rig.stand_in], {rig.plugin: table}) as world:
        method: PaymentMethod = world.part(PaymentMethod, rig.plugin)
        fact = await method.read_callback(callback, datetime.fromisoformat(sample["now"]))

    paid_at = datetime.fromisoformat(sample["says"].pop("paid_at"))
    assert fact == PaymentFact(**sample["says"], paid_at=paid_at)


def _altered(callback: HttpRequest, place: int) -> HttpRequest:
    body = bytearray(callback.body)
    body[place] ^= 1
    return replace(callback, body=bytes(body))


async def _delivered(till: Till, order_id: str) -> dict[str, object]:
    """The last attempt, once its answer has arrived at the stand-in: that ends the clock's turn."""
    await till.world.running.stage.clock.run_due()
    return (await till.world.deliveries(order_id))[-1]


async def _its_next_try(till: Till, order_id: str) -> None:
    """Move the clock to the platform's next attempt."""
    attempt = await _delivered(till, order_id)
    pause = datetime.fromisoformat(str(attempt["next_at"])) - till.world.now()
    await till.world.advance(pause)
