"""A foreign body as an operator may read it: decoded, and without people. Pure.

What a courier pushes nests forms, JSON and escapes in one another; a telephone number written
`%31%33…` or `\\u0031…` is one all the same. So it is decoded first, as often as it takes, and
masked then. It will mask a harmless word now and then.
"""

import re
from unicodedata import normalize
from urllib.parse import unquote_plus

from channel_gateway.masking import HIDDEN, mask

MOST_BYTES = 2048
_READ = 16 * 1024  # bytes; a letter of Chinese takes nine in a form
# Letters that are masked: patterns take their time, which a flood must not have.
_MASKED = 3 * 1024
_TORN = 64  # at the end of what is read: half a number is masked by nothing
_DEEPEST = 3

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(r"\\{1,8}u([0-9A-Fa-f]{4})")
_ENTITY = re.compile(r"&#(x[0-9A-Fa-f]{1,5}|\d{1,6});")

# What a field's name ends in when it holds a person, an address or a secret.
_OF_PEOPLE = (
    r"name|man|person|contact|contacts|consignee|mobile|phone|tel|telephone|addr|address|idcard"
    r"|openid|open_id|userid|user_id|email|sign|signature|digest|token|secret|password|key"
    r"|姓名|收件人|收货人|寄件人|联系人|签收人|电话|手机|手机号|地址"
)
_FIELDS = (
    # "name": "…", also inside a text of JSON: \"name\":\"…\"
    re.compile(rf'(?i)((?:{_OF_PEOPLE})\\{{0,8}}"\s*:\s*\\{{0,8}}")((?:[^"\\]|\\+[^"\\])*)'),
    re.compile(rf"(?i)((?:{_OF_PEOPLE})\s*=\s*\\{{0,8}}[\"'])([^\"']*)"),
    re.compile(rf"(?i)((?:{_OF_PEOPLE})=)((?![\\\"'])[^&\s]*)"),
    re.compile(rf"(?i)(<[\w:.-]{{0,32}}(?:{_OF_PEOPLE})(?:\s[^>]*)?>(?:<!\[CDATA\[)?)([^<\]]*)"),
)
# What a citizen wrote or said to a mini-program: no pattern knows who is in it, so it goes whole,
# and before anything is decoded, while its end can be told from what it says.
_FREE = r"Content|Recognition|Label"
_FREE_TEXTS = (
    re.compile(rf'("(?:{_FREE})"\s*:\s*")(?:[^"\\]|\\.)*', re.DOTALL),
    re.compile(rf"(<(?:{_FREE})>\s*)(?:<!\[CDATA\[.*?(?:\]\]>|\Z)|[^<]*)", re.DOTALL),
)
# In sentences: 快递员：李四, 签收人 王五.
_STAFF = re.compile(
    r"((?:快递员|派件员|派送员|业务员|投递员|揽投员|揽收员|收件员|小哥|收件人|收货人|寄件人|签收人"
    r"|联系人|姓名|本人|代收人)[:\s\[【(是为]*)([一-鿿·]{1,4})"
)
# Right before a number: 李四(13800138000).
_BEFORE_A_PHONE = re.compile(
    r"[一-鿿·]{2,4}(?=[\s,:(\[【]{0,3}(?:(?:联系)?电话|手机号?)?[\s:(]{0,2}(?:\+?86[- ]?)?1[3-9]\d)"
)
# Whoever has it fetches the parcel.
_PICK_UP_CODE = re.compile(r"((?:取件|提货|开箱|签收|验证)[码号][\s:为是【\[(]*)[\w-]*\d[\w-]*")
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[- ]?)?1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ]\d{7,8}(?!\d)")
_IDENTITY = re.compile(r"(?<![0-9])[1-9]\d{16}[\dXx](?![0-9])")


def masked_body(body: bytes) -> str:
    """At most `MOST_BYTES` of it, in UTF-8."""
    text = body[:_READ].decode("utf-8", errors="replace")
    for pattern in _FREE_TEXTS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    for _ in range(_DEEPEST):
        text = _decoded(text)
    text = normalize("NFKC", text)
    whole = len(body) <= _READ and len(text) <= _MASKED
    text = _masked(text[:_MASKED])
    if not whole:
        text = text[:-_TORN]
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _masked(text: str) -> str:
    for pattern in _FIELDS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    text = _STAFF.sub(rf"\1{HIDDEN}", text)
    text = _PICK_UP_CODE.sub(rf"\1{HIDDEN}", text)
    text = _BEFORE_A_PHONE.sub(HIDDEN, text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1-****", text)
    text = _IDENTITY.sub(HIDDEN, text)
    return mask(text)


def _decoded(text: str) -> str:
    if _PERCENT.search(text):
        text = unquote_plus(text, errors="replace")
    text = _ESCAPED.sub(_character, text)
    return _ENTITY.sub(_entity, text)


def _character(found: re.Match[str]) -> str:
    return _shown(int(found[1], 16), found[0])


def _entity(found: re.Match[str]) -> str:
    digits = found[1]
    number = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return _shown(number, found[0])


def _shown(number: int, written: str) -> str:
    """Half of a pair of surrogates, or what is no character, stays as it is written."""
    if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return written
    return chr(number)
