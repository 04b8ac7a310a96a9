"""The command line, as an operator uses it, beside stand-ins that listen."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE
from typing import BinaryIO

import aiohttp
import pytest
from aiohttp import web
from openapi_spec_validator import validate

from adapters.departments import COLLECTIONS as DEPARTMENTS
from adapters.wechat import COLLECTIONS as WECHAT
from channel_gateway.demo.scene import demo_settings
from channel_gateway.domain.documents import to_document
from channel_gateway.services.licence_delivery import COLLECTIONS as DELIVERIES
from channel_gateway.services.message import COLLECTIONS as MESSAGES
from channel_gateway.store import open_store
from mock_platforms.server import RunningStage, start
from payment.plugin import COLLECTIONS as PAYMENTS
from tests.journeys.command_line import ROOT, run_command
from tests.unit.payment.refund_cases.samples import case
from tests.unit.payment.samples import order


@dataclass
class Desk:
    """An operator's terminal: settings of their own, and stand-ins beside."""

    folder: Path
    stage: RunningStage

    async def run(
        self, *words: str, given: bytes = b"", out: int | BinaryIO = PIPE, **environment: str
    ) -> tuple[int, str, str]:
        settings = self.folder / "settings.toml"
        return await run_command(settings, *words, given=given, out=out, **environment)

    def tables(self) -> list[str]:
        """The text of the settings, cut before each plug-in's table."""
        text = (self.folder / "settings.toml").read_text(encoding="utf-8")
        return re.split(r"^(?=\[plugins\.)", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture
async def desk(folder: Path) -> AsyncIterator[Desk]:
    (folder / "stand-ins").mkdir(exist_ok=True)
    async with start(folder / "stand-ins") as stage:
        demo_settings(folder, 0)
        yield Desk(folder, stage)


async def test_check_prints_the_whole_with_secrets_masked(desk: Desk) -> None:
    code, out, _ = await desk.run("check")
    assert code == 0
    platforms = json.loads((desk.folder / "stand-ins" / "platforms.json").read_text())
    assert f"mch_id = {platforms['wechat_pay']['mch_id']}" in out
    assert platforms["wechat"]["app_secret"] not in out
    assert platforms["wechat_pay"]["apiv3_key"] not in out


async def test_check_tells_programs_the_same(desk: Desk) -> None:
    _, out, _ = await desk.run("check")
    code, told, _ = await desk.run("check", "--json")

    assert code == 0
    told = json.loads(told)
    lines = [
        line
        for name, pairs in told["settings"].items()
        for line in (f"[{name}]", *(f"{key} = {text}" for key, text in pairs.items()))
    ]
    assert [*lines, *(f"note: {each}" for each in told["notes"])] == out.splitlines()


@pytest.fixture
def full_disk() -> Iterator[BinaryIO]:
    with Path("/dev/full").open("wb") as full:
        yield full


async def test_a_full_disk_is_said_in_one_line(desk: Desk, full_disk: BinaryIO) -> None:
    code, _, err = await desk.run("check", out=full_disk)

    assert (code, err) == (1, "Error: not all is written: No space left on device\n")


async def test_who_logs_in_to_an_address_is_never_printed(desk: Desk) -> None:
    code, out, err = await desk.run(
        "check",
        GATEWAY_PLUGINS__FINANCE__BASE_URL="http://somebody:ge@heim@127.0.0.1:9",
        GATEWAY_STORE__URL="mongodb://somebody:geheim@127.0.0.1/gateway",
    )

    assert code == 0, err
    assert "base_url = http://******@127.0.0.1:9\n" in out
    assert "url = mongodb://******@127.0.0.1/gateway\n" in out
    assert "heim" not in out


async def test_who_logs_in_to_an_address_is_not_printed_in_a_refusal_either(desk: Desk) -> None:
    code, _, err = await desk.run("check", GATEWAY_SETTINGS="postgres://somebody:geheim@127.0.0.1")

    assert code == 2
    assert "geheim" not in err


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("GATEWAY_SERVER__HOST", "10.0.0.5", "beside a public address of ours"),
        ("GATEWAY_SERVR__HOST", "x", "refused: servr: unknown key"),
        ("GATEWAY_PLUGINS__WECHAT__SECRET", "x", "refused: plugins.wechat.secret: unknown key"),
        (
            "GATEWAY_PLUGINS__FINANCE__APP_KEY_FILE",
            "/nowhere",
            "refused: plugins.finance: app_key_file: /nowhere cannot be read (No such file",
        ),
        (
            "GATEWAY_PLUGINS__WECHAT_PAY__MERCHANT_KEY_FILE",
            "README.md",
            "refused: plugins.wechat_pay: merchant_key_file: an RSA private key in PEM",
        ),
        (
            "GATEWAY_PLUGINS__ALIPAY__ALIPAY_PUBLIC_KEY_FILE",
            "README.md",
            "refused: plugins.alipay: alipay_public_key_file: an RSA public key is wanted",
        ),
        (
            "GATEWAY_PLUGINS__PAYMENT__FINANCE",
            "treasury",
            "refused: plugins.payment: finance: treasury names nobody who speaks with finance; "
            "there is finance\n",
        ),
        (
            "GATEWAY_PLUGINS__PAYMENT__PEOPLE",
            "nobody",
            "refused: plugins.payment: people: names nobody who knows the citizens; "
            "there is citizen\n",
        ),
        ("GATEWAY_STORE__URL", "postgres://x", "refused: store.url: "),
    ],
)
async def test_wrong_settings_are_refused_at_start_in_one_line(
    desk: Desk, variable: str, value: str, line: str
) -> None:
    for command in ("check", "serve"):
        code, out, err = await desk.run(command, **{variable: value})
        assert (code, out) == (2, "")
        assert line in err
        assert "Traceback" not in err


async def test_the_order_of_the_plug_ins_tables_does_not_matter(desk: Desk, tmp_path: Path) -> None:
    core, *plugins = desk.tables()
    turned = tmp_path / "settings.toml"
    turned.write_text("\n".join([core, *reversed(plugins)]), encoding="utf-8")

    _, routes, _ = await desk.run("routes")
    _, again, _ = await desk.run("routes", GATEWAY_SETTINGS=str(turned))

    assert "/callbacks/wechat_pay" in routes
    assert sorted(again.splitlines()) == sorted(routes.splitlines())


async def test_the_description_is_printed_as_json_and_names_no_module(desk: Desk) -> None:
    code, out, err = await desk.run("openapi")
    assert code == 0, err
    description = json.loads(out)
    validate(description)
    assert [name for name in description["components"]["schemas"] if "__" in name] == []


async def test_payments_without_a_payment_method_are_refused(desk: Desk, tmp_path: Path) -> None:
    bare = tmp_path / "settings.toml"
    bare.write_text("".join(each for each in desk.tables() if "_pay]" not in each), "utf-8")

    code, _, err = await desk.run("check", GATEWAY_SETTINGS=str(bare))

    assert (code, err.count("\n")) == (2, 1)
    assert "refused: plugins.payment: no plug-in is a payment method" in err


async def test_routes_and_states_are_listed(desk: Desk) -> None:
    _, routes, _ = await desk.run("routes")
    assert re.search(r"POST +/v1/orders ", routes)
    assert "/callbacks/wechat_pay" in routes
    _, states, _ = await desk.run("states", "order")
    assert "unpaid --> paid" in states
    assert "REFUND" not in states


async def test_a_life_cycle_that_is_not_there_is_said_in_one_line(desk: Desk) -> None:
    code, _, err = await desk.run("states", "orders")
    assert (code, err) == (
        1,
        "not_found: nothing here lives as orders; there are "
        "proof, erasure, appointment, case, delivery, review, message, order, refund, "
        "refund_case, reconciliation_day, reconciliation_difference, reconciliation_case, "
        "archive_part\n",
    )


async def test_no_process_at_all_is_refused(desk: Desk) -> None:
    code, _, err = await desk.run("serve", "--workers", "0")
    assert code == 2
    assert "0 is not in the range x>=1" in err


async def test_the_reference_pages_say_what_the_code_says(desk: Desk, tmp_path: Path) -> None:
    await desk.run("reference", str(tmp_path))
    for page in ("routes.md", "settings.md", "states.md"):
        made = (tmp_path / page).read_text(encoding="utf-8")
        kept = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
        # Where the demo lies and listens is not what the page is about.
        assert made == kept, f"run `make reference`: docs/reference/{page} is not what it prints"


async def test_a_number_nobody_knows_is_said_with_the_store_that_was_asked(desk: Desk) -> None:
    kept = (*WECHAT, *PAYMENTS, *DELIVERIES, *MESSAGES, *DEPARTMENTS)
    await (await open_store(f"sqlite:{desk.folder}/gateway.db", kept)).close()

    code, _, err = await desk.run("explain", "33019926300000000999")

    asked = f"sqlite:{desk.folder}/gateway.db"
    assert (code, err) == (1, f"not_found: nothing in {asked} goes by this number\n")


async def test_commands_that_only_look_leave_nothing_behind(desk: Desk, tmp_path: Path) -> None:
    elsewhere = {
        "GATEWAY_STORE__URL": f"sqlite:{tmp_path}/var/gateway.db",
        "GATEWAY_SECRETS__FOLDER": f"{tmp_path}/var/secrets",
    }
    (tmp_path / "pages").mkdir()
    for command in (["check"], ["routes"], ["states"], ["reference", str(tmp_path / "pages")]):
        code, _, err = await desk.run(*command, **elsewhere)
        assert code == 0, err
    await desk.run("explain-signature", given=b"a=1&sign=b", **elsewhere)

    code, _, err = await desk.run("explain", "33019926300000000999", **elsewhere)

    assert code == 2
    assert f"refused: store.url: there is no store at {tmp_path}/var/gateway.db" in err
    assert not (tmp_path / "var").exists()


async def test_commands_that_work_on_a_store_make_none_where_there_is_none(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    keys = {"GATEWAY_SECRETS__FOLDER": f"{tmp_path}/secrets"}
    there = f"sqlite:{tmp_path}/gateway.db"
    await desk.run("staff", "add", "zhang", "--role", "auditor", GATEWAY_STORE__URL=there, **keys)

    for command in (
        ("reconcile", "2026-01-05"),
        ("close", "2026-01-05", "--token", "x"),
        ("export", "movements", "--from", "2026-01-05", "--to", "2026-01-05"),
        ("staff", "token", "zhang"),
    ):
        absent = f"sqlite:{tmp_path}/elsewhere/gateway.db"
        code, out, err = await desk.run(*command, GATEWAY_STORE__URL=absent, **keys)
        assert (code, out) == (2, "")
        assert f"refused: store.url: there is no store at {tmp_path}/elsewhere/gateway.db" in err
        assert not list((tmp_path / "elsewhere").iterdir())


async def test_a_callbacks_signature_is_explained(desk: Desk) -> None:
    received: list[bytes] = []

    async def receive(request: web.Request) -> web.Response:
        head = "".join(f"{name}: {value}\n" for name, value in request.headers.items())
        received.append(f"{head}\n".encode() + await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as http:
        control = f"{desk.stage.control_url}/wechat_pay/send-notify"
        async with http.post(control, json={"url": url, "bad": "notify_stale"}) as answer:
            assert answer.status == 200
    await runner.cleanup()
    good, stale = received
    code, out, _ = await desk.run("explain-signature", given=good)
    assert code == 0, out
    assert "WRONG" not in out
    code, out, _ = await desk.run("explain-signature", given=stale)
    assert code == 1
    assert re.search(r"WRONG .*timestamp", out)
    then = (datetime.now(UTC) - timedelta(seconds=600)).isoformat()
    code, out, _ = await desk.run("explain-signature", "--at", then, given=stale)
    assert code == 0, out
    code, out, _ = await desk.run("explain-signature", given=good.replace(b"EV-", b"EW-", 1))
    assert code == 1
    assert "WRONG" in out


async def test_a_form_that_was_decoded_is_explained_as_it_is(desk: Desk) -> None:
    form = "notify_id=1&notify_time=2026-01-01 09:00:00&subject=费: 1&sign=a+b=&sign_type=RSA2"

    code, out, err = await desk.run("explain-signature", given=form.encode())

    assert (code, err) == (1, "")
    assert "WRONG verdict: refused: form was decoded before it came here" in out


async def test_a_body_that_was_cut_off_is_named(desk: Desk) -> None:
    message = b"Wechatpay-Nonce: 1\nWechatpay-Nonce: 2\nContent-Length: 9\n\n{}"

    code, out, _ = await desk.run("explain-signature", given=message)

    assert code == 1
    assert "ok    wechatpay-nonce: came 2 times: the last one counts" in out
    assert "refused: content-length 9 bytes are announced, 2 are here: the body was cut off" in out


async def test_the_demo_plays_every_journey(desk: Desk) -> None:
    code, out, err = await desk.run("demo", "--once")
    assert code == 0, err
    assert "10 journeys went well" in out
    assert len(re.findall(r"^\d+\. ", out, re.MULTILINE)) == 10


async def test_parity_is_not_asked_of_a_day_to_come_nor_of_a_method_that_is_not_there(
    desk: Desk,
) -> None:
    await (await open_store(f"sqlite:{desk.folder}/gateway.db", PAYMENTS)).close()

    code, out, err = await desk.run("journal", "parity", "2099-01-01")
    assert (code, out) == (1, "")
    assert err.startswith("day_not_over: this day is to come")
    code, _, err = await desk.run("journal", "parity", "2026-03-02", "--method", "nobody")
    assert (code, err.strip()) == (1, "not_found: there is no such payment method")


async def test_refunds_are_listed_by_their_day_with_what_is_to_be_done(desk: Desk) -> None:
    store = await open_store(f"sqlite:{desk.folder}/gateway.db", PAYMENTS)
    now = datetime.now(UTC)
    for id, days in (("RC2", 0), ("RC1", 40)):
        given = replace(case(now - timedelta(days=days)), id=id, open_key=None, materials=())
        await store.insert("refund_cases", to_document(given))
    await store.insert("orders", to_document(order(given.order_id)))
    await store.close()

    code, out, err = await desk.run("refunds")
    assert code == 0, err
    _, _, overdue, fresh, count = out.splitlines()
    assert overdue.startswith("RC1   待受理  206.00")
    assert "（逾期）" in overdue
    assert fresh.startswith("RC2")
    assert "执收单位  单位受理并核实退款申请" in fresh
    assert count == "共 2 件，合计 412.00 元"

    code, out, err = await desk.run("refunds", "--overdue", "--json")
    assert code == 0, err
    assert [each["case_id"] for each in json.loads(out)] == ["RC1"]
    _, out, _ = await desk.run("refunds", "--unit", "another", "--json")
    assert json.loads(out) == []
    _, out, _ = await desk.run("refunds", "--stuck", "--json")
    assert json.loads(out) == []
    code, out, err = await desk.run("refunds", "RC2", "--json")
    assert code == 0, err
    assert [each["what"] for each in json.loads(out)["history"]] == ["applied"]
    code, _, err = await desk.run("refunds", "RC3")
    assert (code, err.partition(":")[0]) == (1, "no_such_refund_case")
