"""Settings: `settings.toml`, then `GATEWAY_*` variables over it. What is unknown is refused.

A variable's name is the key's path: `GATEWAY_STORE__URL` is `url` in `[store]`. A value that begins
with `[` or `{` is JSON: a list, or a table. Errors come as one line each, all of them at once, and
never show a value.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from channel_gateway.addresses import HttpAddress, is_https, is_loopback, leads_here, network
from channel_gateway.domain.errors import GatewayError
from channel_gateway.sections import Section

PREFIX = "GATEWAY_"
# Read by commands and tests, not settings: where the file is, and where tests find a MongoDB.
NOT_SETTINGS = frozenset({"GATEWAY_SETTINGS", "GATEWAY_TEST_MONGO_URI"})

PLAIN_HTTP = "server.public_url: platforms call back over https only"
STAND_IN = "a platform on this machine beside a public address of ours"
FOLLOWED = "clock.follow: a moved clock beside a public address of ours"
_TCP = "tcp://"
IN_CLEAR = "http beside a public address of ours: platforms are called over https only"


class WrongSettings(GatewayError):
    """The settings are wrong; `lines` says each fault in one line."""

    code = "wrong_settings"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Server(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: HttpAddress = Field(
        default="http://127.0.0.1:8080", description="where platforms reach our callbacks"
    )
    proxies: tuple[str, ...] = Field(
        default=(),
        description="networks of our own reverse proxies, whose X-Forwarded-For is believed",
    )

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            network(proxy)
        return proxies


class StoreSection(Section):
    url: str = Field(
        default="sqlite:var/gateway.db", description="memory:, sqlite:PATH or mongodb://…/DATABASE"
    )
    driver: Literal["motor", "pymongo"] = Field(default="motor", description="for MongoDB only")
    timeout_s: float = Field(default=5, gt=0, le=60, description="no call waits longer")


class Secrets(Section):
    folder: Path = Field(default=Path("var/secrets"), description="the keys, a file each")
    create: bool = Field(default=True, description="make the missing ones at start")
    heads: Path | None = Field(
        default=None,
        description="where chains end, kept outside the store; beside the keys unless said",
    )


class SessionsSection(Section):
    lifetime_s: int = Field(default=43_200, ge=60, le=30 * 86_400)


class StaffSection(Section):
    token_days: int = Field(
        default=90, ge=1, le=366, description="a token of the staff ends by itself after these"
    )


class ClockSection(Section):
    follow: Path | None = Field(
        default=None,
        description="the file `clock` of stand-ins started with --shared-clock; for trials alone",
    )


class WorkerSection(Section):
    lease_s: int = Field(
        default=60, ge=1, le=600, description="after it others do what a killed process had begun"
    )


class Settings(Section):
    server: Server = Server()
    store: StoreSection = StoreSection()
    secrets: Secrets = Secrets()
    sessions: SessionsSection = SessionsSection()
    staff: StaffSection = StaffSection()
    worker: WorkerSection = WorkerSection()
    clock: ClockSection = ClockSection()
    plugins: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="a section each; `module` names what checks the rest"
    )


def read_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read the file and the variables over it. Raises `WrongSettings`."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WrongSettings([f"{path}: {error}"]) from error
    for name, value in environment.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            _put(tree, name, value)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise WrongSettings(list(faults(error, ""))) from error
    faulty = [
        f"plugins.{name}: `module` is missing"
        for name, section in settings.plugins.items()
        if "module" not in section
    ]
    if faulty:
        raise WrongSettings(faulty)
    return settings


def refuse_stand_ins_in_public(settings: Settings, sections: Mapping[str, BaseModel]) -> None:
    """A public address beside a loopback platform: stand-ins must not reach production.

    And platforms call back, and are called, over https only. Raises `WrongSettings`.
    """
    ours = settings.server.public_url
    here = leads_here(ours)
    if here and is_loopback(settings.server.host):
        return
    lines = [] if here or is_https(ours) else [PLAIN_HTTP]
    lines += [FOLLOWED] if settings.clock.follow else []
    lines += [
        f"plugins.{name}.{key}: {wrong}"
        for name, section in sections.items()
        for key, url in _addresses(section)
        if (wrong := _unfit(url))
    ]
    if lines:
        raise WrongSettings(lines)


def section_of(name: str, given: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """A plug-in's own keys: those given, over those of the file that `from` names.

    `from = "FILE#MEMBER,MEMBER"`: members of a JSON file; what the plug-in does not know of them is
    passed over, while an unknown key given here is refused. A table given here lies over the file's
    key by key, one level deep: one more department leaves the others. Raises `WrongSettings`.
    """
    keys = {key: value for key, value in given.items() if key not in ("module", "from")}
    beneath: dict[str, Any] = {}
    if "from" in given:
        file, _, members = str(given["from"]).partition("#")
        try:
            whole = json.loads(Path(file).read_text(encoding="utf-8"))
            for member in reversed(members.split(",")):
                beneath |= _member(whole, member)
        except KeyError as error:
            raise WrongSettings([f"plugins.{name}.from: {file} has no member {error}"]) from error
        except (OSError, ValueError) as error:
            why = f"plugins.{name}.from: {file} cannot be read ({type(error).__name__})"
            raise WrongSettings([f"{why}; start the stand-ins, or give the keys here"]) from error
    known = {key: value for key, value in beneath.items() if key in model.model_fields}
    return known | {key: _over(known.get(key), value) for key, value in keys.items()}


def checked_section(name: str, section: Mapping[str, Any], model: type[BaseModel]) -> BaseModel:
    """Raises `WrongSettings`, naming each key."""
    try:
        return model.model_validate(section)
    except ValidationError as error:
        raise WrongSettings(list(faults(error, f"plugins.{name}."))) from error


def faults(error: ValidationError, prefix: str) -> Iterator[str]:
    """Each fault of a validation in one line, without its value."""
    for fault in error.errors(include_input=False, include_url=False):
        where = ".".join(str(step) for step in fault["loc"])
        words = (
            "unknown key"
            if fault["type"] == "extra_forbidden"
            else fault["msg"].removeprefix("Value error, ")
        )
        yield f"{prefix}{where}: {words}" if where else f"{prefix.rstrip('.')}: {words}"


def _put(tree: dict[str, Any], name: str, value: str) -> None:
    *path, key = name.removeprefix(PREFIX).lower().split("__")
    for step in path:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            raise WrongSettings([f"{name}: {step} is not a section"])
        tree = below
    if not path:
        raise WrongSettings([f"{name}: unknown variable (SECTION__KEY is wanted)"])
    tree[key] = _value(name, value)


def _value(name: str, text: str) -> Any:
    """Raises `WrongSettings`, also where the brackets are deeper than they can be read."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise WrongSettings([f"{name}: begins as JSON does, and is none"]) from None


def _over(beneath: Any, given: Any) -> Any:
    """A table over another one, its keys as they are; of all else what is given."""
    both_are_tables = isinstance(beneath, dict) and isinstance(given, dict)
    return beneath | given if both_are_tables else given


def _member(whole: Any, path: str) -> dict[str, Any]:
    for step in path.split("/"):
        whole = whole[step]
    if not isinstance(whole, dict):
        raise ValueError("not a section")  # noqa: TRY004 (a file's shape, not a type)
    return whole


def _addresses(section: BaseModel) -> Iterator[tuple[str, str]]:
    """Every address of a section, and of those inside it, by its key."""
    for key, value in section:
        if isinstance(value, str) and value and (key == "url" or key.endswith("_url")):
            yield key, value
        elif isinstance(value, str) and key == "address":  # host:port of who speaks no HTTP
            yield key, f"{_TCP}{value}"
        elif isinstance(value, dict):
            for name, inner in value.items():
                if isinstance(inner, BaseModel):
                    yield from ((f"{key}.{name}.{step}", url) for step, url in _addresses(inner))


def _unfit(url: str) -> str:
    """Why a gateway with a public address must not call this one; empty when it may."""
    if url.startswith(_TCP):
        return STAND_IN if leads_here(url.replace(_TCP, "http://", 1)) else ""
    try:
        if leads_here(url):
            return STAND_IN
        return "" if is_https(url) else IN_CLEAR
    except ValueError as wrong:  # a plug-in that takes any text
        return str(wrong)
