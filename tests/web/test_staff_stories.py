"""Who of the staff is told where something is."""

import json

import pytest

from channel_gateway.ports import Role
from channel_gateway.service import Line, Story, Told
from channel_gateway.stories import MOST_NUMBERS, tell_story
from channel_gateway.web.exchange import Exchange
from channel_gateway.wire import Headers, HttpRequest

STANDS = (Line(None, "it is here"),)


@pytest.fixture
def told():
    """What is told of each number; empty until a test fills it."""
    return {}


@pytest.fixture
def table(table, told):
    async def tell(number):
        return told.get(number)

    table.stories.append(Story("things", tell))
    return table


@pytest.fixture
def asked(table, edge):
    exchange = Exchange(table, edge)

    async def asked(role, *units):
        await edge.staff.add("li", {role}, units, by="cli:test")
        token = (await edge.staff.new_token("li")).text
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps({"number": "N1"}).encode()
        request = HttpRequest("POST", "/v1/staff/stories", Headers(headers), body)
        return (await exchange.send(request)).status

    return asked


@pytest.mark.parametrize(
    ("whose", "status"),
    [({"u1"}, 200), ({"u1", "u2"}, 200), ({"u1", "u3"}, 404), ({"u3"}, 404), (set(), 404)],
)
async def test_a_unit_clerk_reads_what_is_wholly_their_units_own(told, asked, whose, status):
    told["N1"] = Told(STANDS, units=frozenset(whose))
    assert await asked(Role.UNIT_CLERK, "u1", "u2") == status


async def test_what_is_no_units_is_read_by_everybody_else_of_the_staff(told, asked):
    told["N1"] = Told(STANDS)
    assert await asked(Role.AUDITOR) == 200


async def test_others_are_asked_under_so_many_numbers_and_no_more(told, table):
    also = tuple(f"{number}" for number in range(MOST_NUMBERS + 10))
    told |= {number: Told((Line(None, number),)) for number in also}
    told["N1"] = Told((), also=also)
    assert len(await tell_story(table, "N1", "the store")) == MOST_NUMBERS
