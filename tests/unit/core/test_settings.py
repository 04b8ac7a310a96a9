"""Settings: strict, said in one line each, never showing a value."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pydantic import BaseModel, ConfigDict, SecretStr

from channel_gateway.addresses import HttpAddress
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.printing import settings_lines
from channel_gateway.secret_keys import look_at_secret_keys, read_secret_keys
from channel_gateway.sections import Section
from channel_gateway.services.calendar import Settings as CalendarSettings
from channel_gateway.settings import (
    Settings,
    WrongSettings,
    checked_section,
    read_settings,
    refuse_stand_ins_in_public,
    section_of,
)

ROOT = Path(__file__).parents[3]


class Platform(BaseModel):
    model_config = ConfigDict(extra="forbid")

    base_url: str
    app_id: str
    app_secret: str = ""


class Partners(BaseModel):
    departments: dict[str, dict[str, str]]


class Called(Section):
    base_url: HttpAddress


def settings_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_as_cloned_is_right() -> None:
    settings = read_settings(ROOT / "settings.toml", {})
    assert settings.store.url.startswith("sqlite:")
    assert settings.server.host == "127.0.0.1"
    assert {
        "wechat",
        "alipay",
        "wechat_pay",
        "alipay_pay",
        "finance",
        "bank",
        "departments",
        "sf",
        "ems",
        "post",
        "kuaidi100",
        "catalogue",
        "citizen",
        "calendar",
        "appointment",
        "case",
        "review",
        "licence_delivery",
        "message",
        "payment",
    } == set(settings.plugins)


def test_a_variable_stands_over_the_file(tmp_path: Path) -> None:
    path = settings_file(tmp_path, '[server]\nport = 1\n[plugins.x]\nmodule = "x"\nkey = "a"')
    settings = read_settings(path, {"GATEWAY_SERVER__PORT": "2", "GATEWAY_PLUGINS__X__KEY": "b"})
    assert settings.server.port == 2
    assert settings.plugins["x"]["key"] == "b"


def test_a_variable_gives_a_list_or_a_table_as_json(tmp_path: Path) -> None:
    path = settings_file(tmp_path, '[plugins.calendar]\nmodule = "m"')
    days = {"GATEWAY_PLUGINS__CALENDAR__CLOSED_DAYS": '["2026-12-29", "2026-12-30"]'}
    table = {"GATEWAY_PLUGINS__CALENDAR__NAMES": '{"a": {"b": "1"}}'}

    section = read_settings(path, days | table).plugins["calendar"]

    assert section["closed_days"] == ["2026-12-29", "2026-12-30"]
    assert section["names"] == {"a": {"b": "1"}}
    read = CalendarSettings.model_validate({"closed_days": section["closed_days"]})
    assert read.closed_days == (date(2026, 12, 29), date(2026, 12, 30))


@pytest.mark.parametrize(
    ("text", "environment", "line"),
    [
        ("[server]\nprot = 1", {}, "server.prot: unknown key"),
        ("[servre]\nport = 1", {}, "servre: unknown key"),
        ("", {"GATEWAY_STORE__ULR": "x"}, "store.ulr: unknown key"),
        ("", {"GATEWAY_PORT": "1"}, "GATEWAY_PORT: unknown variable (SECTION__KEY is wanted)"),
        ("", {"GATEWAY_SERVER__PORT": "many"}, "server.port: Input should be a valid integer"),
        (
            "",
            {"GATEWAY_STORE__URL": "[s3cret"},
            "GATEWAY_STORE__URL: begins as JSON does, and is none",
        ),
        (
            "",
            {"GATEWAY_STORE__URL": "[" * 100_000},
            "GATEWAY_STORE__URL: begins as JSON does, and is none",
        ),
        ('[store]\ndriver = "mongoengine"', {}, "store.driver: Input should be 'motor'"),
        ("[plugins.x]\nkey = 1", {}, "plugins.x: `module` is missing"),
        ("[server", {}, "Expected ']'"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(
    tmp_path: Path, text: str, environment: dict[str, str], line: str
) -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_settings(settings_file(tmp_path, text), environment)
    assert len(wrong.value.lines) == 1
    assert line in wrong.value.lines[0]


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "[server]\nprot = 1\n[store]\nulr = 2")
    with pytest.raises(WrongSettings) as wrong:
        read_settings(path, {})
    assert len(wrong.value.lines) == 2


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"nowhere\.toml"):
        read_settings(tmp_path / "nowhere.toml", {})


def test_a_wrong_value_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings) as wrong:
        checked_section("x", {"base_url": "u", "app_id": ["s3cret"]}, Platform)
    assert "s3cret" not in str(wrong.value)
    assert wrong.value.lines == ["plugins.x.app_id: Input should be a valid string"]


def test_a_plug_ins_keys_lie_over_those_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "platforms.json"
    file.write_text(json.dumps({"a": {"base_url": "http://a", "app_id": "1", "other": 2}}))
    given = {"module": "m", "from": f"{file}#a", "app_id": "2"}
    assert section_of("x", given, Platform) == {"base_url": "http://a", "app_id": "2"}


def test_a_table_given_beside_a_file_leaves_the_files_other_entries(tmp_path: Path) -> None:
    file = tmp_path / "platforms.json"
    departments = {"police": {"url": "http://a"}, "traffic": {"url": "http://b", "old": 1}}
    file.write_text(json.dumps({"departments": {"departments": departments}}))
    mine = {"traffic": {"url": "http://c"}, "customs": {"url": "http://d"}}
    given = {"module": "m", "from": f"{file}#departments", "departments": mine}

    section = section_of("x", given, Partners)

    assert section == {"departments": {"police": {"url": "http://a"}, **mine}}


def test_an_unknown_key_of_a_plug_in_is_refused() -> None:
    section = section_of("x", {"module": "m", "base_url": "u", "app_id": "1", "apid": 2}, Platform)
    with pytest.raises(WrongSettings, match=r"plugins\.x\.apid: unknown key"):
        checked_section("x", section, Platform)


def test_stand_ins_that_have_not_started_are_said(tmp_path: Path) -> None:
    given = {"module": "m", "from": f"{tmp_path}/platforms.json#a"}
    with pytest.raises(WrongSettings, match="start the stand-ins"):
        section_of("x", given, Platform)


def test_a_member_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "platforms.json"
    file.write_text("{}")
    with pytest.raises(WrongSettings, match="has no member 'a'"):
        section_of("x", {"module": "m", "from": f"{file}#a"}, Platform)


@pytest.mark.parametrize(
    "server",
    [
        {"host": "0.0.0.0"},  # noqa: S104 (it is what must be refused)
        {"host": "10.0.0.5"},
        {"public_url": "https://pay.example.gov.cn"},
        {"public_url": "http://pay.example.gov.cn"},
    ],
)
@pytest.mark.parametrize(
    "platform",
    [
        "http://127.0.0.1:9000",
        "http://localhost",
        "http://[::1]",
        "https://LOCALHOST.:9000",
        "https://foo.localhost",
        "https://localhost.localdomain",
        "https://ip6-localhost",
        "https://IP6-Loopback.:9000",
        "https://u:p@127.0.0.1.",
        "https://127.1",
        "https://2130706433",
        "https://0x7f.0.0.1",
        "https://0177.0.0.1",
        "https://[::ffff:127.0.0.1]",
        "https://0.0.0.0:9000",
        "https://0",
        "https://[::]",
        "https://[::ffff:0.0.0.0]",
    ],
)
def test_stand_ins_beside_a_public_address_are_refused(
    server: dict[str, str], platform: str
) -> None:
    settings = Settings.model_validate({"server": server})
    section = Platform(base_url=platform, app_id="1")
    with pytest.raises(WrongSettings, match=r"plugins\.x\.base_url: a platform on this machine"):
        refuse_stand_ins_in_public(settings, {"x": section})


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (
            "http://api.weixin.qq.com",
            "over https only",
        ),  # the app's secret would be read on its way
        ("notaurl", "an address is wanted"),
    ],
)
def test_a_platform_beside_a_public_address_is_called_over_https_alone(
    platform: str, words: str
) -> None:
    settings = Settings.model_validate({"server": {"public_url": "https://pay.example.gov.cn"}})
    section = Platform(base_url=platform, app_id="1")
    with pytest.raises(WrongSettings, match=rf"plugins\.x\.base_url: .*{words}"):
        refuse_stand_ins_in_public(settings, {"x": section})


@pytest.mark.parametrize(
    ("address", "refused"),
    [("127.0.0.1:9595", True), ("localhost:9595", True), ("10.20.0.5:9595", False)],
)
def test_a_stand_in_that_speaks_no_http_is_refused_too(address: str, *, refused: bool) -> None:
    class Node(Section):
        address: str

    settings = Settings.model_validate({"server": {"public_url": "https://pay.example.gov.cn"}})
    section = {"x": Node(address=address)}
    if not refused:
        refuse_stand_ins_in_public(settings, section)
        return
    with pytest.raises(WrongSettings, match=r"plugins\.x\.address: a platform on this machine"):
        refuse_stand_ins_in_public(settings, section)


def test_an_address_that_is_not_set_is_none_to_be_refused() -> None:
    class Messages(Section):
        target_url: str = ""

    settings = Settings.model_validate({"server": {"public_url": "https://pay.example.gov.cn"}})
    refuse_stand_ins_in_public(settings, {"x": Messages()})


def test_a_public_address_that_platforms_will_not_call_is_refused() -> None:
    settings = Settings.model_validate({"server": {"public_url": "http://pay.example.gov.cn"}})
    with pytest.raises(WrongSettings, match="https only"):
        refuse_stand_ins_in_public(settings, {})


def test_a_moved_clock_beside_a_public_address_is_refused(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "server": {"public_url": "https://pay.example.gov.cn"},
            "clock": {"follow": str(tmp_path / "clock")},
        }
    )
    with pytest.raises(WrongSettings, match=r"clock\.follow: a moved clock"):
        refuse_stand_ins_in_public(settings, {})


def test_real_platforms_beside_a_public_address_are_taken() -> None:
    settings = Settings.model_validate({"server": {"host": "0.0.0.0"}})  # noqa: S104
    section = Platform(base_url="https://api.mch.weixin.qq.com", app_id="1")
    refuse_stand_ins_in_public(settings, {"x": section})


@pytest.mark.parametrize(
    "text",
    [
        "notaurl",
        "",
        "ftp://h",
        "https:h",
        "https://",
        "https://h:99999",
        "https://a b",
        "https:\\\\h",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        checked_section("x", {"base_url": text}, Called)
    assert wrong.value.lines == [
        "plugins.x.base_url: an address is wanted, such as https://host.example"
    ]


@pytest.mark.parametrize("text", ["https://api.example", "HTTPS://Api.example:443/a/../b?c=%7e"])
def test_an_address_stays_as_it_was_written(text: str) -> None:
    assert Called(base_url=text).base_url == text


def test_our_keys_are_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = read_secret_keys(folder, create=True)
    assert read_secret_keys(folder, create=False) == first
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert "operator" not in repr(first)


def test_a_folder_made_for_our_keys_is_ours_alone_up_to_the_top(tmp_path: Path) -> None:
    read_secret_keys(tmp_path / "var" / "secrets", create=True)
    for made in (tmp_path / "var", tmp_path / "var" / "secrets"):
        assert made.stat().st_mode & 0o777 == 0o700


def test_who_only_looks_at_our_keys_makes_none_and_reads_those_that_are_there(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "secrets"
    made_up = look_at_secret_keys(folder, create=True)
    assert not folder.exists()
    assert len(made_up.index) == 32
    assert look_at_secret_keys(folder, create=True) != made_up

    made = read_secret_keys(folder, create=True)
    assert look_at_secret_keys(folder, create=True) == made
    (folder / "index.key").unlink()
    with pytest.raises(WrongSettings, match=r"index\.key is missing"):
        look_at_secret_keys(folder, create=False)


def test_missing_keys_are_named_where_they_are_not_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_secret_keys(tmp_path, create=False)
    assert f"secrets: {tmp_path}/index.key is missing" in wrong.value.lines
    assert len(wrong.value.lines) == 4


def test_the_newest_of_several_keys_signs_and_the_older_still_read(tmp_path: Path) -> None:
    read_secret_keys(tmp_path, create=True)
    (tmp_path / "session-2.key").write_text("ab" * 32)
    keys = read_secret_keys(tmp_path, create=False)
    assert list(keys.session) == ["2", "1"]


def test_a_key_that_is_no_key_is_refused_without_showing_it(tmp_path: Path) -> None:
    read_secret_keys(tmp_path, create=True)
    (tmp_path / "index.key").write_text("tooshort")
    with pytest.raises(WrongSettings) as wrong:
        read_secret_keys(tmp_path, create=False)
    assert "tooshort" not in str(wrong.value)


def test_a_file_that_is_not_there_is_said_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^key_file: .*/nope cannot be read \(No such file"):
        rsa_private_key("key_file", tmp_path / "nope")


@pytest.mark.parametrize("content", [b"", b"no PEM", b"\xff\xfe", "ENCRYPTED", "of another kind"])
@pytest.mark.parametrize("read", [rsa_private_key, rsa_public_key])
def test_a_key_that_cannot_be_read_is_said_with_its_setting_and_without_a_link(
    tmp_path: Path, read: Callable[[str, Path], object], content: bytes | str
) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content if isinstance(content, bytes) else pem_of(content))
    with pytest.raises(ValueError, match=r"^key_file: ") as wrong:
        read("key_file", file)
    assert "http" not in str(wrong.value)


def pem_of(kind: str) -> bytes:
    """A private key that must not be taken: behind a password, or not RSA's."""
    sealed = kind == "ENCRYPTED"
    key = rsa.generate_private_key(65537, 2048) if sealed else Ed25519PrivateKey.generate()
    how = BestAvailableEncryption(b"hush") if sealed else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def test_a_stand_in_inside_a_table_is_refused_beside_a_public_address() -> None:
    class Inner(Section):
        url: HttpAddress

    class Outer(Section):
        departments: dict[str, Inner]

    settings = Settings.model_validate({"server": {"public_url": "https://pay.example"}})
    given = {"hall": {"url": "http://127.0.0.1:9"}, "other": {"url": "https://other.example"}}
    section = Outer.model_validate({"departments": given})

    with pytest.raises(WrongSettings) as wrong:
        refuse_stand_ins_in_public(settings, {"x": section})

    assert len(wrong.value.lines) == 1
    assert wrong.value.lines[0].startswith("plugins.x.departments.hall.url: a platform on this")


def test_a_table_inside_a_section_is_printed_line_by_line_and_its_secrets_masked() -> None:
    class Inner(Section):
        url: HttpAddress
        secret_files: tuple[Path, ...]
        secret: str = "topsecret"

    class Outer(Section):
        departments: dict[str, Inner]

    given = {"hall": {"url": "https://x.example", "secret_files": ["/keys/a", "/keys/b"]}}
    section = Outer.model_validate({"departments": given})
    settings = Settings.model_validate({"plugins": {"x": {"module": "m"}}})

    lines = list(settings_lines(settings, {"x": section}))
    assert lines[-3:] == [
        "departments.hall.url = https://x.example",
        "departments.hall.secret_files = /keys/a, /keys/b",
        "departments.hall.secret = ******",
    ]


def test_secrets_in_a_list_are_printed_as_secrets() -> None:
    class Keys(BaseModel):
        push_keys: tuple[SecretStr, ...] = (SecretStr("one"), SecretStr("two"))

    settings = Settings.model_validate({"plugins": {"x": {"module": "m"}}})

    assert list(settings_lines(settings, {"x": Keys()}))[-1] == "push_keys = ******, ******"
