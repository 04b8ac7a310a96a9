"""What every address does with a request: shape, limits, names, and what is written down."""

import asyncio
import gc
import io
import json
import weakref
from dataclasses import replace

import pytest
from yarl import URL

from channel_gateway.addresses import network
from channel_gateway.domain.errors import Conflict, Unavailable
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import StoreUnavailable
from channel_gateway.service import Readiness, Route, Table, Who
from channel_gateway.web.exchange import Exchange
from channel_gateway.wire import Headers, HttpRequest
from tests.web.conftest import OPERATOR_KEY

MEMBERS = {"type", "title", "status", "code", "detail", "request_id"}
JSON = {"Content-Type": "application/json"}
PATIENCE_S = 5
WISH = {"title": "tea", "amount_fen": 100}


async def wish(client, body, **headers):
    data = json.dumps(body) if isinstance(body, dict) else body
    return await client.post("/v1/free-wishes", data=data, headers={**JSON, **headers})


async def refusal(answer, status, code):
    assert answer.content_type == "application/problem+json"
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (status, code)
    assert problem.keys() >= MEMBERS
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


async def test_a_route_answers_its_model_with_its_status(client):
    answer = await wish(client, WISH)
    assert answer.headers["Content-Type"] == "application/json"
    assert await answer.json() == {"number": "n1", "title": "tea"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "tea"}, "amount_fen"),
        ({**WISH, "amount_fen": "much"}, "amount_fen"),
        ({**WISH, "amount_fen": "120"}, "amount_fen"),
        ({**WISH, "amount_fen": 120.0}, "amount_fen"),
        ({**WISH, "urgent": 1}, "urgent"),
        ({**WISH, "urgent": "off"}, "urgent"),
        ({**WISH, "colour": "green"}, "colour"),
        ({**WISH, "items": [{"name": "a"}, {"name": 1}]}, "items.1.name"),
        ({**WISH, "items": [{"name": "a", "x": 1}]}, "items.0.x"),
    ],
)
async def test_a_wrong_field_is_named_by_its_path(client, body, field):
    problem = await refusal(await wish(client, body), 422, "invalid")
    assert problem["field"] == field
    assert problem["errors"][0]["field"] == field


async def test_a_refusal_never_repeats_what_was_written(client):
    answer = await wish(client, {"title": 5, "amount_fen": "13800138000"})
    assert "13800138000" not in await answer.text()


@pytest.mark.parametrize("key", ["13800138000", "我叫王五", "a b", "x" * 40, "wang13800138000"])
async def test_a_key_that_may_say_something_is_not_repeated_either(client, key):
    problem = await refusal(await wish(client, {**WISH, "labels": {key: 1}}), 422, "invalid")
    assert problem["field"] == "labels.*"
    problem = await refusal(await wish(client, {**WISH, key: "x"}), 422, "invalid")
    assert problem["field"] == "*"
    answer = await client.get("/v1/greeting", params={key: "x"})
    problem = await refusal(answer, 422, "invalid")
    assert problem["field"] == "query.*"


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"null and void", b"\xff\xfe", b'{"title":"\xff"}', b'{"a":' * 5000, b"[" * 60000],
)
async def test_what_is_not_json_is_refused_as_such(client, body):
    await refusal(await wish(client, body), 400, "malformed_body")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "application/jsonx"])
async def test_a_body_of_another_type_is_refused(client, media_type):
    answer = await wish(client, WISH, **{"Content-Type": media_type})
    await refusal(answer, 415, "unsupported_media_type")


async def test_a_compressed_body_is_refused(client):
    answer = await wish(client, b"", **{"Content-Encoding": "gzip"})
    await refusal(answer, 415, "unsupported_media_type")


async def test_a_body_is_refused_as_soon_as_it_is_too_large(client):
    await refusal(await wish(client, io.BytesIO(b"x" * 10_000_000)), 413, "too_large")


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(client):
    async def endless():
        for _ in range(200):
            yield b"x" * 1024

    answer = await client.post("/v1/free-wishes", data=endless(), headers=JSON)
    await refusal(answer, 413, "too_large")


async def test_a_body_that_does_not_come_is_not_waited_for(client):
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(
        b"POST /v1/free-wishes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


async def test_a_header_that_is_too_long_is_refused(client):
    answer = await client.get("/v1/greeting", headers={"X-Long": "x" * 20_000})
    await refusal(answer, 431, "header_too_large")


async def test_more_header_fields_than_we_take_are_refused(client):
    answer = await client.get("/v1/greeting", headers={f"X-{n}": "x" for n in range(100)})
    await refusal(answer, 431, "header_too_large")


async def test_no_answer_tells_which_versions_we_run(client):
    read = await client.get("/v1/greeting")
    unread = await client.get("/v1/greeting", headers={"X-Long": "x" * 20_000})
    assert [each.headers.getall("Server") for each in (read, unread)] == [["channel-gateway"]] * 2


async def test_a_repeated_credential_is_refused(client, citizen):
    fields = [("Authorization", citizen["Authorization"]), ("Authorization", "Bearer other")]
    answer = await client.get("/v1/wishes/1", headers=fields)
    await refusal(answer, 400, "repeated_header")


@pytest.mark.parametrize("query", ["nmae=x", "name=a&name=b", "name=%ff", "&".join(["a=1"] * 99)])
async def test_a_query_that_is_unknown_repeated_or_unreadable_is_refused(client, query):
    await refusal(await client.get(f"/v1/greeting?{query}"), 422, "invalid")


async def test_a_declared_query_parameter_is_read(client):
    answer = await client.get("/v1/greeting", params={"name": "张"})
    assert await answer.json() == {"words": "hello 张"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "query.name"),
        ("name=", "query.name"),
        ("name=a&tongue=fr", "query.tongue"),
        ("name=a&tongue=", "query.tongue"),
    ],
)
async def test_a_query_parameter_is_there_if_it_is_wanted_and_one_of_its_words(
    client, query, field
):
    problem = await refusal(await client.get(f"/v1/words?{query}"), 422, "invalid")
    assert problem["field"] == field
    assert (await client.get("/v1/words?name=a&tongue=zh")).status == 200


async def test_an_unknown_address_is_not_found(client):
    await refusal(await client.get("/v1/nothing"), 404, "not_found")


async def test_a_wrong_method_is_told_the_right_ones(client):
    answer = await client.put("/v1/greeting")
    await refusal(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET"


async def test_a_citizens_route_asks_for_a_session(client):
    answer = await client.get("/v1/wishes/1")
    await refusal(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("key", "status"), [("operators-key-for-tests", 204), ("another", 401), ("", 401), ("ü", 401)]
)
async def test_an_operators_route_opens_to_the_operators_key_alone(client, key, status):
    answer = await client.post("/v1/books/close", headers={"Authorization": f"Bearer {key}"})
    assert answer.status == status


async def test_a_citizen_is_no_operator(client, citizen):
    assert (await client.post("/v1/books/close", headers=citizen)).status == 401


async def test_an_error_carries_its_facts_and_its_field(client):
    problem = await refusal(await client.get("/v1/wishes/quote"), 409, "conflict")
    assert (problem["quote"], problem["field"]) == ({"fen": 120}, "total_fen")


@pytest.mark.parametrize(
    ("path", "status", "code", "seconds"),
    [("/v1/hurry", 429, "too_many", "7"), ("/v1/wonder", 503, "unavailable", "3")],
)
async def test_who_may_ask_again_is_told_when(client, path, status, code, seconds):
    answer = await client.get(path)
    await refusal(answer, status, code)
    assert answer.headers["Retry-After"] == seconds


async def test_a_citizen_who_reads_chinese_is_told_in_chinese(client):
    answer = await client.get("/v1/hurry", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert (await answer.json())["message"] == "操作过于频繁，请稍后再试。"


async def test_what_breaks_is_an_internal_problem_that_tells_nothing(client, caplog):
    problem = await refusal(await client.get("/v1/broken"), 500, "internal")
    assert "secret" not in json.dumps(problem)
    assert (await client.get("/v1/broken")).headers["X-Request-Id"] != problem["request_id"]
    assert caplog.records[-1].action == "internal_error"


async def test_who_stands_behind_us_is_told_to_the_log_and_not_to_callers(client, office, caplog):
    office.trouble = Unavailable("POST http://finance.internal: refused")
    problem = await refusal(await wish(client, WISH), 503, "unavailable")
    assert "finance.internal" not in json.dumps(problem)
    assert caplog.records[-1].why == "POST http://finance.internal: refused"


async def test_more_than_may_be_in_flight_is_asked_to_come_again(strict_client, office):
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def wait():
        inside.set()
        await go_on.wait()

    office.gate = wait
    first = asyncio.create_task(wish(strict_client, WISH))
    await inside.wait()
    async with asyncio.timeout(PATIENCE_S):
        second = await wish(strict_client, WISH)
    operator = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    elsewhere = [
        await strict_client.post("/callbacks/bell/pay"),
        await strict_client.get("/healthz"),
        await strict_client.post("/v1/books/close", headers=operator),
    ]
    go_on.set()
    problem = await refusal(second, 503, "busy")
    assert (second.headers["Retry-After"], (await first).status) == ("1", 200)
    assert problem["detail"]
    assert [answer.status for answer in elsewhere] == [200, 200, 204]


async def test_one_citizen_cannot_take_the_places_of_the_others(
    connect, table, edge, office, sessions, citizen
):
    client = await connect(table, replace(edge, limits=replace(edge.limits, of_one_citizen=2)))
    inside, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def wait():
        inside.release()
        await go_on.wait()

    office.gate = wait
    keys = ({**citizen, "Idempotency-Key": f"key-{number}"} for number in range(3))
    calls = [asyncio.create_task(client.post("/v1/wishes", json=WISH, headers=key)) for key in keys]
    await inside.acquire()
    await inside.acquire()
    async with asyncio.timeout(PATIENCE_S):
        (refused,), _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    token = await sessions.issue("wechat", "wx1", OpenId("openid-2"))
    other = await client.get("/v1/wishes/7", headers={"Authorization": f"Bearer {token}"})
    go_on.set()
    await refusal(refused.result(), 503, "busy")
    assert other.status == 200
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status for answer in answers) == [201, 201, 503]


async def test_a_body_under_way_takes_nobodys_place(strict_client):
    _, writer = await asyncio.open_connection("127.0.0.1", strict_client.port)
    writer.write(b"POST /v1/free-wishes HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
    await writer.drain()
    assert (await wish(strict_client, WISH)).status == 200
    writer.close()


async def test_more_connections_than_we_keep_are_closed(connect, table, edge):
    client = await connect(table, replace(edge, limits=replace(edge.limits, connections=2)))
    opened = [await asyncio.open_connection("127.0.0.1", client.port) for _ in range(3)]
    for _, writer in opened:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answered = [(await reader.read()).startswith(b"HTTP/1.1 200") for reader, _ in opened]
    assert answered == [True, True, False]
    told = await (await client.get("/metrics")).text()
    assert "gateway_connections_turned_away_total 1.0" in told
    for _, writer in opened:
        writer.close()


async def test_a_target_that_names_the_host_is_found(client):
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(
        b"GET http://pay.example/healthz HTTP/1.1\r\nHost: pay.example\r\nConnection: close\r\n\r\n"
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_a_callback_too_large_is_refused_in_the_platforms_words(client):
    answer = await client.post("/callbacks/bell/pay", data=b"x" * 2000)
    assert (answer.status, await answer.text()) == (413, "RING AGAIN")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("trace-00001", True),
        ("x", False),
        ("13800138000", False),
        ("a-990101199001010019", False),
        ("a b c d e f", False),
    ],
)
async def test_a_sane_request_id_is_kept_and_any_other_replaced(client, given, kept):
    answer = await client.get("/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept


async def test_a_request_leaves_one_line_without_anything_the_caller_wrote(client, citizen, lines):
    headers = {**citizen, "X-Request-Id": "trace-00001"}
    await client.get("/v1/wishes/7", headers=headers)
    line = lines[-1]
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "action": "request",
        "method": "GET",
        "route": "/v1/wishes/{number}",
        "status": 200,
        "request_id": "trace-00001",
        "channel": "wechat",
    }


async def test_the_line_of_a_refused_request_says_the_code(client, lines):
    await client.get("/v1/wishes/7")
    assert (lines[-1]["status"], lines[-1]["code"]) == (401, "unauthorized")


async def test_a_refusal_that_is_kept_for_its_key_says_its_code_each_time(
    client, citizen, office, lines
):
    office.trouble = Conflict("the amount has changed")
    headers = {**citizen, "Idempotency-Key": "key-1"}
    for _ in range(2):
        await client.post("/v1/wishes", json=WISH, headers=headers)
    assert [line["code"] for line in lines] == ["conflict", "conflict"]


async def test_requests_are_counted_by_template_and_callbacks_by_outcome(client, citizen):
    await client.get("/v1/wishes/7", headers=citizen)
    await client.request("PROPFIND", "/v1/nowhere")
    await client.post("/callbacks/bell/pay", data=b"ring")
    await client.post("/callbacks/bell/pay", data=b"forged")
    text = await (await client.get("/metrics")).text()
    for sample in (
        'gateway_requests_total{method="GET",route="/v1/wishes/{number}",status="200"} 1.0',
        'gateway_requests_total{method="other",route="-",status="404"} 1.0',
        'gateway_callbacks_total{name="bell",outcome="acknowledged"} 1.0',
        'gateway_callbacks_total{name="bell",outcome="refused"} 1.0',
        "gateway_requests_in_flight 1.0",
    ):
        assert sample in text


async def test_a_callback_sees_bytes_path_and_headers_as_they_came(client, office):
    body = b'{ "a":1,\n"b" : "\xff" }'
    answer = await client.post(
        URL("/callbacks/bell/pay?a=%2Fb+c", encoded=True),
        data=body,
        headers={"Wechatpay-Nonce": "n 1"},
    )
    request = office.seen[-1]
    assert (request.body, request.url) == (body, "/callbacks/bell/pay?a=%2Fb+c")
    assert request.headers["wechatpay-nonce"] == "n 1"
    assert (answer.status, await answer.read()) == (200, b"success")


async def test_a_callback_larger_than_its_row_allows_never_reaches_its_handler(client, office):
    answer = await client.post("/callbacks/bell/pay", data=b"x" * 1001)
    assert (answer.status, office.seen) == (413, [])


async def test_alive_does_not_mean_ready(client, ready_rows):
    async def down():
        raise StoreUnavailable

    async def hang():
        await asyncio.Event().wait()

    assert (await client.get("/readyz")).status == 200
    ready_rows += [Readiness("store", down), Readiness("keys", hang)]
    problem = await refusal(await client.get("/readyz"), 503, "not_ready")
    assert problem["missing"]["keys"] == "no answer in time"
    assert set(problem["missing"]) == {"store", "keys"}
    assert (await client.get("/healthz")).status == 200


async def test_without_a_socket_a_request_goes_the_same_way(table, edge):
    exchange = Exchange(table, edge)
    request = HttpRequest("POST", "/v1/free-wishes", Headers(JSON), json.dumps(WISH).encode())
    answer = await exchange.send(request)
    assert json.loads(answer.body) == {"number": "n1", "title": "tea"}
    assert (await exchange.send(HttpRequest("GET", "/v1/wishes/1"))).status == 401


async def test_a_refusal_leaves_nothing_for_the_garbage_collector(table, edge):
    refusals = []

    def noted(error):
        refusals.append(weakref.ref(error))
        return error

    async def refuse(_):
        raise noted(Conflict())

    table.routes.append(Route("GET", "/refused", refuse, "Refuses.", who=Who.ANYONE))
    exchange = Exchange(table, edge)
    gc.disable()
    try:
        assert (await exchange.send(HttpRequest("GET", "/v1/refused"))).status == 409
        assert [refusal() for refusal in refusals] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("peer", "address"), [("127.0.0.1", "203.0.113.9"), ("198.51.100.7", "198.51.100.7")]
)
async def test_a_handler_knows_whose_address_it_is_as_far_as_our_proxies_say(edge, peer, address):
    told = []

    async def ask(call):
        told.append(call.address)

    row = Route("GET", "/whose", ask, "Whose address?", status=204, who=Who.ANYONE)
    exchange = Exchange(Table(routes=[row]), replace(edge, proxies=(network("127.0.0.1/32"),)))
    forwarded = Headers({"X-Forwarded-For": "203.0.113.9"})
    await exchange.send(HttpRequest("GET", "/v1/whose", forwarded, peer=peer))
    assert told == [address]
