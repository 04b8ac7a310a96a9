"""The figures everybody may see: without login, up to yesterday, and about nobody."""

import csv
import io
from datetime import timedelta

import pytest

from channel_gateway.service import Who
from channel_gateway.web.openapi import describe
from channel_gateway.wire import HttpRequest
from tests.journeys.appointments.town import MONDAY, SERVICE, slot

TUESDAY = MONDAY + timedelta(days=1)
LEVELS = (5, 5, 5, 4, 4, 3, 1)


@pytest.fixture
async def figures(town):
    """Seven citizens have reviewed on Tuesday; it is Wednesday, and they are counted."""
    for number, level in enumerate(LEVELS):
        who, at = f"p{number}", f"{9 + number // 2:02}:{'30' if number % 2 else '00'}"
        id = await town.booked(who, slot(TUESDAY, at.replace("12:", "14:")))
        await town.serve(id, TUESDAY, at)
        body = {"appointment_id": id, "level": level, "words": "谢谢王五", "anonymous": True}
        assert (await town.citizen(who, "POST", "/reviews", body)).status == 201
    await town.at(TUESDAY + timedelta(days=1), "00:05")
    await town.gateway.schedule.work()


async def get(town, path):
    return await town.exchange.send(HttpRequest("GET", f"/v1{path}"))


async def test_a_month_is_told_without_login_and_about_nobody(town, figures):
    told = (await town.call("GET", "/open-data/reviews")).body

    assert (told["month"], told["up_to"], told["smallest_cell"]) == ("2026-03", str(TUESDAY), 5)
    [row] = told["rows"]
    assert (row["service"], row["hall_name"], row["reviews"]) == (SERVICE, "办事大厅", 7)
    assert row["levels"] == {"5": None, "4": None, "3": None, "2": 0, "1": None}
    assert (row["satisfaction"], row["bad"]) == (None, None)


async def test_csv_opens_in_an_office_program(town, figures):
    answer = await get(town, "/open-data/reviews.csv?month=2026-03")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(b"\xef\xbb\xbf")
    columns, row = csv.reader(io.StringIO(answer.body.decode("utf-8-sig")))
    told = dict(zip(columns, row, strict=True))
    assert (told["事项"], told["评价数"], told["非常满意"], told["不满意"]) == (
        f"事项{SERVICE}",
        "7",
        "*",
        "0",
    )
    assert "*" in told["说明"]
    assert "<" not in answer.body.decode()
    assert "王五" not in answer.body.decode()


async def test_figures_hold_what_was_counted_until_the_next_day(town, figures):
    before = await get(town, "/open-data/reviews")
    id = await town.booked("late", slot(TUESDAY + timedelta(days=1)))
    await town.serve(id, TUESDAY + timedelta(days=1), "09:00")
    body = {"appointment_id": id, "level": 5}
    await town.citizen("late", "POST", "/reviews", body)
    await town.at(TUESDAY + timedelta(days=1), "15:00")
    await town.gateway.schedule.work()
    assert (await get(town, "/open-data/reviews")).body == before.body

    await town.at(TUESDAY + timedelta(days=2), "00:05")
    await town.gateway.schedule.work()
    [row] = (await town.call("GET", "/open-data/reviews")).body["rows"]
    assert row["reviews"] == 8


@pytest.mark.parametrize("path", ["/open-data/reviews", "/open-data/reviews.csv"])
async def test_a_month_that_is_none_or_has_no_figures_is_refused(town, path):
    for month, status, code in (
        ("2026-13", 422, "invalid"),
        ("march", 422, "invalid"),
        ("2019-01", 404, "no_figures"),
    ):
        answer = await town.call("GET", f"{path}?month={month}")
        assert (answer.status, answer.code) == (status, code)


def test_the_description_says_what_each_address_answers_with(town):
    paths = describe(town.gateway.table)["paths"]

    def content(path):
        return set(paths[path]["get"]["responses"]["200"]["content"])

    assert content("/v1/open-data/reviews") == {"application/json"}
    assert content("/v1/open-data/reviews.csv") == {"text/csv; charset=utf-8"}
    rows = [row for row in town.gateway.table.routes if row.path.startswith("/open-data")]
    assert {row.who for row in rows} == {Who.ANYONE}
