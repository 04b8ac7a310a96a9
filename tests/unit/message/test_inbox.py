"""A citizen's inbox, the consents they give, and what operators see; and all of it forgotten."""

import json

import pytest

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, Letter, NoConsent
from channel_gateway.services.message.refusals import NoSuchMessage
from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import PlayedOutlet, Post, fails, open_post

YES = (ConsentChange("t-wechat", True),)


async def inbox(post: Post, account: str, **query: str):
    return await post.call(account, "GET", "/messages", query=query)


async def decide(post: Post, account: str, decision: str, key: str = "k1", **more):
    body = json.dumps({"results": {"t-wechat": decision}} | more)
    return await post.call(account, "POST", "/message-consents", body=body, key=key)


async def test_the_inbox_has_a_message_of_every_channel_the_newest_first(store: MemoryStore):
    post = open_post(store)
    lin, there = await post.log_in(), await post.log_in("lin-2088", "alipay")
    for account in (lin, there):
        await post.identities.belong(account, "person")
    await post.tell("person", account=there)
    post.clock.move(minutes=1)
    await post.tell("person", Happening.PAID, "order:1")

    for account in (lin, there):
        seen = await inbox(post, account)
        assert [each.title for each in seen.messages] == ["缴费成功", "预约成功"]
        assert (seen.unread, seen.next) == (2, None)


async def test_what_is_told_in_one_moment_is_listed_in_the_order_in_which_it_was_told(
    store: MemoryStore,
):
    post = open_post(store)
    lin = await post.log_in()
    for id in ("z", "y", "x"):
        await post.tell(lin, id=id)

    assert [each.message_id for each in (await inbox(post, lin)).messages] == ["x", "y", "z"]


async def test_the_inbox_is_read_page_by_page(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    for number in range(21):
        await post.tell(lin, subject=f"appointment:A{number}")
        post.clock.move(minutes=1)

    first = await inbox(post, lin)
    second = await inbox(post, lin, after=first.next)

    ids = [each.message_id for each in (*first.messages, *second.messages)]
    assert ids == [f"m{number}" for number in range(21, 0, -1)]
    assert second.next is None


async def test_what_is_read_is_not_counted_any_more(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    one = await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.tell(lin, Happening.CANCELLED)

    for _ in range(2):
        await post.call(lin, "POST", "/messages/{message_id}/read", message_id=one)
    assert (await inbox(post, lin)).unread == 2

    await post.call(lin, "POST", "/messages/read")
    seen = await inbox(post, lin)
    assert (seen.unread, [each.read for each in seen.messages]) == (0, [True] * 3)


async def test_nobody_reads_somebody_else_s_message(store: MemoryStore):
    post = open_post(store)
    one, other = await post.tell(await post.log_in()), await post.log_in("other")

    with pytest.raises(NoSuchMessage):
        await post.call(other, "POST", "/messages/{message_id}/read", message_id=one)
    assert (await inbox(post, other)).messages == []


async def test_a_message_that_is_read_is_sent_all_the_same(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    one = await post.tell(lin)
    await post.call(lin, "POST", "/messages/{message_id}/read", message_id=one)

    await post.work()

    assert len(post.outlets["wechat"].phones) == 1


async def test_that_none_is_left_is_known_when_the_platform_has_said_so(store: MemoryStore):
    outlet = PlayedOutlet(by_consent=True, before=[None, None, *fails(NoConsent)])
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    await decide(post, lin, "accept")

    for number in range(5):
        await post.tell(lin, subject=f"appointment:A{number}")
        await post.work()

    assert (len(outlet.calls), len(outlet.phones)) == (3, 2)  # one more than anybody told us of
    assert await post.state("m5") == "inbox_only"


@pytest.mark.parametrize("pushed", [True, False])
async def test_who_has_just_agreed_is_written_to_though_the_push_is_late(
    store: MemoryStore, pushed: bool
):
    outlet = PlayedOutlet(by_consent=True, consents_pushed=pushed, before=fails(NoConsent))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    await post.tell(lin)
    await post.work()

    post.clock.move(seconds=1)
    await decide(post, lin, "accept")
    again = await post.tell(lin, Happening.MOVED)
    await post.work()

    assert await post.state(again) == "sent"
    assert [each.left for each in await post.counted.of(lin)] == [0]


class Slow(PlayedOutlet):
    """While its platform answers one call, the citizen agrees, and both of us hear of it."""

    post: Post

    async def send(self, to: OpenId, letter: Letter) -> None:
        if not self.calls:
            self.post.clock.move(seconds=2)
            account = await self.post.log_in()
            at = self.post.clock.now()
            await self.post.counted.decided(account, YES, id="p1", at=at)
            await decide(self.post, account, "accept")
            self.post.clock.move(seconds=2)
        await super().send(to, letter)


async def test_a_platform_s_no_is_of_the_moment_it_was_asked(store: MemoryStore):
    outlet = Slow(by_consent=True, consents_pushed=True, before=fails(NoConsent))
    post = open_post(store, {"wechat": outlet})
    outlet.post = post
    lin = await post.log_in()
    await post.tell(lin)
    await post.work()
    assert [each.left for each in await post.counted.of(lin)] == [1]

    again = await post.tell(lin, Happening.MOVED)
    await post.work()

    assert await post.state(again) == "sent"
    assert [each.left for each in await post.counted.of(lin)] == [0]


async def test_a_page_s_no_lifts_nothing(store: MemoryStore):
    outlet = PlayedOutlet(by_consent=True, consents_pushed=True, before=fails(NoConsent))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    await post.tell(lin)
    await post.work()

    post.clock.move(seconds=1)
    await decide(post, lin, "reject")
    await post.tell(lin, Happening.MOVED)
    await post.work()

    assert len(outlet.calls) == 1


async def test_of_templates_no_file_names_nothing_is_kept(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    body = json.dumps({"results": {f"t-{number}": "accept" for number in range(10)}})

    await post.call(lin, "POST", "/message-consents", body=body, key="k1")

    assert await post.counted.of(lin) == []


async def test_of_consents_nobody_knows_the_platform_is_asked_until_it_says_no(
    store: MemoryStore,
):
    outlet = PlayedOutlet(by_consent=True, before=[None, *fails(NoConsent)])
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()

    for number in range(4):
        await post.tell(lin, subject=f"appointment:A{number}")
        await post.work()

    assert len(outlet.calls) == 2


async def test_a_consent_that_is_pushed_is_counted_once_and_the_page_s_word_not(
    store: MemoryStore,
):
    outlet = PlayedOutlet(by_consent=True, consents_pushed=True)
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    assert not (await decide(post, lin, "accept")).counted

    for _ in range(2):
        given = ("wechat", "wechat-app", OpenId("lin"), YES)
        await post.counted.heard(*given, id="push-1", at=post.clock.now())

    assert [each.left for each in await post.counted.of(lin)] == [1]


async def test_the_page_s_word_counts_once_for_a_key_where_nothing_is_pushed(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    for key in ("k1", "k1", "k2"):
        assert (await decide(post, lin, "accept", key)).counted
    await decide(post, lin, "reject", "k3")

    assert [each.left for each in await post.counted.of(lin)] == [2]


@pytest.mark.parametrize("word", ["ban", "filter"])
async def test_a_window_that_did_not_show_a_template_takes_nothing_back(
    store: MemoryStore, word: str
):
    post = open_post(store)
    lin = await post.log_in()
    await decide(post, lin, "accept", "k1")

    await decide(post, lin, word, "k2", lasting=True)

    assert [each.left for each in await post.counted.of(lin)] == [1]


async def test_consents_of_somebody_nobody_knows_are_not_kept(store: MemoryStore):
    post = open_post(store)
    given = ("wechat", "wechat-app", OpenId("stranger"), YES)
    await post.counted.heard(*given, id="push-1", at=post.clock.now())

    assert await store.find("message_consents") == []


async def test_a_page_asks_for_the_templates_of_its_own_channel_that_need_consent(
    store: MemoryStore,
):
    outlets = {
        "wechat": PlayedOutlet(by_consent=True),
        "wechat_city": PlayedOutlet(),
        "alipay": PlayedOutlet("alipay", by_consent=True),
    }
    post = open_post(store, outlets)
    asked = {"service": "GA-QZ-21", "happening": "booked"}

    there = await post.call(await post.log_in(), "GET", "/message-templates", query=asked)

    assert [(each.outlet, each.template) for each in there.templates] == [("wechat", "t-wechat")]


async def test_an_operator_sees_what_was_tried_and_what_came_back_but_no_words(
    store: MemoryStore,
):
    outlets = {"wechat": PlayedOutlet(before=fails(Refused)), "wechat_city": PlayedOutlet()}
    post = open_post(store, outlets)
    id = await post.tell(await post.log_in())
    await post.work()

    seen = await post.call(None, "GET", "/operator/messages/{message_id}", message_id=id)
    listed = await post.call(None, "GET", "/operator/messages", query={"subject": "appointment:A1"})

    assert listed.messages == [seen]
    tried = [(each.outlet, each.result, each.note, each.tries) for each in seen.attempts]
    assert tried == [("wechat", "refused", "refused", 1), ("wechat_city", "sent", "", 1)]
    assert seen.words["service"] == "*" * len("<service>")


async def test_where_is_it_is_answered_by_a_message_s_id_alone(store: MemoryStore):
    post = open_post(store)
    id = await post.tell(await post.log_in())
    await post.work()
    (story,) = post.table.stories

    told = await story.tell(id)

    assert told is not None
    assert told.lines[-1].text.endswith("sent (平台已接收)")
    assert await story.tell("another") is None


async def test_who_is_forgotten_leaves_no_message_and_no_consent(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    given = ("wechat", "wechat-app", OpenId("lin"), YES)
    await post.counted.heard(*given, id="push-1", at=post.clock.now())
    await post.tell(lin)

    assert await post.data.erase(lin, post.clock.now()) == []
    await post.identities.forget(lin)
    await post.tell(lin, Happening.MOVED)
    await post.work()

    assert await store.find("messages") == await store.find("message_consents") == []
    assert post.outlets["wechat"].calls == []


async def test_what_is_told_after_the_moment_of_an_erasure_is_a_new_citizen_s(
    store: MemoryStore,
):
    post = open_post(store)
    lin = await post.log_in()
    moment = post.clock.now()
    post.clock.move(minutes=1)
    await post.tell(lin)

    await post.data.erase(lin, moment)

    assert len((await inbox(post, lin)).messages) == 1


async def test_what_is_agreed_to_after_the_moment_of_an_erasure_is_kept(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    moment = post.clock.now()
    post.clock.move(minutes=1)
    await post.counted.heard(
        "wechat", "wechat-app", OpenId("lin"), YES, id="push", at=post.clock.now()
    )

    await post.data.erase(lin, moment)

    assert [each.left for each in await post.counted.of(lin)] == [1]


async def test_two_words_on_one_template_in_one_push_are_two_consents(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()

    await post.counted.heard(
        "wechat", "wechat-app", OpenId("lin"), YES * 2, id="push", at=post.clock.now()
    )

    assert [each.left for each in await post.counted.of(lin)] == [2]


async def test_messages_of_an_account_become_the_person_s_unread_as_they_are(
    store: MemoryStore,
):
    post = open_post(store)
    lin = await post.log_in()
    await post.tell(lin)
    await post.identities.belong(lin, "person")

    await post.data.adopt(lin, "person", post.clock.now())
    await post.work()

    seen = await inbox(post, lin)
    assert (len(seen.messages), seen.unread) == (1, 1)
    assert len(post.outlets["wechat"].phones) == 1


async def test_a_message_told_under_an_account_is_its_person_s(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    await post.identities.belong(lin, "person")

    await post.tell(lin)

    assert len((await inbox(post, lin)).messages) == 1


async def test_a_copy_of_the_data_has_messages_and_consents_in_the_clear(store: MemoryStore):
    post = open_post(store)
    lin = await post.log_in()
    given = ("wechat", "wechat-app", OpenId("lin"), YES)
    await post.counted.heard(*given, id="push-1", at=post.clock.now())
    await post.tell(lin)

    copy = await post.data.export(lin)

    assert "<service>" in copy["messages"][0]["text"]
    assert copy["message_consents"][0]["left"] == 1


async def test_old_messages_are_forgotten_and_new_ones_kept(store: MemoryStore):
    post = open_post(store, keep_days=30)
    lin = await post.log_in()
    await post.tell(lin)
    post.clock.move(days=29)
    await post.tell(lin, Happening.MOVED)
    post.clock.move(days=2)
    (job,) = post.table.jobs

    await job.run(post.clock.now())

    assert [each.message_id for each in (await inbox(post, lin)).messages] == ["m2"]


async def test_a_message_without_a_word_it_needs_is_refused(store: MemoryStore):
    post = open_post(store)

    with pytest.raises(ValueError, match="hall"):
        await post.tell(await post.log_in(), words={"service": "护照", "starts_at": "九点"})
