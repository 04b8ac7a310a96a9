"""A citizen looks for a service and is told what it asks for, without a session."""

import pytest

from channel_gateway.ports import Tools
from channel_gateway.services.catalogue import build


@pytest.fixture
async def client(connect, table, edge):
    tools = Tools(
        name="catalogue",
        section={},
        store=edge.store,
        http=None,
        clock=edge.clock,
        randomness=edge.randomness,
        vault=edge.vault,
        identities=edge.sessions,
        chains=None,  # type: ignore[arg-type]  # appends nothing
        public_url="http://127.0.0.1",
    )
    build(table, tools)
    return await connect(table, edge)


async def found(client, **wanted):
    return await (await client.get("/v1/services", params=wanted)).json()


async def test_the_whole_catalogue_is_listed_with_its_categories(client):
    told = await found(client)
    assert len(told["services"]) == 16
    assert "出入境" in told["categories"]


async def test_a_service_is_found_by_region_category_and_words(client):
    told = await found(client, region="330106", category="出入境", keyword="护照")
    assert [each["name"] for each in told["services"]] == ["普通护照签发、换发"]
    assert told["services"][0]["needs"] == ["appointment", "delivery", "fee"]


async def test_nothing_found_is_an_empty_list_and_no_error(client):
    assert (await found(client, region="110100"))["services"] == []


async def test_a_form_can_be_rendered_from_what_is_told(client):
    told = await (await client.get("/v1/services/GA-SF-04")).json()
    asked = {field["name"]: field for field in told["form"]}
    assert asked["reason"]["options"] == ["有效期满", "丢失", "损坏"]
    assert (asked["id_number"]["kind"], asked["id_number"]["masked"]) == ("id_number", True)
    assert (asked["mail_to"]["required"], asked["mail_to"]["purpose"]) == (False, "courier")
    assert told["consents"][0]["purpose"] == "courier"
    assert {fee["name"]: fee["standard_fen"] for fee in told["fees"]}["补领居民身份证"] == 4000
    assert told["appointment"]["rules"][0] == "请至少提前1个工作日预约"


async def test_a_service_there_is_not_is_a_problem_that_names_the_field(client):
    answer = await client.get("/v1/services/XX-XX-99")
    problem = await answer.json()
    assert (answer.status, problem["code"], problem["field"]) == (404, "no_such_service", "code")


async def test_the_words_a_form_is_rendered_by_are_in_the_description(client):
    schemas = (await (await client.get("/openapi.json")).json())["components"]["schemas"]
    assert {"text", "choice", "id_number"} < set(schemas["Kind"]["enum"])
    assert all("description" in schemas["FieldView"]["properties"][n] for n in ("kind", "pattern"))


async def test_a_region_that_is_none_is_said_to_be_wrong(client):
    answer = await client.get("/v1/services", params={"region": "abc"})
    problem = await answer.json()
    assert (answer.status, problem["code"], problem["field"]) == (422, "invalid", "query.region")
