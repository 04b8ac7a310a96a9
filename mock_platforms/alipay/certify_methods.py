"""alipay.user.certify.open: begin a certification, open its page, ask for its result."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.certifications import LIFE, Certification
from mock_platforms.alipay.refusals import Refused, success
from mock_platforms.id_numbers import is_id_number

_OUTER_ORDER_NO = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)
_ADDRESS = re.compile(r"[!-~]{1,256}", re.ASCII)
_LONGEST = 128
_PAGE = (
    "<html><head><title>身份认证</title></head>"
    "<body>请在支付宝中完成人脸认证，完成后将返回商家页面。</body></html>"
)


@dataclass(frozen=True)
class Page:
    """What a browser is shown, or where it is led."""

    html: str
    location: str = ""


def initialize(asked: Asked) -> dict[str, object]:
    """alipay.user.certify.open.initialize, of a face and an identity card."""
    number = (asked.app.app_id, _text(asked.biz, "outer_order_no"))
    if not _OUTER_ORDER_NO.fullmatch(number[1]):
        raise _invalid("outer_order_no")
    if asked.text("biz_code") != "FACE":  # the app has signed up for no other
        raise _invalid("biz_code")
    _check_identity(_object(asked.biz, "identity_param"))
    return_url = str(_object(asked.biz, "merchant_config").get("return_url", ""))
    if not _ADDRESS.fullmatch(return_url):
        raise _invalid("return_url")
    if number in asked.books.outer_order_nos:
        raise Refused("INVALID_PARAMETER", "outer_order_no重复")
    asked.books.outer_order_nos.add(number)
    certification = Certification(
        certify_id=asked.books.token(),
        app_id=asked.app.app_id,
        return_url=return_url,
        expires_at=asked.now + LIFE,
    )
    asked.books.certifications[certification.certify_id] = certification
    return success(certify_id=certification.certify_id)


def query(asked: Asked) -> dict[str, object]:
    """alipay.user.certify.open.query: F also while the citizen has not finished."""
    return success(**_certification(asked).told(asked.now))


def certify(asked: Asked) -> Page:
    """alipay.user.certify.open.certify: no call, but the page that the citizen opens."""
    certification = _certification(asked)
    certification.check_alive(asked.now)
    return_url = asked.call.get("return_url")
    if return_url and not re.fullmatch(r"https?://[!-~]{1,248}", return_url):
        raise _invalid("return_url")
    if certification.finished:
        return Page("", location=return_url or certification.return_url)
    asked.books.certifications[certification.certify_id] = replace(certification, opened=True)
    return Page(_PAGE)


def _certification(asked: Asked) -> Certification:
    certification = asked.books.certifications.get(_text(asked.biz, "certify_id"))
    if certification is None or certification.app_id != asked.app.app_id:
        raise Refused("OPEN_CERTIFY_BILL_NOT_EXIST")
    return certification


def _check_identity(identity: Mapping[str, object]) -> None:
    if identity.get("identity_type") != "CERT_INFO":
        raise _invalid("identity_type")
    if identity.get("cert_type") != "IDENTITY_CARD":
        raise _invalid("cert_type")
    _text(identity, "cert_name")
    if not is_id_number(_text(identity, "cert_no")):
        raise _invalid("cert_no")


def _object(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A member that is an object; the documentation shows it as its JSON text as well."""
    value = fields.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise _invalid(name) from error
    if not isinstance(value, dict):
        raise _invalid(name)
    return value


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise _invalid(name)
    return value


def _invalid(name: str) -> Refused:
    return Refused("INVALID_PARAMETER", f"参数有误{name}")
