"""The description and its page say what is mounted: all of it, and nothing from elsewhere."""

import html.parser
import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from multidict import CIMultiDict
from openapi_spec_validator import validate

from channel_gateway.domain.errors import Conflict, Fact, Unavailable
from channel_gateway.service import Route, Who
from channel_gateway.web.openapi import describe
from channel_gateway.web.shell import shell
from tests.web.conftest import OPERATOR_KEY

OPERATOR = {"Authorization": f"Bearer {OPERATOR_KEY}"}


class Links(html.parser.HTMLParser):
    """Everything a page refers to, its anchors, and what stays open."""

    def __init__(self):
        super().__init__()
        self.targets, self.ids, self.tags, self.open = [], [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.targets.append(value)
            if name == "id":
                self.ids.append(value)
        if tag not in ("meta", "link", "br", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


async def test_the_description_is_valid_openapi(client):
    answer = await client.get("/openapi.json")
    validate(await answer.json())


async def test_every_row_is_in_the_description(client, table):
    paths = (await (await client.get("/openapi.json")).json())["paths"]
    mounted = {("/v1" + row.path, row.method.lower()) for row in table.routes}
    mounted |= {("/callbacks" + row.path, "post") for row in table.callbacks}
    assert {(path, method) for path, methods in paths.items() for method in methods} == mounted


def test_a_key_is_required_where_the_row_says_so(table):
    paths = describe(table)["paths"]

    def required(path):
        (key,) = [one for one in paths[path]["post"]["parameters"] if one["in"] == "header"]
        return key["required"]

    assert (required("/v1/wishes"), required("/v1/free-wishes")) == (True, False)


def test_who_may_call_is_said_by_the_security_scheme(table):
    paths = describe(table)["paths"]
    assert paths["/v1/staff/audit"]["get"]["x-roles"] == ["auditor"]
    assert paths["/v1/wishes"]["post"]["security"] == [{"citizen": []}]
    assert paths["/v1/books/close"]["post"]["security"] == [{"operator": []}, {"staff": []}]
    assert paths["/v1/staff/me"]["get"]["security"] == [{"staff": []}]
    assert paths["/v1/greeting"]["get"]["security"] == []


async def test_a_problem_is_as_the_description_says(client, table):
    description = describe(table)
    answer = await client.post("/v1/free-wishes", json={})
    said = description["paths"]["/v1/free-wishes"]["post"]["responses"][str(answer.status)]
    (content,) = said["content"].values()
    problem = await answer.json()
    Draft202012Validator(description["components"]["schemas"]["Problem"]).validate(problem)
    assert problem["code"] in content["schema"]["properties"]["code"]["enum"]


def codes_of(table, method, path):
    """By status, as the description has them."""
    responses = describe(table)["paths"][f"/v1{path}"][method]["responses"]
    return {
        status: content["schema"]["properties"]["code"]["enum"]
        for status, response in responses.items()
        for kind, content in response.get("content", {}).items()
        if "problem" in kind
    }


def test_a_parameter_is_described_with_what_it_takes(table):
    described = describe(table)["paths"]["/v1/words"]["get"]["parameters"]
    name, tongue = ({"in": "query", **each} for each in described)
    assert (name["required"], name["schema"]) == (True, {"type": "string", "minLength": 1})
    assert (tongue["required"], tongue["schema"]["enum"]) == (False, ["zh", "en"])


async def test_what_any_address_may_answer_is_in_the_description_of_each(client, table, citizen):
    """Asked in every way in which something was not declared."""
    ways = (
        {"params": {"x": "1"}},
        {"json": {"x": 1}},
        {"data": b"x" * 200_000},
        {"headers": {"Content-Encoding": "gzip"}},
        {"headers": CIMultiDict([("X-Request-Id", "a"), ("X-Request-Id", "b")])},
    )
    for row in table.routes:
        allowed = OPERATOR if row.who is Who.OPERATOR else citizen
        for way in ways:
            headers = CIMultiDict({**allowed, "Idempotency-Key": "k"})
            headers.extend(way.get("headers", {}))
            path = "/v1" + row.path.replace("{number}", "1")
            answer = await client.request(row.method, path, **{**way, "headers": headers})
            problem = await answer.json()
            known = codes_of(table, row.method.lower(), row.path)
            assert problem["code"] in known[str(answer.status)]


def test_that_the_store_is_away_is_in_the_description_of_each(table):
    for row in table.routes:
        codes = codes_of(table, row.method.lower(), row.path)
        assert {"busy", "store_unavailable"} <= set(codes["503"])


class LineSilent(Unavailable):
    """A plug-in's own word for it."""

    code = "line_silent"


def test_what_a_plug_in_says_of_what_is_unavailable_is_in_the_description(table, office):
    table.routes.append(Route("GET", "/x/{id}", office.look, "X.", errors=("unavailable",)))
    codes = codes_of(table, "get", "/x/{id}")
    assert {"line_silent", "unavailable"} <= set(codes["503"])
    assert "not_found" in codes["404"]
    table.routes.append(Route("GET", "/y", office.look, "Y."))
    assert "line_silent" not in str(codes_of(table, "get", "/y"))


class TooFar(Conflict):
    """Carries how far."""

    code = "too_far"
    facts = (Fact("metres", "how far", "whole"), Fact("names", "of what", "texts"))


def test_what_an_error_carries_is_in_the_description(table, office):
    table.routes.append(Route("GET", "/x", office.look, "X.", errors=("too_far",)))
    (content,) = describe(table)["paths"]["/v1/x"]["get"]["responses"]["409"]["content"].values()
    facts = content["schema"]["properties"]
    assert facts["metres"] == {"type": "integer", "description": "how far"}
    assert facts["names"]["items"] == {"type": "string"}
    wrong = describe(table)["paths"]["/v1/wishes"]["post"]["responses"]

    def carried(status):
        (content,) = wrong[status]["content"].values()
        return content["schema"]["properties"].keys()

    assert ("errors" in carried("422"), "errors" in carried("400")) == (True, False)


async def test_an_error_nobody_has_stops_the_start(table, edge, office):
    table.routes.append(Route("GET", "/x", office.look, "X.", errors=("no_such_error",)))
    with pytest.raises(ValueError, match="GET /x names an error nobody has: no_such_error"):
        shell(table, edge)


async def test_two_rows_for_one_address_stop_the_start(table, edge):
    table.routes.append(replace(table.routes[0]))
    with pytest.raises(ValueError, match="two rows"):
        shell(table, edge)


async def test_the_page_refers_to_itself_and_to_the_description_alone(client):
    answer = await client.get("/docs")
    text = await answer.text()
    links = Links()
    links.feed(text)
    assert links.open == []
    assert links.tags.isdisjoint({"script", "iframe", "img", "link", "form"})
    assert "url(" not in text
    inner = {target[1:] for target in links.targets if target.startswith("#")}
    assert inner <= set(links.ids)
    assert {one for one in links.targets if not one.startswith("#")} == {"/openapi.json"}
    assert len(links.ids) == len(set(links.ids))
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_a_problems_type_leads_to_its_row_on_the_page(client):
    problem = await (await client.get("/v1/nothing")).json()
    path, _, anchor = problem["type"].partition("#")
    page = await (await client.get(path)).text()
    assert f'id="{anchor}"' in page


async def test_every_route_has_a_command_on_the_page(client, table):
    text = await (await client.get("/docs")).text()
    commands = set(re.findall(r"curl -X (\w+) &#34;\$GATEWAY/v1([^&?]+)[&?]", text))
    wanted = {
        (row.method, re.sub(r"{(\w+)}", lambda match: match[1].upper(), row.path))
        for row in table.routes
    }
    assert commands == wanted
    assert "$GATEWAY/v1/words?name=NAME&#34;" in text
