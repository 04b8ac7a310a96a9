"""Whatever goes wrong, in whatever order: at most once to a phone, and in order of the subject."""

import asyncio
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from channel_gateway.domain.errors import Refused, RefusedForNow, TooMany, Unavailable
from channel_gateway.domain.happenings import Happening
from channel_gateway.ports import NoConsent
from channel_gateway.services.message.message import State, letter_id
from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import ALL, Killed, PlayedOutlet, Post, open_post

SUBJECTS = ("appointment:A1", "parcel:P1")
BEFORE = (None, None, Unavailable, Refused, RefusedForNow, NoConsent, TooMany, Killed)
AFTER = (None, None, Unavailable, Killed)
ASKING = (None, None, Unavailable, RefusedForNow, TooMany, Killed)

outlets = st.builds(
    lambda repeatable, knows, before, after, asking: PlayedOutlet(
        repeatable=repeatable,
        knows=knows,
        before=[None if each is None else each() for each in before],
        after=[None if each is None else each() for each in after],
        on_asking=[None if each is None else each() for each in asking],
    ),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(BEFORE), max_size=8),
    st.lists(st.sampled_from(AFTER), max_size=8),
    st.lists(st.sampled_from(ASKING), max_size=8),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from(SUBJECTS)),
        st.tuples(st.just("tell again"), st.just("")),
        st.tuples(st.just("work"), st.just("")),
        st.tuples(st.just("wait"), st.sampled_from(("3", "70", "4000"))),
    ),
    max_size=14,
)


async def play(post: Post, doing: list[tuple[str, str]]) -> str:
    """Until everything has had its time. Returns the citizen's account."""
    lin = await post.log_in()
    for what, detail in doing:
        if what == "tell":
            await post.tell(lin, Happening.OUT_FOR_DELIVERY, detail)
        elif what == "tell again" and post.told:
            await post.tell(lin, id=f"m{post.told}")
            post.told -= 1
        elif what == "wait":
            post.clock.move(seconds=int(detail))
        else:
            await work(post)
    for _ in range(200):
        await work(post)
        post.clock.move(minutes=20)
    return lin


async def work(post: Post) -> None:
    """Whoever is killed is started again."""
    with suppress(Killed):
        await post.work(post.worker("another"))


@settings(deadline=None, max_examples=150)
@given(outlets, outlets, steps)
def test_each_message_reaches_a_phone_at_most_once_and_in_order(
    first: PlayedOutlet, second: PlayedOutlet, doing: list[tuple[str, str]]
) -> None:
    second.journal = first.journal

    async def run() -> None:
        store = MemoryStore(ALL)
        await store.open()
        post = open_post(store, {"wechat": first, "wechat_city": second})
        lin = await play(post, doing)
        for subject in SUBJECTS:
            known = await post.messages.of_subject(subject)
            places = {
                letter_id(message.id, lin, outlet): message.place
                for message in known
                for outlet in post.outlets
            }
            arrived = [(again, places[id]) for again, of, id in first.journal if of == subject]
            for_once = [place for again, place in arrived if not again]
            in_order = [place for _, place in arrived]

            assert len(for_once) == len(set(for_once))
            assert in_order == sorted(in_order)
            assert [each.place for each in known] == list(range(1, len(known) + 1))
            assert all(each.state != State.WAITING for each in known)
        await store.close()

    asyncio.run(run())
