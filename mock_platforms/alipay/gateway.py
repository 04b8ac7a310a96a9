"""The gateway's order of checks, from app id to business, and its signed answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mock_platforms.alipay.app import App
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.books import Books, Change
from mock_platforms.alipay.ciphers import (
    decrypt_content,
    encrypt_content,
    sign_rsa2,
    verifies_rsa2,
)
from mock_platforms.alipay.methods import (
    ERRORS_APART,
    METHODS,
    NOT_SIGNED_UP,
    PAGES,
    WITHOUT_BIZ_CONTENT,
)
from mock_platforms.alipay.moments import read_moment
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.wire import (
    Call,
    call_text,
    compact_json,
    envelope,
    node_text,
    response_key,
)

_REQUIRED = {
    "method": "isv.missing-method",
    "sign": "isv.missing-signature",
    "sign_type": "isv.missing-signature-type",
    "timestamp": "isv.missing-timestamp",
    "version": "isv.missing-version",
}


@dataclass(frozen=True)
class Answer:
    """What the gateway says, and what changed in its books by saying it."""

    text: str
    codec: str
    charset: str
    refused: str = ""  # the sub code, when it was refused
    changes: tuple[Change, ...] = ()
    location: str = ""  # of a page that leads elsewhere


def answer(
    call: Call, books: Books, *, now: datetime, callers_now: datetime, root_url: str
) -> Answer:
    """Answer one call as the platform does: always a document, whatever was wrong."""
    app = books.apps.get(call.get("app_id"))
    encrypted = False
    try:
        asked = believe(call, books, now=now, callers_now=callers_now, root_url=root_url)
        encrypted = call.get("encrypt_type") == "AES"
        node = METHODS[call.method](asked)
    except Refused as refused:
        failure = refused.node()
        return say(call, app, failure, refused=refused.sub_code, encrypted=encrypted)
    return say(call, app, node, encrypted=encrypted, changes=tuple(asked.changes))


def believe(
    call: Call, books: Books, *, now: datetime, callers_now: datetime, root_url: str
) -> Asked:
    """Check a call and read its content, in the platform's order. Raises Refused."""
    app = check_app(call, books)
    check_call(call, app)
    return Asked(app, call, content_of(call, app), books, now, callers_now, root_url)


def check_app(call: Call, books: Books) -> App:
    if not call.get("app_id"):
        raise Refused("isv.missing-app-id")
    app = books.apps.get(call.get("app_id"))
    if app is None:
        raise Refused("isv.invalid-app-id")
    return app


def check_call(call: Call, app: App) -> None:
    """Everything that is wrong with a call before its content is looked at."""
    for name, sub_code in _REQUIRED.items():
        if not call.get(name):
            raise Refused(sub_code)
    if call.get("format").lower() not in {"", "json"}:
        raise Refused("isv.invalid-format")
    if not call.charset_known:
        raise Refused("isv.invalid-charset")
    if read_moment(call.get("timestamp")) is None:
        raise Refused("isv.invalid-timestamp")
    if call.get("sign_type") != "RSA2":
        raise Refused("isv.invalid-signature-type")
    _check_signature(call, app)
    _check_certificates(call, app)
    if call.get("app_auth_token"):
        # No merchant has authorised these apps to call in its name.
        raise Refused("aop.invalid-app-auth-token")
    if call.method in NOT_SIGNED_UP:
        raise Refused("isv.insufficient-isv-permissions")
    if call.method not in METHODS and call.method not in PAGES:
        raise Refused("isv.invalid-method")


def _check_signature(call: Call, app: App) -> None:
    documented = call_text(call.params)
    as_sdks_sign = call_text(call.params, keep_empty=True)
    for text in (documented, as_sdks_sign):
        signed = text.encode(call.codec, "replace")
        if verifies_rsa2(signed, call.get("sign"), app.public_key):
            return
    raise Refused(
        "isv.invalid-signature",
        "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为："
        + documented.replace("&", "&amp;"),
    )


def _check_certificates(call: Call, app: App) -> None:
    mode = app.certificates
    if mode is None:
        return
    app_cert_sn, root_cert_sn = call.get("app_cert_sn"), call.get("alipay_root_cert_sn")
    if not app_cert_sn:
        raise Refused("isv.missing-app-cert-sn")
    if not root_cert_sn:
        raise Refused("isv.missing-alipay-root-cert-sn")
    if app_cert_sn != mode.app_cert_sn:
        raise Refused("isv.app-cert-not-exist")
    if root_cert_sn != mode.root_cert_sn:
        raise Refused("isv.invalid-alipay-root-cert-sn")


def content_of(call: Call, app: App) -> Mapping[str, object]:
    """The business parameters, decrypted and parsed. Raises Refused."""
    text = call.get("biz_content")
    if call.get("encrypt_type"):
        text = _decrypted(text, call, app)
    if call.method in WITHOUT_BIZ_CONTENT:
        return {}
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("isv.illegal-json") from error
    if not isinstance(content, dict):
        raise Refused("isv.illegal-json")
    return content


def _decrypted(text: str, call: Call, app: App) -> str:
    if call.get("encrypt_type") != "AES":
        raise Refused("isv.invalid-encrypt-type")
    if app.aes_key is None:
        raise Refused("isv.missing-encrypt-key")
    try:
        return decrypt_content(text, app.aes_key).decode(call.codec) if text else text
    except ValueError as error:
        raise Refused("isv.invalid-encrypt") from error


def say(
    call: Call,
    app: App | None,
    node: Mapping[str, object],
    *,
    refused: str = "",
    encrypted: bool = False,
    changes: tuple[Change, ...] = (),
) -> Answer:
    """Put a node into its envelope, signed unless the app is unknown."""
    apart = refused and (call.method in ERRORS_APART or not call.method)
    key = "error_response" if apart else response_key(call.method)
    text = node_text(node)
    if encrypted and app is not None and app.aes_key is not None:
        text = compact_json(encrypt_content(text.encode(call.codec, "replace"), app.aes_key))
    sign = cert_sn = None
    if app is not None:
        sign = sign_rsa2(text.encode(call.codec, "replace"), app.alipay_key)
        cert_sn = app.certificates.alipay_cert_sn if app.certificates else None
    document = envelope(key, text, sign=sign, cert_sn=cert_sn)
    charset = call.charset if call.charset_known else "utf-8"
    return Answer(document, call.codec, charset, refused, changes)
