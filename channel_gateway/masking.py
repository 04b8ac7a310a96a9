"""The last line of defence of a log: what looks like a person or a secret is masked. Pure.

Nothing here excuses logging such things. It will mask a harmless number now and then.
"""

import re
from collections.abc import Mapping

HIDDEN = "***"
_SMALLEST_SUSPECT = 10**10  # a number of eleven digits may be a phone

# Names of fields that may never be shown, whatever they hold.
_SECRET_NAMES = frozenset(
    {
        "api_key", "apiv3_key", "authorization", "auth_code", "body", "cookie", "id_number", "key",
        "js_code", "login_code", "openid", "open_id", "password", "payload", "phone", "private_key",
        "query", "secret", "session_key", "sign", "signature", "token", "access_token", "user_id",
    }
)  # fmt: skip

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [^-]+-----.*?(-----END [^-]+-----|$)", re.DOTALL), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(?i)\b(wechatpay2-[\w-]+)\s.*"), r"\1 ***"),
    # 18 characters: region, birthday, sequence, check (GB 11643).
    (
        re.compile(
            r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
            r"\d{3}[\dXx](?![0-9A-Za-z])"
        ),
        HIDDEN,
    ),
    (re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)2088\d{12}(?!\d)"), HIDDEN),  # an Alipay user
    (re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])"), HIDDEN),  # a WeChat openid
    # Our tokens, keys in base64: long, and of all three kinds of characters.
    (
        re.compile(r"(?<![\w/.-])(?=[\w.-]*\d)(?=[\w.-]*[a-z])(?=[\w.-]*[A-Z])[\w.+-]{40,}=*"),
        HIDDEN,
    ),
)


# Up to the last at sign: a password may hold one, unescaped as it must not be.
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}:/+)\S*@")


def mask_userinfo(text: str) -> str:
    """The text without the names and passwords that stand in its addresses."""
    return _USERINFO.sub(r"\1******@", text)


def mask(text: str) -> str:
    """The text without what looks like a token, a key, a phone, an identity or an openid."""
    text = mask_userinfo(text)
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def mask_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields by name and by look; nested ones too."""
    return {name: _masked(name, value) for name, value in fields.items()}


def _masked(name: str, value: object) -> object:
    if name.lower() in _SECRET_NAMES and value is not None:
        return HIDDEN
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return mask_fields({str(inner): one for inner, one in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked("", one) for one in value]
    if isinstance(value, int) and value >= _SMALLEST_SUSPECT:
        text = str(value)
        return value if mask(text) == text else HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))
