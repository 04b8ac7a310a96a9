"""Messages reach one phone, in order, by the best outlet; what may be on its way, never twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import (
    NotReached,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.domain.tasks import given_up
from channel_gateway.ports import ConsentChange, NoConsent, WrongTemplate
from channel_gateway.services.message.choosing import LADDER, not_arrived
from channel_gateway.services.message.message import Attempt, Result, Trigger, ended
from channel_gateway.services.message.messages import SEND
from channel_gateway.store.memory import MemoryStore
from channel_gateway.worker.dead_letters import DeadLetters
from tests.unit.message.post import NOON, Killed, PlayedOutlet, after_a_kill, fails, open_post

BOOKED = "appointment:A1:booked"
MOVED = "appointment:A1:moved"


async def test_a_message_reaches_the_phone_once_however_often_it_is_told(
    store: MemoryStore,
) -> None:
    post = open_post(store)
    lin = await post.log_in()

    await post.tell(lin, id="same")
    await post.work()
    await post.tell(lin, id="same", happening=Happening.MOVED)
    await post.work()

    assert post.outlets["wechat"].subjects() == [BOOKED]
    assert await post.state("same") == "sent"


async def test_a_letter_has_the_words_of_the_file_in_the_fields_of_the_template(
    store: MemoryStore,
) -> None:
    post = open_post(store)
    await post.tell(await post.log_in())
    await post.work()

    ((_, letter),) = post.outlets["wechat"].phones
    assert (letter.template, letter.values) == ("t-wechat", {"thing1": "<service>"})


async def test_words_are_sealed_at_rest(store: MemoryStore) -> None:
    post = open_post(store)
    id = await post.tell(await post.log_in())

    assert "<service>" not in str(await store.get("messages", id))


async def test_nothing_is_kept_of_a_person_nobody_knows(store: MemoryStore) -> None:
    post = open_post(store)

    await post.tell("nobody")

    assert await store.find("messages") == []


async def test_a_message_waits_for_those_before_it(store: MemoryStore) -> None:
    outlet = PlayedOutlet(before=fails(TooMany(retry_after_s=600)))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()

    await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.tell(lin, subject="appointment:A2")
    await post.work()
    assert outlet.subjects() == ["appointment:A2:booked"]

    await post.work_for(timedelta(minutes=20))
    assert outlet.subjects() == ["appointment:A2:booked", BOOKED, MOVED]


async def test_one_that_is_stuck_is_given_up_and_holds_up_nobody_for_ever(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(before=fails(*[TooMany(retry_after_s=600)] * 8))
    post = open_post(store, {"wechat": outlet}, patience_hours=1)
    lin = await post.log_in()

    stuck = await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.work_for(timedelta(hours=2))

    assert await post.state(stuck) == "given_up"
    assert outlet.subjects() == [MOVED]


async def test_a_killed_worker_s_message_is_asked_about_and_not_sent_again(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(after=[Killed()])
    post = open_post(store, {"wechat": outlet})
    id = await post.tell(await post.log_in())
    with pytest.raises(Killed):
        await post.work()

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work()

    assert (outlet.subjects(), outlet.asked) == ([BOOKED], 1)
    assert await post.state(id) == "sent"


async def test_a_worker_killed_before_the_platform_had_it_is_made_up_for(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(before=[Killed()])
    post = open_post(store, {"wechat": outlet})
    await post.tell(await post.log_in())
    with pytest.raises(Killed):
        await post.work()

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work()

    assert outlet.subjects() == [BOOKED]


async def test_what_may_have_arrived_is_asked_about_a_few_times_and_never_sent_again(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(knows=False, after=fails(Unavailable))
    post = open_post(store, {"wechat": outlet})
    id = await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=3))

    assert (len(outlet.calls), outlet.asked) == (1, 4)
    assert await post.state(id) == "perhaps"


async def test_that_a_platform_cannot_be_asked_now_says_nothing_of_the_letter(
    store: MemoryStore,
) -> None:
    trouble = fails(RefusedForNow, Unavailable, TooMany(retry_after_s=30))
    outlet = PlayedOutlet(after=fails(Unavailable), on_asking=trouble)
    post = open_post(store, {"wechat": outlet})
    id = await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=1))

    assert (len(outlet.calls), outlet.asked) == (1, 4)
    assert await post.state(id) == "sent"


async def test_the_same_letter_is_sent_again_where_it_arrives_once(store: MemoryStore) -> None:
    outlet = PlayedOutlet(repeatable=True, knows=False, after=fails(Unavailable, Unavailable))
    post = open_post(store, {"wechat": outlet})
    id = await post.tell(await post.log_in())

    await post.work_for(timedelta(minutes=5))

    assert len({letter.id for letter in outlet.calls}) == 1
    assert (len(outlet.calls), outlet.subjects()) == (3, [BOOKED])
    assert await post.state(id) == "sent"


async def test_what_may_have_arrived_goes_on_to_outlets_that_repeat_alone(
    store: MemoryStore,
) -> None:
    lost = PlayedOutlet(knows=False, before=fails(Unavailable))
    other, city = PlayedOutlet(), PlayedOutlet(repeatable=True)
    outlets = {"wechat": lost, "other": other, "city": city}
    post = open_post(store, outlets, order=("wechat", "other", "city"))
    await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=1))

    assert (len(lost.calls), other.calls, city.subjects()) == (1, [], [BOOKED])


async def test_a_platform_that_is_down_for_a_day_gets_it_in_the_end(store: MemoryStore) -> None:
    outlet = PlayedOutlet(repeatable=True, knows=False, before=fails(*[Unavailable] * 30))
    post = open_post(store, {"wechat": outlet}, quiet_from="08:00")
    await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=30), step=timedelta(minutes=10))

    assert outlet.subjects() == [BOOKED]


async def test_without_consent_the_next_outlet_is_taken_and_the_first_never_asked_again(
    store: MemoryStore,
) -> None:
    asked = PlayedOutlet(by_consent=True, before=fails(NoConsent))
    city = PlayedOutlet(repeatable=True)
    post = open_post(store, {"wechat": asked, "wechat_city": city})
    lin = await post.log_in()

    await post.tell(lin)
    await post.work()
    await post.tell(lin, Happening.MOVED)
    await post.work()

    assert len(asked.calls) == 1
    assert city.subjects() == [BOOKED, MOVED]


async def test_who_says_no_everywhere_in_one_channel_is_told_in_the_other(
    store: MemoryStore,
) -> None:
    wechat = PlayedOutlet(before=fails(Refused))
    alipay = PlayedOutlet("alipay")
    post = open_post(store, {"wechat": wechat, "alipay": alipay})
    lin = await post.log_in()
    for account in (lin, await post.log_in("lin-2088", "alipay")):
        await post.identities.belong(account, "person")

    await post.tell("person", account=lin)
    await post.work()

    assert (len(wechat.calls), alipay.subjects("lin-2088")) == (1, [BOOKED])


async def test_the_account_the_matter_was_begun_with_is_first(store: MemoryStore) -> None:
    wechat, alipay = PlayedOutlet(), PlayedOutlet("alipay")
    post = open_post(store, {"wechat": wechat, "alipay": alipay})
    there = await post.log_in("lin-2088", "alipay")
    for account in (await post.log_in(), there):
        await post.identities.belong(account, "person")

    await post.tell("person", account=there)
    await post.work()

    assert (wechat.phones, alipay.subjects("lin-2088")) == ([], [BOOKED])


async def test_somebody_else_s_account_hears_nothing(store: MemoryStore) -> None:
    """Who paid for another is not told what the other is told."""
    post = open_post(store)
    lin, friend = await post.log_in(), await post.log_in("friend")

    await post.tell(lin, account=friend)
    await post.work()

    assert [who for who, _ in post.outlets["wechat"].phones] == ["lin"]


async def test_nobody_takes_it_so_the_inbox_alone_has_it(store: MemoryStore) -> None:
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(Refused))})
    id = await post.tell(await post.log_in())

    await post.work()

    assert await post.state(id) == "inbox_only"


async def test_a_wrong_template_is_one_letter_to_the_operators_that_names_file_and_field(
    store: MemoryStore,
) -> None:
    wrong = WrongTemplate(field="thing3")
    outlet = PlayedOutlet(before=fails(wrong, wrong))
    post = open_post(store, {"wechat": outlet, "wechat_city": PlayedOutlet(repeatable=True)})
    lin = await post.log_in()

    await post.tell(lin)
    await post.tell(lin, subject="appointment:A2")
    await post.work()

    (letter,) = await DeadLetters(store, post.table.reactions).list()
    assert letter.detail == "GA-QZ-21: messages.booked.wechat, template t-wechat, field thing3"
    assert letter.note.endswith("put the service file right (2 messages so far)")
    assert len(post.outlets["wechat_city"].phones) == 2


async def test_what_is_not_worth_attention_any_more_is_not_sent(store: MemoryStore) -> None:
    post = open_post(store)
    soon = post.clock.now() + timedelta(minutes=1)
    id = await post.tell(await post.log_in(), good_until=soon)
    post.clock.move(minutes=2)

    await post.work()

    assert (post.outlets["wechat"].calls, await post.state(id)) == ([], "out_of_date")


async def test_at_night_phones_are_left_alone_until_the_morning(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    post.clock.move(hours=11)  # 23:00
    await post.tell(lin, Happening.CASE_DECIDED)
    await post.work()
    assert post.outlets["wechat"].phones == []

    post.clock.move(hours=9)  # 08:00
    await post.work()
    assert len(post.outlets["wechat"].phones) == 1


async def test_what_is_over_before_the_morning_is_not_waited_with(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    post.clock.move(hours=11)
    good_until = post.clock.now() + timedelta(hours=8)  # 07:00

    id = await post.tell(lin, Happening.REMINDER, good_until=good_until)
    await post.work()

    assert await post.state(id) == "out_of_date"


async def test_a_consent_is_spent_once_for_a_message_whatever_dies_meanwhile(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(by_consent=True, after=[Killed()])
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    given = ("wechat", "wechat-app", OpenId("lin"), (ConsentChange("t-wechat", True),))
    for push in ("1", "2"):
        await post.counted.heard(*given, id=push, at=post.clock.now())
    id = await post.tell(lin)
    with pytest.raises(Killed):
        await post.work()

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work()

    assert await post.state(id) == "sent"
    assert [each.left for each in await post.counted.of(lin)] == [1]


async def test_who_is_forgotten_while_it_is_on_its_way_may_have_it(store: MemoryStore) -> None:
    outlet, alipay = PlayedOutlet(after=fails(Unavailable)), PlayedOutlet("alipay")
    post = open_post(store, {"wechat": outlet, "alipay": alipay})
    lin, there = await post.log_in(), await post.log_in("lin-2088", "alipay")
    for account in (lin, there):
        await post.identities.belong(account, "person")
    id = await post.tell("person", account=lin)
    await post.work()
    await post.identities.forget(lin)

    await post.work_for(timedelta(minutes=10))

    assert (await post.state(id), alipay.phones) == ("perhaps", [])


async def test_a_platform_that_always_says_later_is_asked_ever_more_seldom(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(before=fails(*[TooMany(retry_after_s=1)] * 99))
    post = open_post(store, {"wechat": outlet})
    await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=6))

    assert len(outlet.calls) < 15


async def test_an_urgent_message_takes_the_earlier_ones_of_its_subject_with_it(
    store: MemoryStore,
) -> None:
    post = open_post(store)
    lin = await post.log_in()
    post.clock.move(hours=11)
    await post.tell(lin, Happening.SENT, "parcel:P1")
    await post.work()

    await post.tell(lin, Happening.OUT_FOR_DELIVERY, "parcel:P1")
    await post.work_for(timedelta(minutes=1))

    assert post.outlets["wechat"].subjects() == ["parcel:P1:sent", "parcel:P1:out_for_delivery"]


async def test_an_outlet_whose_settings_are_gone_is_not_waited_for(store: MemoryStore) -> None:
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(TooMany(retry_after_s=60)))})
    id = await post.tell(await post.log_in())
    await post.work()
    post.files.named.clear()

    post.clock.move(minutes=2)
    await post.work()

    assert await post.state(id) == "inbox_only"


async def test_of_what_may_be_on_its_way_it_is_asked_although_a_later_one_revokes_it(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(after=fails(Unavailable))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    booked = await post.tell(lin)
    await post.work()
    await post.tell(lin, Happening.CANCELLED)

    post.clock.move(minutes=6)
    await post.work()

    assert (outlet.asked, await post.state(booked)) == (1, "sent")


async def test_who_is_killed_before_waking_the_next_wakes_it_when_the_lease_is_over(
    store: MemoryStore,
) -> None:
    outlet = PlayedOutlet(before=fails(NotReached))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    first = await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.work()
    await post.messages.change(first, lambda one: ended(one, Trigger.SEND, post.clock.now()))

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work()

    assert outlet.subjects() == [MOVED]


async def test_a_dead_letter_holds_up_nobody_behind_it(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    dead = await post.tell(lin)
    await post.messages.change(dead, lambda one: given_up(one, SEND, at=0, note="broken"))

    await post.tell(lin, Happening.MOVED)
    await post.work()

    assert post.outlets["wechat"].subjects() == [MOVED]


def test_what_never_arrives_is_not_sent_for_ever() -> None:
    tried = Attempt("a", "wechat", "t", NOON, NOON, Result.UNKNOWN, tries=len(LADDER))

    assert not_arrived(tried).result is Result.NOT_SENT
    assert not_arrived(replace(tried, tries=len(LADDER) + 1)).result is Result.REFUSED
