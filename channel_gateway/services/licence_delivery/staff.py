"""Names and telephones of a courier's staff, masked in its texts before they are kept. Pure.

Couriers write who did it into the text of a scan: «投递员：王建国，电话13512345678».
A harmless word is masked now and then, rather than a name shown.
"""

import re

HIDDEN = "***"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ROLE = re.compile(
    "快递(?:员|小哥|师傅)|小件员|投递(?:员|人)|揽投员|揽(?:收|件)(?:员|人)|收派员|收件员|收寄(?:员|人)|"
    "派(?:件|送)(?:员|人)|派送小哥|配送员|取件员|业务员|操作员|营业员|邮递员|骑手|联系人|经办人|司机|"
    "客户经理|站长|(?:快|邮)件(?:已)?交给"
)
_LEAD = re.compile("(?:的)?(?:姓名)?[\\s:：\\-【\\[〔（(<《「『]*(?:是|为|名叫)?[\\s:：【\\[（(]*")
_NO_NAME = re.compile("为您|是否")
_DOUBLE = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|"
    "太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐|百里|呼延|东郭|南门|西门|轩辕|拓跋|夹谷|"
    "宰父|谷梁|段干|第五"
)
# What ends a name for certain, and what may be its last character as well.
_ENDS = re.compile(
    f"[^{_HAN}]|$|正在|已[揽派签取收送投到出联完经]|将[在于为派送]|会[尽在与于]|在[派送投]|为[您你]|[请与给向][您你]|"
    "电话|手机|联系|派送|派件|投递|揽收|揽件|收件|取件|配送|签收|上门|安排|提醒|先生|女士|师傅|快递|负责|准备|"
    "开始|确认|完成|转交"
)
_MAY_END = re.compile("[已将会在为于的请并把从到您给对与和及代未无没送取收派投转第]")
_DOTTED = re.compile(f"[{_HAN}]{{1,12}}(?:[·•‧∙⋅・･][{_HAN}]{{1,12}})+")
_LATIN = re.compile("[A-Za-z][A-Za-z .·'-]{0,40}")
_NEXT = re.compile("[、,，/和及]\\s*(?=[" + _HAN + "A-Za-z])")

_GAP = "[\\s\\-‐‑–—－_.·()（）]*"
_DIGIT = f"{_GAP}[0-9]"
_PHONES = (
    re.compile(f"(?<![0-9])(?:\\+?86{_GAP})?1{_GAP}[3-9](?:{_DIGIT}){{9}}(?![0-9])"),
    re.compile(f"(?<![0-9])(?:\\+?86{_GAP})?0{_GAP}[1-9](?:{_DIGIT}){{8,10}}(?![0-9])"),
    re.compile(
        f"(?:(?<=电话|手机|方式|号码)|(?<=[Tt][Ee][Ll]))[\\s:：是为]*[0-9](?:{_DIGIT}){{6,11}}(?![0-9])"
    ),
    re.compile(f"(?<={re.escape(HIDDEN)})[\\s]*(?:转|分机|-)+[\\s:：]*[0-9]{{1,6}}"),
    re.compile("(?<=工号)[\\s:：是为]*[0-9A-Za-z]+"),
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋", "0123456789+")
# 【西湖】的张三(***): a name that stands before its telephone, and no role before it.
_BEFORE_PHONE = re.compile(
    f"(?<=[的由】\\]:：，,。；;、\\s])(?![的由])[{_HAN}]{{2,4}}(?=\\s*[（(\\[【,，:：]?\\s*"
    f"(?:电话|手机|联系电话|联系方式)?[:：\\s]*{re.escape(HIDDEN)})"
)
_NO_PERSON = re.compile(f"(?:的|联系|客服|咨询)*(?:电话|手机号?码?|方式|工号)|(?:{_ROLE.pattern})")
_TWICE = re.compile(f"(?:{re.escape(HIDDEN)}){{2,}}")


def masked(text: str) -> str:
    """The text without its staff, and without anybody's telephone."""
    text = text.translate(_FULL_WIDTH)
    for pattern in _PHONES:
        text = pattern.sub(HIDDEN, text)
    text = _BEFORE_PHONE.sub(_hidden_unless_word, _without_names(text))
    return _TWICE.sub(HIDDEN, text)


def _without_names(text: str) -> str:
    parts: list[str] = []
    at = 0
    while found := _ROLE.search(text, at):
        begins = _after_lead(text, found.end())
        parts.append(text[at:begins])
        at = begins
        while ends := _name_end(text, at):
            parts.append(HIDDEN)
            at = ends
            if (another := _NEXT.match(text, at)) is None:
                break
            parts.append(text[at : another.end()])
            at = another.end()
    return "".join(parts) + text[at:]


def _after_lead(text: str, at: int) -> int:
    if _NO_NAME.match(text, at):
        return at
    lead = _LEAD.match(text, at)
    return at if lead is None else lead.end()


def _name_end(text: str, at: int) -> int:
    """Where the name that begins here ends; 0: none does."""
    whole = _DOTTED.match(text, at) or _LATIN.match(text, at)
    if whole is not None:
        return whole.end()
    if _ENDS.match(text, at):
        return 0
    shortest = 3 if _DOUBLE.match(text, at) else 1
    lengths = [n for n in range(shortest, shortest + 3) if _is_han(text[at : at + n], n)]
    for length in lengths:
        if _ENDS.match(text, at + length):
            return at + length
    for length in reversed(lengths):
        if _MAY_END.match(text, at + length):
            return at + length
    return at + lengths[-1] if lengths else at + 1


def _is_han(text: str, length: int) -> bool:
    return len(text) == length and re.fullmatch(f"[{_HAN}]+", text) is not None


def _hidden_unless_word(found: re.Match[str]) -> str:
    return found[0] if _NO_PERSON.fullmatch(found[0]) else HIDDEN
