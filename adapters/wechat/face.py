"""Face verification 2.0 (人脸核身): the citizen's face against a name and identity number. Pure.

WeChat compares what a result is asked with to what its session was begun with, and answers an
errcode when number, certificate or citizen differ. Passed is `errcode` 0 and `verify_ret` 10000.
Source: developers.weixin.qq.com, `getVerifyId`, `queryVerifyInfo`, `wx.requestFacialVerify`.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from adapters.wechat.answers import Errors, read_answer
from adapters.wechat.app import App, post
from channel_gateway.domain.errors import Malformed, Refused
from channel_gateway.domain.people import OpenId, Person
from channel_gateway.ports import ProofBegun, ProofResult, ProofState, WhyFailed
from channel_gateway.wire import HttpRequest, HttpResponse

LONGEST_VERIFY_ID = 256
GRACE = timedelta(minutes=10)  # who began in the last second may still be before the camera


class NoSuchSession(Refused):
    """WeChat does not know this face verification, or knows it no longer."""


_CERTIFICATE = ("cert_type", "cert_name", "cert_no")
_ERRORS: Errors = {84001: NoSuchSession}
_PROVEN = 10000
_PENDING = frozenset({10005, 10300})  # being checked; not done
_OURS = frozenset({10001, 10006, 10017, 10040, 10041})  # no citizen can put these right
_WHY: Mapping[int, WhyFailed] = {
    **dict.fromkeys((90002, 90003, 90004, 90005, 90006), WhyFailed.CANCELLED),
    **dict.fromkeys((10020, 10029, 10052, 90017, 90107), WhyFailed.TIMED_OUT),
    **dict.fromkeys((90007, 90012), WhyFailed.NETWORK),
    **dict.fromkeys((90001, 90109), WhyFailed.DEVICE),
    **dict.fromkeys((90008, 90009, 90010, 90106), WhyFailed.CAMERA),
    **dict.fromkeys((10002, 10007, 10010, 90011, 90013, 90014), WhyFailed.UNCLEAR),
    **dict.fromkeys((10003, 10004, 10012), WhyFailed.MISMATCH),
    **dict.fromkeys((10018, 10026), WhyFailed.NOT_ON_RECORD),
    10042: WhyFailed.TOO_OFTEN,
    **dict.fromkeys((10008, 10013, 10014, 10015, 10016, 10045), WhyFailed.PLATFORM),
    **dict.fromkeys((90018, 90104, 90105, 90110, 90199), WhyFailed.PLATFORM),
}


@dataclass(frozen=True, slots=True)
class Session:
    """What a result is asked with, besides the person: our reference, read."""

    out_seq_no: str
    ends_at: datetime
    verify_id: str

    def reference(self) -> str:
        return f"{self.out_seq_no}.{int(self.ends_at.timestamp())}.{self.verify_id}"

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at + GRACE


def out_seq_no(number: str, nonce: str) -> str:
    """Our number with something new each time: WeChat takes an `out_seq_no` once."""
    return f"{_head(number)}{nonce}"


def begin_session(app: App, token: str, number: str, person: Person, openid: OpenId) -> HttpRequest:
    """`number` is an `out_seq_no`."""
    body = {"out_seq_no": number, "cert_info": _certificate(person), "openid": openid.reveal()}
    return post(app.url("/cityservice/face/identify/getverifyid", access_token=token), body)


def read_begun(response: HttpResponse, number: str, now: datetime) -> ProofBegun:
    """Raises `Malformed`, and what all calls raise."""
    answer = read_answer(response)
    verify_id, life_s = answer.get("verify_id"), answer.get("expires_in")
    if not isinstance(verify_id, str) or not 0 < len(verify_id) <= LONGEST_VERIFY_ID:
        raise Malformed("a face verification without its id", field="verify_id")
    if not isinstance(life_s, int) or life_s <= 0:
        raise Malformed("a face verification without its end", field="expires_in")
    session = Session(number, now + timedelta(seconds=life_s), verify_id)
    return ProofBegun(session.reference(), {"verifyId": verify_id}, session.ends_at)


def read_reference(reference: str, number: str) -> Session:
    """Raises `Refused` when it is none of ours, or of another number."""
    sequence, _, rest = reference.partition(".")
    ends_at, _, verify_id = rest.partition(".")
    ours = ends_at.isdecimal() and len(ends_at) <= len("9999999999") and verify_id
    if not ours or not sequence.startswith(_head(number)):
        raise Refused("this proof was not begun under this number")
    return Session(sequence, datetime.fromtimestamp(int(ends_at), UTC), verify_id)


def ask_result(
    app: App, token: str, session: Session, person: Person, openid: OpenId
) -> HttpRequest:
    body = {
        "verify_id": session.verify_id,
        "out_seq_no": session.out_seq_no,
        "cert_hash": cert_hash(_certificate(person)),
        "openid": openid.reveal(),
    }
    return post(app.url("/cityservice/face/identify/queryverifyinfo", access_token=token), body)


def read_result(response: HttpResponse) -> ProofResult:
    """Raises `NoSuchSession`, `Refused`, `Malformed` for a number that is not in WeChat's list."""
    told = read_answer(response, _ERRORS).get("verify_ret")
    if not isinstance(told, int):
        raise Malformed("an answer without a result", field="verify_ret")
    if told == _PROVEN:
        return ProofResult(ProofState.PROVEN)
    if told in _PENDING:
        return ProofResult(ProofState.PENDING)
    if told in _OURS:
        raise Refused(f"WeChat: verify_ret {told}")
    if told not in _WHY:
        raise Malformed(f"a verify_ret WeChat did not use before: {told}", field="verify_ret")
    return ProofResult(ProofState.FAILED, _WHY[told])


def cert_hash(certificate: Mapping[str, str]) -> str:
    """The hex SHA-256 of the three values, each in Base64 that is not escaped, in this order."""
    pairs = (f"{name}={_base64(certificate[name])}" for name in _CERTIFICATE)
    return sha256("&".join(pairs).encode()).hexdigest()


def _certificate(person: Person) -> dict[str, str]:
    values = ("IDENTITY_CARD", person.name.reveal(), person.id_number.reveal())
    return dict(zip(_CERTIFICATE, values, strict=True))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _head(number: str) -> str:
    return f"{number[:24]}-"
