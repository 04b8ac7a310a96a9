"""What every platform's own page of a parcel must be: true, told once, and never guessed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import ParcelCards
from tests.contracts.parcel_cards.showcase import WAYBILL, Showcase

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")


def test_it_says_the_channels_name(showcase: Showcase) -> None:
    port: ParcelCards = showcase.cards

    assert port.channel == showcase.rig.plugin


async def test_a_parcel_paid_for_on_the_channel_is_shown_there(showcase: Showcase) -> None:
    card = showcase.card(payment=await showcase.paid())

    opens = await showcase.show(card)

    assert opens
    shown = await showcase.shown(card)
    assert shown is not None
    assert card.payment is not None
    assert card.payment.transaction in shown.values()
    assert WAYBILL in str(shown)
    assert "不动产权证书" in str(shown)


async def test_what_opens_it_is_no_phone_and_no_name(showcase: Showcase) -> None:
    opens = str(await showcase.show(showcase.card(payment=await showcase.paid())))

    assert "13800138000" not in opens
    assert showcase.citizen.reveal() not in opens


async def test_the_same_again_changes_nothing_and_opens_it_too(showcase: Showcase) -> None:
    card = showcase.card(payment=await showcase.paid())
    await showcase.show(card)
    await showcase.world.advance(timedelta(seconds=1))

    assert await showcase.show(card)

    shown = await showcase.shown(card)
    assert shown is not None
    assert shown.get("history", ["taked_goods"]) == ["taked_goods"]


async def test_it_goes_on_with_the_parcel(showcase: Showcase) -> None:
    payment = await showcase.paid()
    for stage in (Stage.WAYBILL, Stage.PICKED_UP, Stage.OUT_FOR_DELIVERY, Stage.SIGNED):
        await showcase.show(showcase.card(stage, payment=payment))
        await showcase.world.advance(timedelta(hours=1))

    shown = await showcase.shown(showcase.card())
    assert shown is not None
    assert shown["status"] == ("signed" if "history" in shown else 0)  # WeChat asks by itself


async def test_another_parcel_of_the_same_payment_is_shown_too(showcase: Showcase) -> None:
    """It came back, and was sent again."""
    first = showcase.card(Stage.RETURNED, payment=await showcase.paid())
    await showcase.show(first)
    await showcase.world.advance(timedelta(seconds=1))
    second = replace(first, id="D20260302A1-2", waybill="EMS1136281381676", stage=Stage.PICKED_UP)

    assert await showcase.show(second)
    await showcase.world.advance(timedelta(seconds=1))
    assert await showcase.show(replace(second, stage=Stage.SIGNED))

    shown = await showcase.shown(second)
    assert shown is not None
    assert second.waybill in str(shown)
    assert WAYBILL not in str(shown)


async def test_a_payment_elsewhere_is_not_named(showcase: Showcase) -> None:
    elsewhere = replace(await showcase.paid(), channel="another")
    card = showcase.card(payment=elsewhere)

    opens = await showcase.show(card)

    shown = await showcase.shown(card)
    if showcase.rig.only_paid:
        assert (opens, shown) == (None, None)
        calls = await showcase.world.control("GET", "/requests")
        assert showcase.rig.call not in str(calls)
    else:
        assert opens
        assert shown is not None
        assert elsewhere.transaction not in shown.values()


@pytest.mark.parametrize("kind", BREAKS)
async def test_an_answer_that_is_lost_is_unknown_and_asking_again_is_safe(
    showcase: Showcase, kind: str
) -> None:
    card = showcase.card(payment=await showcase.paid())
    await showcase.world.fault(showcase.rig.platform, kind, showcase.rig.call)
    with pytest.raises(Unavailable):
        await showcase.show(card)
    await showcase.world.advance(timedelta(seconds=1))

    assert await showcase.show(card)

    assert await showcase.shown(card) is not None
