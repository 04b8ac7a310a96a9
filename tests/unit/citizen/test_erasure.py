"""Whoever asks is forgotten on every account, whatever dies meanwhile; and nobody else is."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Unauthorized, Unavailable
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import People, PersonalData
from channel_gateway.service import Session
from channel_gateway.services.citizen.refusals import BeingForgotten, OpenMatters
from channel_gateway.settings import SessionsSection
from channel_gateway.web.revocations import LONGEST_LIFE
from tests.unit.citizen.registry import LIN, Registry, named

ERASE = ("POST", "/me/erasure")


async def tokens_of(registry: Registry, *channels: str) -> list[str]:
    """Of accounts that are one proven person's."""
    tokens = []
    for channel in channels:
        openid = OpenId(f"in-{channel}")
        tokens.append(await registry.sessions.issue(channel, f"{channel}-app", openid))
        await registry.prove(registry.read(tokens[-1]))
    return tokens


async def assert_forgotten(registry: Registry, tokens: list[str]) -> None:
    for token in tokens:
        with pytest.raises(Unauthorized):
            registry.read(token)
    for collection in ("identities", "people"):
        assert await registry.store.find(collection) == []
    kept = str([await registry.store.find(each) for each in ("proofs", "erasures")])
    for secret in (LIN.name.reveal(), LIN.id_number.reveal(), "in-wechat", "in-alipay"):
        assert secret not in kept
    (erasure,) = await registry.store.find("erasures")
    assert (erasure["state"], "running_key" in erasure) == ("done", False)


async def test_all_accounts_are_forgotten_and_all_sessions_ended(registry: Registry) -> None:
    tokens = await tokens_of(registry, "wechat", "alipay")
    session = registry.read(tokens[0])
    person = await registry.sessions.person(session.citizen)
    accounts = [registry.read(token).citizen for token in tokens]
    told = await registry.call(session, *ERASE)
    assert (told.state, "缴费记录：三十年" in told.kept) == ("done", True)
    assert {whose for whose, _ in registry.keeper.erased} == {person, *accounts}
    await assert_forgotten(registry, tokens)


async def test_what_is_open_is_listed_and_nothing_is_begun(registry: Registry) -> None:
    (token,) = await tokens_of(registry, "wechat")
    registry.keeper.matters = ["未完成的预约A1"]
    with pytest.raises(OpenMatters) as refused:
        await registry.call(registry.read(token), *ERASE)
    assert refused.value.extra == {"open_matters": ["未完成的预约A1"]}
    assert "未完成的预约A1" in (refused.value.zh or "")
    assert await registry.store.find("erasures") == []
    registry.read(token)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("write", range(14))
async def test_an_erasure_killed_at_any_write_is_finished_by_its_tasks(
    registry: Registry, write: int, *, applied: bool
) -> None:
    tokens = await tokens_of(registry, "wechat", "alipay")
    session = registry.read(tokens[0])
    registry.store.dies_at(write, applied=applied)
    with suppress(Unavailable):
        await registry.call(session, *ERASE)
    if not await registry.store.find("erasures"):
        assert (write, applied) == (0, False)  # nothing was promised, and nothing done
        await registry.call(session, *ERASE)
    for _ in range(5):
        await registry.work(minutes=1)
    await assert_forgotten(registry, tokens)


async def test_a_plug_in_that_fails_is_asked_again(registry: Registry) -> None:
    tokens = await tokens_of(registry, "wechat")
    registry.keeper.fails_to_erase = 2
    told = await registry.call(registry.read(tokens[0]), *ERASE)
    assert (told.state, told.kept) == ("running", [])
    for _ in range(3):
        await registry.work(minutes=1)
    await assert_forgotten(registry, tokens)


async def test_asked_twice_at_once_it_is_one_erasure(registry: Registry) -> None:
    tokens = await tokens_of(registry, "wechat")
    session = registry.read(tokens[0])
    await asyncio.gather(*(registry.call(session, *ERASE) for _ in range(5)))
    await assert_forgotten(registry, tokens)


async def test_a_new_login_is_a_new_citizen_and_stays_one(registry: Registry) -> None:
    (token,) = await tokens_of(registry, "wechat")
    await registry.call(registry.read(token), *ERASE)
    registry.clock.move(seconds=2)
    fresh = registry.read(
        await registry.sessions.issue("wechat", "wechat-app", OpenId("in-wechat"))
    )
    await registry.declare(fresh)
    await registry.begin(fresh)
    for _ in range(3):
        await registry.work(minutes=6)  # what sweeps after the old one passes the new one by
    me = await registry.call(fresh, "GET", "/me")
    assert me.name == LIN.name.masked()
    assert len((await registry.call(fresh, "GET", "/me/consents")).consents) == 1


async def test_a_matter_begun_in_the_last_moment_ends_before_the_data_goes(
    registry: Registry,
) -> None:
    (token,) = await tokens_of(registry, "wechat")
    registry.keeper.matters_later = ["未完成的预约A2"]
    told = await registry.call(registry.read(token), *ERASE)
    assert (told.state, registry.keeper.erased) == ("running", [])
    with pytest.raises(Unauthorized):
        registry.read(token)
    registry.clock.move(seconds=1)
    back = await registry.log_in("in-wechat")  # to bring it to an end
    await registry.work(minutes=30)
    assert (await registry.call(back, "GET", "/me")).name == LIN.name.masked()
    registry.keeper.matters = []
    for _ in range(40):
        await registry.work(hours=6)
    await assert_forgotten(registry, [token])


async def test_another_process_learns_that_an_accounts_sessions_ended(registry: Registry) -> None:
    (token,) = await tokens_of(registry, "wechat")
    other = registry.another_process()
    other.read(token, registry.clock.now())
    await registry.sessions.end_sessions(registry.read(token).citizen)
    await other.refresh()
    with pytest.raises(Unauthorized):
        other.read(token, registry.clock.now())
    registry.clock.move(seconds=1)
    later = await registry.sessions.issue("wechat", "wechat-app", OpenId("in-wechat"))
    other.read(later, registry.clock.now())
    registry.read(later)


@pytest.mark.parametrize("call", ["me", "identity", "real-name", "consents", "export", "erasure"])
async def test_a_process_that_has_not_heard_of_it_yet_refuses_all_the_same(
    registry: Registry, call: str
) -> None:
    (token,) = await tokens_of(registry, "wechat")
    session = registry.read(token)  # believed elsewhere, for a second
    await registry.call(session, *ERASE)
    calls = {
        "me": lambda: registry.call(session, "GET", "/me"),
        "identity": lambda: registry.declare(session),
        "real-name": lambda: registry.begin(session),
        "consents": lambda: registry.call(session, "GET", "/me/consents"),
        "export": lambda: registry.call(session, "GET", "/me/export"),
        "erasure": lambda: registry.call(session, *ERASE),
    }
    with pytest.raises(Unauthorized):
        await calls[call]()
    with pytest.raises(Unauthorized):
        await registry.sessions.keep_phone(session.citizen, Phone("13800138000"))
    await assert_forgotten(registry, [token])


async def test_a_session_ends_however_long_sessions_lived_when_it_was_issued(
    registry: Registry,
) -> None:
    longest = registry.another_process(lifetime=LONGEST_LIFE)
    token = await longest.issue("wechat", "wechat-app", OpenId("in-wechat"))
    registry.clock.move(seconds=60)
    shorter = registry.another_process(lifetime=timedelta(hours=1))
    await shorter.end_sessions(registry.read(token).citizen)
    registry.clock.move(seconds=timedelta(days=29).total_seconds())
    await shorter.purge(registry.clock.now())
    for process in (shorter, registry.another_process()):
        await process.refresh()
        with pytest.raises(Unauthorized):
            process.read(token, registry.clock.now())


def test_no_session_may_live_longer_than_its_end_is_remembered() -> None:
    longest = int(LONGEST_LIFE.total_seconds())
    SessionsSection(lifetime_s=longest)
    with pytest.raises(ValueError, match="less than or equal"):
        SessionsSection(lifetime_s=longest + 1)


async def test_the_last_sweep_leaves_a_new_citizens_things_alone(registry: Registry) -> None:
    session = await registry.log_in("w")  # not proven: account and person are one
    await registry.call(session, *ERASE)
    registry.keeper.erased.clear()
    registry.clock.move(seconds=2)
    back = registry.clock.now()
    await registry.log_in("w")
    await registry.work(minutes=6)
    ((whose, until),) = registry.keeper.erased
    assert whose == session.citizen
    assert back - timedelta(seconds=1) < until < back


async def test_what_was_being_written_just_then_is_swept_up(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.call(session, *ERASE)
    people = registry.table.offered(People)["citizen"]
    registry.clock.move(seconds=30)  # a slow one
    await people.declare(session.citizen, LIN, registry.clock.now())
    await registry.work(minutes=6)
    assert [whose for whose, _ in registry.keeper.erased] == [session.citizen] * 2
    assert await registry.store.find("people") == []


async def test_what_was_being_written_is_swept_up_though_its_citizen_is_back(
    registry: Registry,
) -> None:
    (token,) = await tokens_of(registry, "wechat")
    session = registry.read(token)
    person = await registry.sessions.person(session.citizen)
    await registry.call(session, *ERASE)
    people = registry.table.offered(People)["citizen"]
    registry.clock.move(seconds=2)
    await people.declare(session.citizen, LIN, registry.clock.now())
    registry.clock.move(seconds=2)
    back = await registry.log_in("in-wechat")
    registry.keeper.erased.clear()
    await registry.work(minutes=6)
    assert (await registry.call(back, "GET", "/me")).name is None
    assert {whose for whose, _ in registry.keeper.erased} == {session.citizen, person}


async def test_what_another_account_brought_to_the_person_since_stays(registry: Registry) -> None:
    other = await registry.log_in("a", "alipay")  # long before
    registry.clock.move(seconds=60)
    (token,) = await tokens_of(registry, "wechat")
    session = registry.read(token)
    person = await registry.sessions.person(session.citizen)
    await registry.call(session, *ERASE)
    await registry.prove(other)
    registry.keeper.erased.clear()
    await registry.work(minutes=6)
    assert [whose for whose, _ in registry.keeper.erased] == [session.citizen]
    assert await registry.sessions.person(other.citizen) == person
    assert (await registry.call(other, "GET", "/me")).real_name.proven


async def test_an_appointment_of_the_last_moment_is_swept_up_when_it_is_over(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    await registry.call(session, *ERASE)
    registry.keeper.matters = ["未完成的预约A3"]
    await registry.work(minutes=6)
    (erasure,) = await registry.store.find("erasures")
    assert [task["kind"] for task in erasure["tasks"]] == ["sweep"]
    registry.keeper.matters = []
    await registry.work(hours=1)
    (erasure,) = await registry.store.find("erasures")
    assert erasure["tasks"] == []


async def test_a_person_an_account_came_to_belong_to_meanwhile_is_erased_too(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    registry.keeper.matters_later = ["未了结的缴费订单O1"]
    assert (await registry.call(session, *ERASE)).state == "running"
    await registry.sessions.belong(session.citizen, "person-1")  # a proof, that very moment
    await registry.work(minutes=1)
    registry.keeper.matters = []
    await registry.work(hours=2)
    assert {whose for whose, _ in registry.keeper.erased} == {session.citizen, "person-1"}
    assert (session.citizen, "person-1") in registry.keeper.adopted
    assert await registry.store.find("identities") == []


async def held_up(registry: Registry, session: Session) -> Session:
    """An order was begun that very moment; its citizen logs in again to see to it."""
    registry.keeper.matters_later = ["未了结的缴费订单O1"]
    told = await registry.call(session, *ERASE)
    assert (told.state, told.open_matters) == ("running", ["未了结的缴费订单O1"])
    assert "未了结的缴费订单O1" in told.says
    registry.clock.move(seconds=1)
    return await registry.log_in("w")


async def test_who_logs_in_again_sees_that_an_erasure_runs_and_what_holds_it_up(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    assert (await registry.call(session, "GET", "/me")).erasure is None
    back = await held_up(registry, session)
    running = (await registry.call(back, "GET", "/me")).erasure
    assert running.open_matters == ["未了结的缴费订单O1"]
    assert "未了结的缴费订单O1" in running.says
    again = await registry.call(back, *ERASE)  # asking again is no second one, and ends nothing
    assert (again.erasure_id, again.state) == (running.erasure_id, "running")
    registry.keeper.matters = []
    assert (await registry.call(back, *ERASE)).state == "done"
    assert await registry.store.find("identities") == []


async def test_no_account_is_carried_out_of_an_erasure_by_a_proof(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    back = await held_up(registry, session)
    registry.shows_face(begun)
    ended = await registry.ask(back, begun.proof_id)
    assert (ended.state, "已申请删除" in ended.says) == ("failed", True)
    assert await registry.sessions.person(back.citizen) == back.citizen
    with pytest.raises(BeingForgotten):
        await registry.begin(back)


async def test_no_account_joins_a_person_who_is_being_forgotten(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.prove(session)
    back = await held_up(registry, session)
    other = await registry.log_in("a", "alipay")
    await registry.declare(other)
    begun = await registry.begin(other)
    registry.shows_face(begun)
    assert (await registry.ask(other, begun.proof_id)).state == "failed"
    registry.keeper.matters = []
    assert (await registry.call(back, *ERASE)).state == "done"
    await registry.prove(other)


async def test_who_logs_in_before_all_is_done_is_not_forgotten_with_it(registry: Registry) -> None:
    wechat, alipay = await tokens_of(registry, "wechat", "alipay")
    registry.store.dies_deleting_from("identities")
    assert (await registry.call(registry.read(wechat), *ERASE)).state == "running"
    (left,) = await registry.store.find("identities")
    gone = {"wechat": "alipay", "alipay": "wechat"}[left["channel"]]
    registry.clock.move(seconds=2)
    back = await registry.sessions.issue(gone, f"{gone}-app", OpenId(f"in-{gone}"))
    await registry.declare(registry.read(back), named("周样张"))
    for _ in range(4):
        await registry.work(minutes=3)
    me = await registry.call(registry.read(back), "GET", "/me")
    assert me.name == named("周样张").name.masked()
    with pytest.raises(Unauthorized):
        registry.read(alipay)
    assert [each["channel"] for each in await registry.store.find("identities")] == [gone]


async def test_what_is_newer_than_the_erasure_is_not_its_own(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    keeper = registry.table.offered(PersonalData)["citizen"]
    await keeper.erase(session.citizen, registry.clock.now() - timedelta(seconds=1))
    assert (await registry.call(session, "GET", "/me")).name == LIN.name.masked()
    await keeper.erase(session.citizen, registry.clock.now())
    assert (await registry.call(session, "GET", "/me")).name is None


async def test_an_account_that_was_cleared_is_told_what_stays_the_persons(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    await registry.prove(session)
    person = await registry.sessions.person(session.citizen)
    clearing = ("DELETE", "/operator/identities/{reference}")
    await registry.call(None, *clearing, reference=session.citizen)
    told = await registry.call(session, *ERASE)
    assert person not in {whose for whose, _ in registry.keeper.erased}
    assert any("后由办事大厅清除的身份" in words for words in told.kept)


async def test_after_three_years_nothing_tells_that_somebody_was_forgotten(
    registry: Registry,
) -> None:
    (token,) = await tokens_of(registry, "wechat")
    await registry.call(registry.read(token), *ERASE)
    await registry.work(minutes=6)
    (proof,) = await registry.store.find("proofs")
    assert proof["stamp"] == ""

    async def left(**later: float) -> list[int]:
        registry.clock.move(seconds=timedelta(**later).total_seconds())
        for job in registry.table.jobs:
            await job.run(registry.clock.now())
        return [len(await registry.store.find(each)) for each in ("proofs", "erasures")]

    assert await left(days=3 * 365) == [1, 1]
    assert await left(days=2) == [0, 0]
