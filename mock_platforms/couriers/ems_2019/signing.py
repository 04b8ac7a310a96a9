"""Who may call, and what was signed. Pure.

sign = Base64(SHA-256(every name and value in the names' order, `sign` left out, then the secret)).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from mock_platforms.couriers.ems_2019.refusals import Refused

_NEEDED = ("app_key", "method", "authorization", "version", "timestamp", "format", "charset")


@dataclass(frozen=True, slots=True)
class Customer:
    app_key: str
    authorization: str
    app_secret: str


def expected_sign(form: Mapping[str, str], app_secret: str) -> str:
    hashed = sha256()
    for name, value in sorted(form.items()):
        if name != "sign":
            hashed.update(f"{name}{value}".encode())
    hashed.update(app_secret.encode())
    return b64encode(hashed.digest()).decode()


def check(form: Mapping[str, str], customer: Customer) -> None:
    """Raises Refused."""
    for name in (*_NEEDED, "sign"):
        if not form.get(name):
            raise Refused("B01", f"关键字段缺失: {name}")
    if form["app_key"] != customer.app_key or form["authorization"] != customer.authorization:
        raise Refused("S03", "非法的客户")
    if form["sign"] != expected_sign(form, customer.app_secret):
        raise Refused("S02", "非法的数字签名")
    if (form["format"], form["charset"]) != ("json", "UTF-8"):
        raise Refused("B02", "关键数据格式不正确")
    try:
        datetime.strptime(form["timestamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its form
    except ValueError as error:
        raise Refused("B02", "关键数据格式不正确: timestamp") from error
