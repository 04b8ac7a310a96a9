"""One silent department costs a fifth of the time at most; one that refuses costs nothing."""

import pytest

from adapters.departments.line import Line
from adapters.departments.partner import Partner
from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.payment.fakes import MovedClock

SILENT, OTHER = (Partner(code, f"https://{code}.example", (), ()) for code in ("silent", "other"))


class Http:
    """Which takes so long, and then has an answer or none."""

    def __init__(self, clock):
        self.clock, self.takes, self.answers, self.asked = clock, 0.0, False, 0

    async def send(self, request, *, timeout_s=10.0):
        self.asked += 1
        self.clock.move(seconds=min(self.takes, timeout_s))
        if not self.answers:
            raise Unavailable("no answer")
        return HttpResponse(204)


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def http(clock):
    return Http(clock)


@pytest.fixture
def line(http, clock):
    return Line(http, clock)


async def fails(line, partner=SILENT):
    with pytest.raises(Unavailable):
        await line.send(partner, HttpRequest("POST", partner.url), timeout_s=15)


async def test_who_was_silent_is_asked_again_after_a_minute(line, http, clock):
    http.takes = 15
    await fails(line)
    clock.move(seconds=59)
    await fails(line)
    assert http.asked == 1

    clock.move(seconds=1)
    http.answers = True
    assert (await line.send(SILENT, HttpRequest("POST", ""), timeout_s=15)).status == 204


async def test_nobody_else_is_let_alone_for_it(line, http):
    http.takes = 15
    await fails(line)
    await fails(line, OTHER)

    assert http.asked == 2


async def test_who_refuses_a_connection_is_tried_at_once_again(line, http):
    http.takes = 0.1
    await fails(line)
    await fails(line)

    assert http.asked == 2
