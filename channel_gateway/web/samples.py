"""Sample bodies and commands for the description: something a reader can paste. Pure."""

import json
import shlex
from typing import Any

_BY_TYPE: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "null": None}
_BY_FORMAT = {
    "date": "2026-03-02",
    "date-time": "2026-03-02T01:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_DEEPEST = 6
_CREDENTIALS = {"citizen": "TOKEN", "operator": "OPERATOR_KEY", "staff": "STAFF_TOKEN"}


def sample(schema: dict[str, Any], named: dict[str, Any], depth: int = 0) -> Any:
    """A value the schema takes: its own example where it has one."""
    if "$ref" in schema:
        schema = {**named[schema["$ref"].rpartition("/")[2]], **schema}
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default", "example"):
        if key in schema:
            return schema[key]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key) and depth < _DEEPEST:
            return sample(schema[key][0], named, depth + 1)
    kind = schema.get("type")
    if kind == "object" and depth < _DEEPEST:
        required = schema.get("required", [])
        properties = schema.get("properties", {})
        return {name: sample(properties[name], named, depth + 1) for name in required}
    if kind == "array" and depth < _DEEPEST:
        return [sample(schema.get("items", {}), named, depth + 1)]
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "…")
    return _BY_TYPE.get(str(kind), {})


def curl(method: str, path: str, operation: dict[str, Any], named: dict[str, Any]) -> str:
    """A command that makes the call, with names in capitals where a reader fills something in."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            name = parameter["name"]
            path = path.replace(f"{{{name}}}", name.upper())
    wanted = [one for one in operation["parameters"] if one["in"] == "query" and one["required"]]
    if wanted:
        path += "?" + "&".join(f"{one['name']}={_filled_in(one)}" for one in wanted)
    lines = [f'curl -X {method} "$GATEWAY{path}"']
    for scheme in operation["security"][:1]:  # the first of those that will do
        (who,) = scheme
        lines.append(f'-H "Authorization: Bearer ${_CREDENTIALS[who]}"')
    if any(one["name"] == "Idempotency-Key" for one in operation["parameters"]):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    body = operation.get("requestBody")
    if body is not None:
        ((media_type, content),) = body["content"].items()
        lines += _sent(media_type, sample(content["schema"], named))
    return " \\\n  ".join(lines)


def _sent(media_type: str, told: Any) -> list[str]:
    if media_type == "application/json":
        text = json.dumps(told, ensure_ascii=False)
        return ["-H 'Content-Type: application/json'", f"-d {shlex.quote(text)}"]
    return [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in told.items()]


def _filled_in(parameter: dict[str, Any]) -> str:
    words = parameter["schema"].get("enum")
    return str(words[0] if words else parameter["name"].upper())
