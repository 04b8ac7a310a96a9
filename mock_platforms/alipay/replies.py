"""How an answer of the gateway is spoiled on its way back. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace

from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.wire import Request, Response

_SIGN = re.compile(rb',"sign":"([^"]*)"\}$')
_CERT_SN = re.compile(rb'"alipay_cert_sn":"([0-9a-f]{32})"')

FAULTS = (
    FaultKind("reply_forged", "The answer's signature belongs to another text.", CALL),
    FaultKind("reply_unsigned", "The answer carries no signature.", CALL),
    FaultKind(
        "reply_unknown_cert_sn", "The answer names a certificate that nobody has ever issued.", CALL
    ),
)


def forged(response: Response, _: Request, __: Fault) -> Response:
    return _with_sign(response, lambda sign: sign[-5::-1] + sign[-4:])


def unsigned(response: Response, _: Request, __: Fault) -> Response:
    return replace(response, body=_SIGN.sub(b"}", response.body))


def unknown_cert_sn(response: Response, _: Request, __: Fault) -> Response:
    """Only certificate mode names one; other answers stay as they are."""
    body = _CERT_SN.sub(lambda found: b'"alipay_cert_sn":"' + found[1][::-1] + b'"', response.body)
    return replace(response, body=body)


def _with_sign(response: Response, change: Callable[[bytes], bytes]) -> Response:
    body = _SIGN.sub(lambda found: b',"sign":"' + change(found[1]) + b'"}', response.body)
    return replace(response, body=body)


SPOILERS = {
    "reply_forged": forged,
    "reply_unsigned": unsigned,
    "reply_unknown_cert_sn": unknown_cert_sn,
}
