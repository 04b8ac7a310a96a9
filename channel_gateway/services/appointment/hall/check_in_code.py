"""What a citizen's QR code shows: `appointment . nonce . expiry . mac`, for one scan. Pure.

It names an appointment and nothing of the person. Only we can make the mac: an HMAC over all that
comes before the last full stop.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.services.appointment.refusals import CodeStale, CodeWrong

LASTS = timedelta(seconds=60)  # a picture of it that is passed on is worth nothing
LONGEST = 200

Mac = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CheckInCode:
    appointment_id: str
    nonce: str
    expires_at: datetime

    @property
    def made_at(self) -> datetime:
        return self.expires_at - LASTS


def new_code(appointment_id: str, nonce: str, now: datetime) -> CheckInCode:
    return CheckInCode(appointment_id, nonce, now + LASTS)


def write_code(code: CheckInCode, mac: Mac) -> str:
    signed = f"{code.appointment_id}.{code.nonce}.{milliseconds(code.expires_at):x}"
    return f"{signed}.{mac(signed)}"


def read_code(text: str, mac: Mac, now: datetime) -> CheckInCode:
    """Whether it was used before is for the appointment to say. Raises `CodeWrong`, `CodeStale`."""
    signed, _, given = text.rpartition(".")
    if not text.isascii() or not compare_digest(mac(signed), given):
        raise CodeWrong(field="code")
    appointment_id, nonce, expiry = signed.split(".")
    code = CheckInCode(appointment_id, nonce, moment_of(int(expiry, 16)))
    if now >= code.expires_at:
        raise CodeStale(field="code")
    return code
