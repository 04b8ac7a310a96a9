"""Field rules of request bodies as data, and the one function that applies them. Pure.

Source: pay.weixin.qq.com, "JSAPI/mini-program order" and "refund request"; wording of the messages
as the platform gives it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from mock_platforms.wechat_pay.errors import bad_field

RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Text:
    longest: int
    shortest: int = 1
    pattern: str = r"[\s\S]*"


@dataclass(frozen=True, slots=True)
class Whole:
    least: int = 0


@dataclass(frozen=True, slots=True)
class Flag:
    pass


@dataclass(frozen=True, slots=True)
class Moment:
    pass


@dataclass(frozen=True, slots=True)
class Address:
    longest: int


@dataclass(frozen=True, slots=True)
class OneOf:
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Many:
    each: Rule


@dataclass(frozen=True, slots=True)
class Group:
    fields: Mapping[str, Field]
    most_bytes: int | None = None


Rule = Text | Whole | Flag | Moment | Address | OneOf | Many | Group


@dataclass(frozen=True, slots=True)
class Field:
    rule: Rule
    label: str
    required: bool = field(default=True)


def optional(rule: Rule, label: str) -> Field:
    return Field(rule, label, required=False)


def check(value: Any, rule: Rule, label: str, path: str) -> None:
    """Raise PARAM_ERROR unless a value obeys its rule."""
    match rule:
        case Text():
            _text(value, rule, label, path)
        case Whole():
            _whole(value, rule, label, path)
        case Flag():
            if not isinstance(value, bool):
                raise _wrong(path, value, label, "类型应为布尔值")
        case Moment():
            moment(value, label, path)
        case Address():
            _address(value, rule, label, path)
        case OneOf():
            if not isinstance(value, str) or value not in rule.words:
                raise _wrong(path, value, label, f"取值应为 {'、'.join(sorted(rule.words))}")
        case Many():
            if not isinstance(value, list):
                raise _wrong(path, value, label, "类型应为数组")
            for number, item in enumerate(value):
                check(item, rule.each, label, f"{path}/{number}")
        case Group():
            _group(value, rule, label, path)


def _group(value: Any, rule: Group, label: str, path: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(path, value, label, "类型应为对象")
    if rule.most_bytes and _bytes(value) > rule.most_bytes:
        raise _wrong(path, "", label, f"字节数超过最大值 {rule.most_bytes}")
    for name, known in rule.fields.items():
        if value.get(name) is not None:
            check(value[name], known.rule, known.label, f"{path}/{name}")
        elif known.required:
            message = (
                f"输入源“{path}/{name}”映射到字段“{known.label}”必填性规则校验失败，此字段为必填项"
            )
            raise bad_field(f"{path}/{name}", None, message)


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))


def _text(value: Any, rule: Text, label: str, path: str) -> None:
    if not isinstance(value, str):
        raise _wrong(path, value, label, "类型应为字符串")
    if len(value) < rule.shortest:
        issue = f"字符数 {len(value)}，小于最小值 {rule.shortest}"
        raise _wrong(path, value, label, issue, "字符串")
    if len(value) > rule.longest:
        issue = f"字符数 {len(value)}，大于最大值 {rule.longest}"
        raise _wrong(path, value, label, issue, "字符串")
    if not re.fullmatch(rule.pattern, value) or any(map(_unwritable, value)):
        raise _wrong(path, value, label, "包含非法字符", "字符串")


def _unwritable(char: str) -> bool:
    """Return whether a character needs four bytes, or is half of one: only 1 to 3 are taken."""
    return char > "\uffff" or "\ud800" <= char <= "\udfff"


def _whole(value: Any, rule: Whole, label: str, path: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(path, value, label, "类型应为整数")
    if value < rule.least:
        issue = f"值低于最小值 {rule.least}"
        message = f"输入源“{path}”映射到数值字段“{label}”规则校验失败，{issue}"
        raise bad_field(path, value, message, issue)


def _address(value: Any, rule: Address, label: str, path: str) -> None:
    """Check a callback address. Plain http may lead to this machine only, where tests listen."""
    _text(value, Text(rule.longest), label, path)
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise _wrong(path, value, label, "格式错误") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise _wrong(path, value, label, "必须为https地址")
    if not parts.hostname or parts.query or parts.fragment or "?" in value:
        raise _wrong(path, value, label, "不允许携带查询串")


def moment(value: Any, label: str, path: str) -> datetime:
    """Return an RFC 3339 moment that carries its offset."""
    # fromisoformat takes more than the standard: days without a time, dates without hyphens.
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise _wrong(path, value, label, "格式应遵循rfc3339标准")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise _wrong(path, value, label, "格式应遵循rfc3339标准") from error


def _wrong(path: str, value: object, label: str, issue: str, kind: str = "") -> Exception:
    message = f"输入源“{path}”映射到字段“{label}”{kind}规则校验失败，{issue}"
    return bad_field(path, value, message, issue)
