"""The staff's way in: tokens, roles, locks, and the trail of what they did."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import BaseModel

from channel_gateway.chains.links import read_link
from channel_gateway.domain.errors import Conflict, Invalid, NotFound, Unavailable
from channel_gateway.ports import Role, StoreUnavailable
from channel_gateway.service import Call, Route, Who
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.web.exchange import Exchange
from channel_gateway.wire import Headers, HttpRequest
from tests.web.conftest import OPERATOR_KEY


class Said(BaseModel):
    by: str
    units: list[str]


class Desk:
    """The staff's handlers; it counts what took effect."""

    def __init__(self) -> None:
        self.done = 0
        self.trouble: Exception | None = None

    async def look(self, call: Call) -> Said:
        return Said(by=call.staff.name, units=sorted(call.staff.units))

    async def act(self, call: Call) -> Said:
        if self.trouble is not None:
            raise self.trouble
        self.done += 1
        return Said(by=call.staff.name, units=[str(self.done)])


CLERK = frozenset({Role.FINANCE_CLERK})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def table(table, desk):
    table.routes += [
        Route("GET", "/staff/cases", desk.look, "Look.", answer=Said, who=Who.STAFF, roles=CLERK),
        Route("POST", "/staff/cases/{id}/close", desk.act, "Close.", answer=Said, who=Who.STAFF,
              roles=CLERK),
        Route("GET", "/staff/export", desk.look, "Export.", answer=Said, who=Who.STAFF,
              roles=CLERK, audited=True, query=("from",)),
    ]  # fmt: skip
    return table


@pytest.fixture
def exchange(table, edge):
    return Exchange(table, edge)


@pytest.fixture
def hire(edge):
    async def hire(name, role, *units):
        await edge.staff.add(name, {role}, units, by="cli:test")
        return (await edge.staff.new_token(name)).text

    return hire


@pytest.fixture
async def clerk(hire):
    return await hire("zhang", Role.FINANCE_CLERK)


def called(method, path, token="", **more):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return HttpRequest(method, path, Headers(headers | more))


async def entries(store):
    """As they are kept, whoever wrote them."""
    return [read_link(each) for each in await store.find("audit_links")]


async def ask(exchange, method, path, token="", **more):
    answer = await exchange.send(called(method, path, token, **more))
    return answer.status, code_of(answer)


def code_of(answer):
    return json.loads(answer.body).get("code", "") if answer.body else ""


async def test_a_member_with_the_role_is_known_by_name(exchange, hire):
    token = await hire("li", Role.FINANCE_CLERK)
    answer = await exchange.send(called("GET", "/v1/staff/cases", token))
    assert (answer.status, b'"by":"li"' in answer.body) == (200, True)


async def test_without_a_token_nobody_passes(exchange):
    assert await ask(exchange, "GET", "/v1/staff/cases") == (401, "unauthorized")


@pytest.mark.parametrize("token", ["zhang", "zhang.x.y", ".a.b", "zhang..", "李.a.b", "a.b.c.d"])
async def test_what_is_no_token_opens_nothing(exchange, clerk, token):
    assert await ask(exchange, "GET", "/v1/staff/cases", token) == (401, "unauthorized")


async def test_another_role_is_refused_and_the_refusal_is_written(exchange, hire, store):
    token = await hire("wu", Role.AUDITOR)
    refused = await exchange.send(
        called("GET", "/v1/staff/cases", token, **{"Accept-Language": "zh-CN"})
    )
    assert (refused.status, code_of(refused)) == (403, "wrong_role")
    assert "您的岗位没有此项权限" in refused.body.decode()
    (entry,) = await entries(store)
    assert (entry.what, entry.group, entry.fields["outcome"]) == ("refused", "wu", "wrong_role")


async def test_the_operators_key_opens_what_is_for_operators_alone(exchange):
    assert await ask(exchange, "POST", "/v1/books/close", OPERATOR_KEY) == (204, "")
    assert (await ask(exchange, "GET", "/v1/staff/me", OPERATOR_KEY))[0] == 401


async def test_an_operator_of_the_staff_may_do_what_the_key_may(exchange, hire):
    operator, clerk = await hire("op", Role.OPERATOR), await hire("li", Role.FINANCE_CLERK)
    assert (await ask(exchange, "POST", "/v1/books/close", operator))[0] == 204
    assert await ask(exchange, "POST", "/v1/books/close", clerk) == (403, "wrong_role")


async def test_a_token_of_the_staff_is_no_citizens_session(exchange, clerk):
    assert (await ask(exchange, "GET", "/v1/wishes/1", clerk))[0] == 401


async def test_a_token_ends_after_its_days(exchange, clerk, clock):
    clock.move(days=89)
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200
    clock.move(days=1)
    assert await ask(exchange, "GET", "/v1/staff/me", clerk) == (401, "unauthorized")


async def test_a_disabled_account_is_out_at_once_in_every_process(
    exchange, clerk, store, clock, dice
):
    another_process = StaffAccounts(store, clock, dice, lifetime=timedelta(days=90))
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200
    await another_process.disable("zhang", by="cli:test")
    assert await ask(exchange, "GET", "/v1/staff/me", clerk) == (401, "unauthorized")


async def test_a_new_token_ends_the_earlier_one_unless_it_stays_beside(exchange, edge, clerk):
    beside = (await edge.staff.new_token("zhang", beside=True)).text
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200
    latest = (await edge.staff.new_token("zhang")).text
    seen = [(await ask(exchange, "GET", "/v1/staff/me", one))[0] for one in (clerk, beside, latest)]
    assert seen == [401, 401, 200]


async def test_five_wrong_tries_lock_a_token_even_for_who_knows_it(exchange, clerk, clock):
    wrong = clerk[:-1] + ("x" if clerk[-1] != "x" else "y")
    tries = [await ask(exchange, "GET", "/v1/staff/me", wrong) for _ in range(6)]
    assert tries == [(401, "unauthorized")] * 5 + [(429, "token_locked")]
    assert await ask(exchange, "GET", "/v1/staff/me", clerk) == (429, "token_locked")
    clock.move(minutes=16)
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200


async def test_the_right_token_forgets_the_wrong_tries_before_it(exchange, clerk):
    for token in (*[clerk + "x"] * 4, clerk, *[clerk + "x"] * 4):
        await ask(exchange, "GET", "/v1/staff/me", token)
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200


async def test_after_a_lock_tries_are_counted_anew(exchange, clerk, clock):
    for _ in range(5):
        await ask(exchange, "GET", "/v1/staff/me", clerk + "x")
    clock.move(minutes=16)
    await ask(exchange, "GET", "/v1/staff/me", clerk + "x")
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200


async def test_a_lock_is_of_one_token_and_not_of_those_beside_it(exchange, edge, clerk):
    beside = (await edge.staff.new_token("zhang", beside=True)).text
    for _ in range(5):
        await ask(exchange, "GET", "/v1/staff/me", clerk + "x")
    assert (await ask(exchange, "GET", "/v1/staff/me", beside))[0] == 200


async def test_at_most_five_tokens_stand_beside_each_other_and_the_ended_do_not_count(
    edge, clerk, clock
):
    for _ in range(4):
        await edge.staff.new_token("zhang", beside=True)
    with pytest.raises(Invalid, match="at most 5"):
        await edge.staff.new_token("zhang", beside=True)
    clock.move(days=90)
    await edge.staff.new_token("zhang", beside=True)
    assert len((await edge.staff.account("zhang")).tokens) == 1


async def test_a_lock_holds_in_every_process(exchange, clerk, table, edge, store, clock, dice):
    for _ in range(5):
        await ask(exchange, "GET", "/v1/staff/me", clerk + "x")
    accounts = StaffAccounts(store, clock, dice, lifetime=timedelta(days=90))
    elsewhere = Exchange(table, replace(edge, staff=accounts))
    assert await ask(elsewhere, "GET", "/v1/staff/me", clerk) == (429, "token_locked")


async def test_tokens_that_were_invented_are_locked_alike(exchange, clerk):
    tries = [await ask(exchange, "GET", "/v1/staff/me", "nobody.a.b") for _ in range(6)]
    assert tries == [(401, "unauthorized")] * 5 + [(429, "token_locked")]
    assert (await ask(exchange, "GET", "/v1/staff/me", clerk))[0] == 200


async def test_wrong_tries_are_remembered_up_to_a_bound(edge, clerk):
    for number in range(11_000):
        with pytest.raises(Exception, match="not a token"):
            await edge.staff.member(f"nobody.{number}.x")
    assert len(edge.staff._tries) == 10_000


async def test_refusals_at_the_staffs_door_are_counted(exchange, edge):
    for _ in range(6):
        await ask(exchange, "GET", "/v1/staff/me", "nobody.a.b")
    counted = edge.metrics.text()
    assert b'gateway_staff_refusals_total{code="unauthorized"} 5.0' in counted
    assert b'gateway_staff_refusals_total{code="token_locked"} 1.0' in counted


class OutOfReach:
    async def member(self, text):
        raise StoreUnavailable


async def test_what_the_store_cannot_say_is_no_refusal(table, edge):
    exchange = Exchange(table, replace(edge, staff=OutOfReach()))
    assert (await ask(exchange, "GET", "/v1/staff/me", "nobody.a.b"))[0] == 503
    assert b"gateway_staff_refusals_total{" not in edge.metrics.text()


async def test_what_changes_something_is_on_the_trail_twice(exchange, clerk, store):
    request_id = {"X-Request-Id": "request-0001"}
    await ask(exchange, "POST", "/v1/staff/cases/17/close", clerk, **request_id)
    begun, ended = await entries(store)
    assert (begun.what, ended.what) == ("begun", "ended")
    assert begun.group == ended.group == "zhang"
    assert begun.fields == {
        "action": "POST /v1/staff/cases/{id}/close",
        "parameters": "id=17",
        "roles": "finance_clerk",
        "request_id": "request-0001",
    }
    assert (ended.fields["begun"], ended.fields["outcome"]) == (begun.number, "done")


async def test_looking_leaves_no_entry_but_an_export_does(exchange, clerk, store):
    await ask(exchange, "GET", "/v1/staff/cases", clerk)
    assert await entries(store) == []
    await ask(exchange, "GET", "/v1/staff/export", clerk)
    assert [entry.what for entry in await entries(store)] == ["begun", "ended"]


async def test_an_export_is_on_the_trail_with_what_its_query_asks_for(exchange, clerk, store):
    await ask(exchange, "GET", "/v1/staff/export?from=2026-03-02", clerk)
    assert (await entries(store))[0].fields["parameters"] == "from=2026-03-02"


async def test_of_a_long_query_the_beginning_is_kept(exchange, clerk, store):
    await ask(exchange, "GET", f"/v1/staff/export?from={'x' * 200}", clerk)
    assert (await entries(store))[0].fields["parameters"] == f"from={'x' * 100}"


async def test_of_an_export_that_is_refused_nothing_of_the_query_is_kept(exchange, clerk, store):
    status, _ = await ask(exchange, "GET", "/v1/staff/export?name=zhang", clerk)
    begun, ended = await entries(store)
    assert (status, begun.fields["parameters"], ended.fields["outcome"]) == (422, "", "invalid")


async def test_the_operators_key_is_on_the_trail_too(exchange, store):
    await ask(exchange, "POST", "/v1/books/close", OPERATOR_KEY)
    assert {entry.group for entry in await entries(store)} == {"key:operator"}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(Conflict(), "conflict"), (Unavailable(), "unavailable"), (RuntimeError(), "internal")],
)
async def test_how_it_ended_is_on_the_trail(exchange, desk, clerk, store, trouble, code):
    desk.trouble = trouble
    await ask(exchange, "POST", "/v1/staff/cases/17/close", clerk)
    assert (await entries(store))[-1].fields["outcome"] == code


async def test_the_outcome_of_a_call_with_a_key_is_on_the_trail(exchange, desk, clerk, store):
    desk.trouble = NotFound()
    key = {"Idempotency-Key": "k"}
    await ask(exchange, "POST", "/v1/staff/cases/17/close", clerk, **key)
    assert (await entries(store))[-1].fields["outcome"] == "not_found"


async def test_a_request_id_used_twice_hides_nothing(exchange, clerk, store):
    for _ in range(2):
        request_id = {"X-Request-Id": "request-0001"}
        await ask(exchange, "POST", "/v1/staff/cases/17/close", clerk, **request_id)
    assert len(await entries(store)) == 4


async def test_people_in_a_path_are_masked_on_the_trail(exchange, clerk, store):
    await ask(exchange, "POST", "/v1/staff/cases/13800138000/close", clerk)
    assert (await entries(store))[0].fields["parameters"] == "id=138****8000"


class Broken:
    """A chain that fails at its n-th entry."""

    def __init__(self, chain, fails_at):
        self._chain, self._left = chain, fails_at

    async def append(self, entry):
        self._left -= 1
        if self._left == 0:
            raise Unavailable
        return await self._chain.append(entry)


@pytest.mark.parametrize(("fails_at", "done"), [(1, 0), (2, 1)])
async def test_nothing_is_done_or_said_without_its_entry(
    table, edge, desk, clerk, store, clock, dice, fails_at, done
):
    chain = Broken(edge.chains.chain("audit"), fails_at)
    exchange = Exchange(table, replace(edge, trail=Trail(chain, clock, dice)))
    assert (await ask(exchange, "POST", "/v1/staff/cases/17/close", clerk))[0] == 503
    assert desk.done == done
    assert len(await entries(store)) == fails_at - 1


async def test_an_auditor_reads_the_trail_newest_first_and_page_by_page(exchange, hire, clerk):
    auditor = await hire("wu", Role.AUDITOR)
    for id in (1, 2, 3):
        await ask(exchange, "POST", f"/v1/staff/cases/{id}/close", clerk)
    answer = await exchange.send(called("GET", "/v1/staff/audit?limit=4", auditor))
    page = answer.body.decode()
    assert [f'"number":{n},' in page for n in range(1, 7)] == [False, False, True, True, True, True]
    assert '"before":3' in page
    older = await exchange.send(called("GET", "/v1/staff/audit?limit=4&before=3", auditor))
    assert ('"number":1,' in older.body.decode(), '"before":null' in older.body.decode()) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("actor=zhang", 2),
        ("actor=nobody", 0),
        ("day=2026-03-02", 4),
        ("day=2026-03-03", 0),
        ("actor=zhang&day=2026-03-02", 2),
        ("actor=zhang&day=2026-03-02&before=2", 1),
    ],
)
async def test_the_trail_is_found_by_actor_and_day(exchange, hire, clerk, query, numbers):
    auditor = await hire("wu", Role.AUDITOR)
    await ask(exchange, "POST", "/v1/staff/cases/1/close", clerk)
    await ask(exchange, "POST", "/v1/books/close", OPERATOR_KEY)
    answer = await exchange.send(called("GET", f"/v1/staff/audit?{query}", auditor))
    assert answer.body.decode().count('"number":') == numbers


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "before=x", "day=2026-3-2"])
async def test_a_wrong_filter_is_named(exchange, hire, query):
    auditor = await hire("wu", Role.AUDITOR)
    assert (await ask(exchange, "GET", f"/v1/staff/audit?{query}", auditor)) == (422, "invalid")


async def test_the_trail_is_for_auditors_alone(exchange, clerk):
    assert (await ask(exchange, "GET", "/v1/staff/audit", clerk)) == (403, "wrong_role")


async def test_two_of_the_staff_may_use_the_same_key_for_different_wishes(exchange, hire, clerk):
    other = await hire("li", Role.FINANCE_CLERK)
    key = {"Idempotency-Key": "k"}
    for token, name in ((clerk, "zhang"), (other, "li")):
        answer = await exchange.send(called("POST", "/v1/staff/cases/1/close", token, **key))
        assert f'"by":"{name}"' in answer.body.decode()


async def test_a_row_for_staff_without_roles_stops_the_start(table, edge, desk):
    table.routes.append(Route("GET", "/x", desk.look, "X.", answer=Said, who=Who.STAFF))
    with pytest.raises(ValueError, match="rows for staff have roles"):
        Exchange(table, edge)
