"""What may have been signed instead of what came: the mistakes people make with Alipay. Pure.

Each guess is words and a text; the one whose digest is in the signature tells what happened.
Sources: the issues of fzlee/alipay, yansongda/pay, alipay-easysdk and alipay-sdk-nodejs-all.
"""

import html
import json
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

Parameters = Mapping[str, str]
Guess = tuple[str, str]

_DIGITS = "0123456789"
_SHORT = 64  # longer values are not searched digit by digit


def text_of(parameters: Parameters, *without: str, keep_empty: bool = False) -> str:
    """Join what is signed: sorted, neither `sign` nor the named ones, no empty values."""
    return "&".join(
        f"{name}={value}"
        for name, value in sorted(parameters.items())
        if name not in ("sign", *without) and (value or keep_empty)
    )


def in_callback(parameters: Parameters) -> Iterator[Guess]:
    rule = ("sign_type",)
    yield (
        "sign_type was signed too: a message under the V2 rule (service market, application "
        "gateway), no trade callback",
        text_of(parameters),
    )
    yield "empty parameters were signed too", text_of(parameters, *rule, keep_empty=True)
    yield from _values(parameters, *rule)
    yield from _added(parameters, *rule)
    yield from _altered(parameters, *rule)


def in_request(parameters: Parameters) -> Iterator[Guess]:
    yield "sign_type was left out: requests sign it", text_of(parameters, "sign_type")
    yield "empty parameters were signed: leave them out", text_of(parameters, keep_empty=True)
    yield "biz_content was not signed", text_of(parameters, "biz_content")
    yield from _rewritten(parameters)
    yield from _values(parameters)
    yield from _added(parameters)
    yield from _altered(parameters)


def _values(parameters: Parameters, *without: str) -> Iterator[Guess]:
    """One thing done to all values."""
    for words, change in (
        ("values are encoded twice", unquote_plus),
        ("`+` was decoded twice and became a space", lambda value: value.replace(" ", "+")),
        ("quotes came as HTML entities", html.unescape),
        ("slashes lost their backslash", lambda value: value.replace("/", "\\/")),
        ("spaces round values were cut or added", str.strip),
    ):
        yield words, text_of({name: change(parameters[name]) for name in parameters}, *without)


def _added(parameters: Parameters, *without: str) -> Iterator[Guess]:
    for name in parameters:
        words = f"{name} was added after signing, by a framework or a proxy"
        yield words, text_of(parameters, name, *without)


def _altered(parameters: Parameters, *without: str) -> Iterator[Guess]:
    """One digit of one short value."""
    for name, value in parameters.items():
        if name == "sign" or name in without or len(value) > _SHORT:
            continue
        head, _, tail = text_of({**parameters, name: "\0"}, *without).partition("\0")
        for at, was in enumerate(value):
            if was in _DIGITS:
                for digit in _DIGITS:
                    changed = f"{value[:at]}{digit}{value[at + 1 :]}"
                    yield (
                        f"{name} was altered: digit {at + 1} is not the signed one",
                        (head + changed + tail),
                    )


def _rewritten(parameters: Parameters) -> Iterator[Guess]:
    """The same JSON written in another way after it was signed."""
    try:
        content = json.loads(parameters.get("biz_content", ""))
    except ValueError:
        return
    for ascii_only in (True, False):
        for separators in ((",", ":"), (", ", ": ")):
            for in_order in (True, False):
                written = json.dumps(
                    content, ensure_ascii=ascii_only, separators=separators, sort_keys=in_order
                )
                yield (
                    "biz_content was written anew after signing: send the very text",
                    text_of({**parameters, "biz_content": written}),
                )
