"""What a city has done in the platforms' consoles beforehand: its messages' templates."""

import tomllib
from collections.abc import Awaitable, Callable, Iterator
from importlib.resources import files
from typing import Any

Control = Callable[[str, str, dict[str, Any]], Awaitable[Any]]


async def take_up_templates(control: Control) -> None:
    """Every template that a service file names, with the fields it fills."""
    for outlet, message in _messages():
        template, fields = message["template"], message["fields"]
        if outlet == "wechat":
            body = {"template_id": template, "keys": list(fields)}
            await control("POST", "/wechat/templates", body)
        elif outlet == "alipay":
            body = {"template_id": template, "fields": dict.fromkeys(fields, "")}
            await control("POST", "/alipay/message-templates", body)


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in (files("channel_gateway.services.catalogue") / "examples").iterdir():
        if not file.name.endswith(".toml"):
            continue
        for by_outlet in tomllib.loads(file.read_text("utf-8")).get("messages", {}).values():
            yield from by_outlet.items()
