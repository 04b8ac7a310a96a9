"""A session as a signed text, `key id.session.expiry.channel.app.citizen.issue.mac`. Pure.

The citizen is a blind index, so the text holds no personal data. HMAC-SHA256 over all that comes
before the last full stop; every key we hold reads, the first one signs.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import Unauthorized
from channel_gateway.service import Session

_LONGEST = 512


def write_token(session: Session, key_id: str, key: bytes) -> str:
    """Sign a session. No part may hold a full stop: it would change what is signed."""
    expiry = f"{milliseconds(session.expires_at):x}"
    issue = f"{milliseconds(session.issued_at):x}"
    parts = (key_id, session.id, expiry, session.channel, session.app, session.citizen, issue)
    if any(not part or "." in part or not part.isascii() for part in parts):
        raise ValueError("a part of a session token is empty or holds a full stop")
    signed = ".".join(parts)
    return f"{signed}.{_mac(key, signed)}"


def read_token(token: str, keys: Mapping[str, bytes]) -> Session:
    """Whose session it is, if the signature holds; its age is for the caller to check.

    Raises `Unauthorized`, whatever is wrong.
    """
    if len(token) > _LONGEST or not token.isascii():
        raise Unauthorized("this is not a session token")
    signed, _, mac = token.rpartition(".")
    key = keys.get(signed.partition(".")[0])
    if key is None or not hmac.compare_digest(_mac(key, signed), mac):
        raise Unauthorized("this is not a session token of ours")
    try:
        _, session_id, expiry, channel, app, citizen, issue = signed.split(".")
    except ValueError:
        raise Unauthorized("this session token is of an older make") from None
    expires_at, issued_at = (moment_of(int(each, 16)) for each in (expiry, issue))
    return Session(session_id, channel, app, citizen, expires_at, issued_at)


def _mac(key: bytes, signed: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=").decode()
