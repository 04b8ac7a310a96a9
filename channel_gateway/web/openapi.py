"""The OpenAPI 3.1 description, made from the same rows that are mounted. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.service import Callback, Parameter, Route, Table, Who, Written
from channel_gateway.web.problems import MEDIA_TYPE, known_kinds, status_of, summary
from channel_gateway.web.shapes import REFERENCE, renamed, short_names

# JSON Schema and OpenAPI are trees of anything.
Tree = dict[str, Any]

# Of any address: a query parameter or a body it does not take is refused, a session is looked up.
_ALWAYS = (
    *("busy", "internal", "invalid", "repeated_header", "store_unavailable"),
    *("too_large", "too_slow", "unsupported_media_type"),
)
_SECURITY: dict[Who, list[Tree]] = {
    Who.ANYONE: [],
    Who.CITIZEN: [{"citizen": []}],
    Who.OPERATOR: [{"operator": []}, {"staff": []}],
    Who.STAFF: [{"staff": []}],
}
_FORM = "application/x-www-form-urlencoded"


def describe(table: Table) -> Tree:
    """The whole description. Raises `ValueError` when a row names an error nobody has."""
    kinds = known_kinds()
    schemas, shapes = _schemas(table.routes)
    paths: Tree = {}
    for route in table.routes:
        paths.setdefault(f"/v1{route.path}", {})[route.method.lower()] = _route(
            route, shapes, kinds
        )
    for callback in table.callbacks:
        for method in callback.methods:
            paths.setdefault(callback.template, {})[method.lower()] = _callback(callback, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Channel gateway",
            "version": "1",
            "summary": "Government services inside WeChat and Alipay city-service tabs.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "securitySchemes": {
                "citizen": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a session, from `POST /v1/sessions`.",
                },
                "operator": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The operators' key.",
                },
                "staff": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of one of the staff who has one of the roles that the "
                    "route names (`x-roles`), from `staff token` on the command line.",
                },
            },
        },
    }


def codes_of(route: Route) -> tuple[str, ...]:
    """Every error a route may answer: its own, and those its shape brings with it."""
    codes = {*_ALWAYS, *route.errors}
    if route.body is not None:
        codes.add("malformed_body")
    if "{" in route.path:
        codes.add("not_found")  # what no code of ours can be, too long or not printable
    if route.who is not Who.ANYONE:
        codes.add("unauthorized")
    if route.who in (Who.OPERATOR, Who.STAFF):
        codes.update(("token_locked", "wrong_role"))
    if route.method == "POST":
        codes.update(("idempotency_mismatch", "in_progress", "idempotency_key_required"))
    return tuple(sorted(codes))


def _schemas(routes: Iterable[Route]) -> tuple[Tree, Tree]:
    """Named schemas, and for each (model, mode) a reference to one of them."""
    wanted: dict[tuple[type[BaseModel], Literal["validation", "serialization"]], None] = {}
    for route in routes:
        if route.body is not None:
            wanted[route.body, "validation"] = None
        if route.answer is not None and not issubclass(route.answer, Written):
            wanted[route.answer, "serialization"] = None
    shapes, definitions = models_json_schema(list(wanted), ref_template=f"{REFERENCE}{{model}}")
    defined = definitions.get("$defs", {})
    names = short_names(defined)
    named = {names[name]: renamed(schema, names) for name, schema in defined.items()}
    for schema in named.values():
        if "properties" in schema:  # what is not named in a body is refused
            schema.setdefault("additionalProperties", False)
    # Keys of shapes are pairs, as asked for.
    return named, {wanted: renamed(shape, names) for wanted, shape in shapes.items()}  # type: ignore[misc]


def _route(route: Route, shapes: Tree, kinds: dict[str, type[GatewayError]]) -> Tree:
    operation: Tree = {
        "operationId": _operation_id(route.method, route.path),
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "security": _SECURITY[route.who],
        "parameters": _parameters(route),
        "responses": {
            str(route.status): _answer(route, shapes),
            **_problems(codes_of(route), kinds, where=f"{route.method} {route.path}"),
        },
    }
    if route.allowed:
        operation["x-roles"] = sorted(route.allowed)
    if route.body is not None:
        shape = shapes[route.body, "validation"]  # type: ignore[index]  # a pair, as above
        operation["requestBody"] = {
            "required": True,
            "content": {_FORM if route.form else "application/json": {"schema": shape}},
        }
    return operation


def _parameters(route: Route) -> list[Tree]:
    text: Tree = {"type": "string"}
    parameters = [_path_parameter(name) for name in re.findall(r"{(\w+)}", route.path)]
    parameters += map(_query_parameter, route.parameters)
    if route.method == "POST":
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": route.idempotent,
                "description": _KEPT if route.keeps_key else _REMEMBERED,
                "schema": {**text, "minLength": 1, "maxLength": 255},
            }
        )
    return parameters


def _query_parameter(parameter: Parameter) -> Tree:
    schema: Tree = {"type": "string"}
    if parameter.among is not None:
        schema["enum"] = list(parameter.among)
    elif parameter.required:
        schema["minLength"] = 1
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "schema": schema,
    }


def _path_parameter(name: str) -> Tree:
    schema = {"type": "string", "maxLength": 128}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _answer(route: Route, shapes: Tree) -> Tree:
    headers: Tree = {
        "X-Request-Id": {"schema": {"type": "string"}, "description": "Finds it in the log."}
    }
    if route.method == "POST" and not route.keeps_key:
        headers["Idempotency-Replayed"] = {
            "schema": {"const": "true"},
            "description": "There when this is the first answer, given again.",
        }
    answer: Tree = {"description": "Done.", "headers": headers}
    if route.answer is not None and issubclass(route.answer, Written):
        answer["content"] = {route.answer.media_type: {"schema": {"type": "string"}}}
    elif route.answer is not None:
        shape = shapes[route.answer, "serialization"]  # type: ignore[index]  # a pair, as above
        answer["content"] = {"application/json": {"schema": shape}}
    return answer


def _problems(codes: Sequence[str], kinds: dict[str, type[GatewayError]], *, where: str) -> Tree:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        if code not in kinds:
            raise ValueError(f"{where} names an error nobody has: {code}")
    for code in sorted({*codes, *_unknown(codes, kinds)}):
        by_status.setdefault(status_of(kinds[code]), []).append(code)
    return {
        str(status): {
            "description": " ".join(f"`{code}`: {summary(kinds[code])}" for code in some),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "$ref": "#/components/schemas/Problem",
                        "properties": {
                            **_facts(kinds[code] for code in some),
                            "code": {"enum": some},
                        },
                    }
                }
            },
        }
        for status, some in sorted(by_status.items())
    }


def _facts(some: Iterable[type[GatewayError]]) -> Tree:
    """A kind's own: its family's come with the family's code alone."""
    own = (fact for kind in some for fact in vars(kind).get("facts", ()))
    facts = sorted(own, key=lambda each: each.name)
    return {fact.name: {**_FORMS[fact.form], "description": fact.says} for fact in facts}


def _unknown(codes: Collection[str], kinds: dict[str, type[GatewayError]]) -> Iterator[str]:
    """What a plug-in's platform may add to `unavailable`: more exactly why nothing is known."""
    if Unavailable.code in codes:
        yield from (code for code, kind in kinds.items() if issubclass(kind, Unavailable))


def _callback(callback: Callback, method: str) -> Tree:
    operation: Tree = {
        "operationId": _operation_id(method, callback.template),
        "summary": callback.summary,
        "description": _UNSIGNED if callback.unsigned else _SIGNED,
        "tags": ["callbacks"],
        "security": [],
        "responses": {"default": {"description": "The platform's own words."}},
    }
    if callback.unsigned:
        operation["parameters"] = [_path_parameter("key")]
    if method == "POST":
        operation["requestBody"] = {
            "description": f"At most {callback.body_limit} bytes, verified as they came.",
            "content": {"*/*": {}},
        }
    return operation


def _operation_id(method: str, path: str) -> str:
    return "_".join([method.lower(), *re.findall(r"\w+", path)])


_FORMS: dict[str, Tree] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "moment": {"type": "string", "format": "date-time"},
    "whole": {"type": "integer"},
    "objects": {"type": "array", "items": {"type": "object"}},
}

_REMEMBERED = "The same key and body get the first answer again, for a day."
_SIGNED = "Called by a platform and signed by it; answered in its own words."
_UNSIGNED = "Called by a platform that signs nothing, at an address only it was told."
_KEPT = "The same key and body find what the first call made, as it is by then."

_PROBLEM: Tree = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Programs compare `code`; `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "message": {"type": "string", "description": "For citizens, in Chinese, when asked for."},
        "field": {"type": "string", "description": "Which part of the input is wrong."},
        "request_id": {"type": "string"},
    },
}
