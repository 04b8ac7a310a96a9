"""What the section of the settings turns on: outlets, and the callback of the message push."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.wechat import COLLECTIONS, Settings, build
from adapters.wechat.known_pushes import KNOWN_PUSHES
from adapters.wechat.sent_messages import SENT_MESSAGES
from channel_gateway.ports import Outlet, Store, Tools
from channel_gateway.service import Table
from channel_gateway.vault import Vault
from tests.unit.wechat.push_side import AES_KEY
from tests.unit.wechat.server_side import FakeWechat
from tests.unit.wechat_pay.platform_side import FakeClock, FakeRandomness

ToolsOf = Callable[..., Tools]
BARE = {"base_url": "http://x/", "app_id": "wx1", "app_secret": "the-app-secret"}
PUSHED = {**BARE, "push_token": "the-push-token", "encoding_aes_key": AES_KEY}
CITY = {**BARE, "city_app_id": "wx2", "city_app_secret": "the-city-secret"}


@pytest.fixture
def tools_of(store: Store, wechat: FakeWechat, clock: FakeClock, vault: Vault) -> ToolsOf:
    def tools(section: Mapping[str, Any], name: str = "wechat") -> Tools:
        return Tools(
            name=name,
            section=section,
            store=store,
            http=wechat,
            clock=clock,
            randomness=FakeRandomness(),
            vault=vault,
            identities=None,  # type: ignore[arg-type]  # nobody is asked who somebody is
            chains=None,  # type: ignore[arg-type]  # appends nothing
            public_url="https://gateway.example",
        )

    return tools


def built(tools: Tools) -> Table:
    table = Table()
    build(table, tools)
    return table


def test_a_bare_section_offers_subscribe_messages_alone(tools_of: ToolsOf) -> None:
    table = built(tools_of(BARE))

    assert list(table.offered(Outlet)) == ["wechat"]
    assert table.callbacks == table.jobs == table.remarks == []


def test_with_an_official_account_cards_are_offered_too(tools_of: ToolsOf) -> None:
    table = built(tools_of(CITY, name="weixin"))

    assert list(table.offered(Outlet)) == ["weixin", "weixin_city"]
    assert {outlet.channel for outlet in table.offered(Outlet).values()} == {"weixin"}


def test_with_a_token_pushes_are_taken_and_what_is_refused_is_kept(tools_of: ToolsOf) -> None:
    table = built(tools_of(PUSHED, name="weixin"))

    (row,) = table.callbacks
    assert (row.name, row.path) == ("weixin_messages", "/weixin/messages")
    assert row.methods == ("GET", "POST")
    assert row.keeps_refused
    assert not row.unsigned
    assert row.refusal is not None
    assert row.refusal.body not in (b"", b"success")
    assert [job.name for job in table.jobs] == ["purge-weixin-pushes", "purge-weixin-sent"]
    assert table.remarks == []


def test_pushes_in_clear_are_remarked_upon(tools_of: ToolsOf) -> None:
    table = built(tools_of({**BARE, "push_token": "t", "push_mode": "plain"}))

    assert len(table.callbacks) == 1
    assert "safe mode" in table.remarks[0]


def test_what_is_kept_has_its_collections() -> None:
    assert {SENT_MESSAGES, KNOWN_PUSHES} < set(COLLECTIONS)


def test_secrets_may_lie_in_files(tools_of: ToolsOf, tmp_path: Path) -> None:
    for name, text in (("token", "the-push-token"), ("key", AES_KEY), ("city", "the-city-secret")):
        (tmp_path / name).write_text(f"{text}\n")
    section = {
        **BARE,
        "push_token_file": str(tmp_path / "token"),
        "encoding_aes_key_file": str(tmp_path / "key"),
        "city_app_id": "wx2",
        "city_app_secret_file": str(tmp_path / "city"),
    }
    settings = Settings.model_validate(section)

    gate, account = settings.push_gate(), settings.city_account()

    assert gate is not None
    assert account is not None
    assert (gate.token, account.secret, account.base_url) == (
        "the-push-token",
        "the-city-secret",
        "http://x",
    )
    assert len(built(tools_of(section)).callbacks) == 1


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"push_token": "t"}, "encoding_aes_key"),
        ({"push_token": "t", "push_token_file": "f"}, "push_token"),
        ({"push_mode": "clear"}, "push_mode"),
        ({"push_longest_age_s": 1}, "push_longest_age_s"),
        ({"push_longest_age_s": 86_400}, "push_longest_age_s"),
        ({"encoding_aes_key": "a", "encoding_aes_key_file": "f"}, "encoding_aes_key"),
        ({"city_app_id": "wx2"}, "city_app_secret"),
        ({"city_app_secret": "s"}, "city_app_id"),
        ({"city_styles": {"T": {"colour": "red"}}}, "city_styles"),
    ],
)
def test_a_wrong_section_is_named(more: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate({**BARE, **more})


@pytest.mark.parametrize(
    ("more", "named"),
    [({"encoding_aes_key": "a" * 40}, "encoding_aes_key"), ({"push_token": " "}, "push_token")],
)
def test_a_secret_that_is_none_is_named_and_not_shown(
    tools_of: ToolsOf, more: dict[str, str], named: str
) -> None:
    with pytest.raises(ValueError, match=named) as wrong:
        built(tools_of({**PUSHED, **more}))

    assert "aaaa" not in str(wrong.value)


def test_no_secret_is_printed() -> None:
    settings = Settings.model_validate({**PUSHED, **CITY})

    gate, account = settings.push_gate(), settings.city_account()

    for secret in ("the-push-token", AES_KEY, "the-city-secret"):
        assert secret not in repr(settings) + repr(gate) + repr(account)
