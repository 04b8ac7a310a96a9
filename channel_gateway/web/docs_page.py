"""The description as a page to read: no script, nothing fetched from elsewhere. Pure.

Its content security policy allows its own style sheet and nothing else.
"""

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from channel_gateway.web.problems import known_kinds, status_of, summary
from channel_gateway.web.samples import curl, sample


@dataclass(frozen=True)
class Field:
    name: str
    kind: str  # in words: `string`, `list of Item`
    refers_to: str  # a named schema, or nothing
    required: bool
    words: str


@dataclass(frozen=True)
class Trouble:
    code: str
    status: int
    words: str
    message: str  # what a citizen reads


def page(description: dict[str, Any]) -> tuple[str, str]:
    """The page, and the content security policy to send with it."""
    folder = resources.files("channel_gateway.web")
    style = (folder / "docs.css").read_text("utf-8")
    named = description["components"]["schemas"]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((folder / "docs.html.j2").read_text("utf-8"))
    html = template.render(
        info=description["info"],
        style=Markup(style),  # noqa: S704 (our own file)
        groups=_groups(description, named),
        schemas={name: _fields(schema) for name, schema in named.items()},
        about={name: schema.get("description", "") for name, schema in named.items()},
        troubles=troubles(),
    )
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return html, f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"


def troubles() -> list[Trouble]:
    """Every kind of error, by code."""
    return [
        Trouble(code, status_of(kind), summary(kind), kind.zh or "")
        for code, kind in known_kinds().items()
    ]


def _groups(description: dict[str, Any], named: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                _operation(method.upper(), path, operation, named)
            )
    return groups


def _operation(
    method: str, path: str, operation: dict[str, Any], named: dict[str, Any]
) -> dict[str, Any]:
    shown: dict[str, Any] = {"method": method, "path": path, **operation}
    schemes = [who for scheme in operation["security"] for who in scheme]
    shown["who"] = " or ".join(schemes) or "anyone"
    shown["roles"] = operation.get("x-roles", [])
    if "callbacks" in operation["tags"]:
        return {**shown, "parameters": [], "command": "", "takes": "", "gives": "", "sample": ""}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    status, answer = next(iter(operation["responses"].items()))
    given = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return {
        **shown,
        "command": curl(method, path, operation, named),
        "takes": _name(body.get("schema", {})),
        "gives": _name(given),
        "status": status,
        "sample": json.dumps(sample(given, named), ensure_ascii=False, indent=2) if given else "",
        "problems": {key: one for key, one in operation["responses"].items() if key != status},
    }


def _fields(schema: dict[str, Any]) -> list[Field]:
    required = schema.get("required", [])
    return [
        Field(name, *_kind(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> tuple[str, str]:
    """A property's type in words, and the named schema it refers to."""
    if name := _name(schema):
        return name, name
    if schema.get("type") == "array":
        words, refers_to = _kind(schema.get("items", {}))
        return f"list of {words}", refers_to
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        kinds = [_kind(one) for one in choices]
        return " or ".join(words for words, _ in kinds), next(
            (name for _, name in kinds if name), ""
        )
    if values := schema.get("enum"):
        return " or ".join(json.dumps(value) for value in values), ""
    return schema.get("format") or schema.get("type", "anything"), ""


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
