"""What can go wrong, named as facts. One page; the web edge maps it to problem+json in one table.

An error's sentence may reach a citizen or a log, so it never carries personal data or secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fact:
    """Something for programs that an error carries beside its code."""

    name: str
    says: str
    form: Literal["text", "texts", "moment", "whole", "objects"] = "text"


class GatewayError(Exception):
    """The family. `code` is stable and is what programs compare; the message is for people."""

    code = "gateway_error"
    passing: bool = False  # the same call may succeed later, with nothing changed in it
    # What a citizen reads: what is the matter, and what to do next. A kind without a sentence of
    # its own has that of the kind above it; who raises an error may set a better one.
    zh: str | None = None
    facts: tuple[Fact, ...] = ()  # what may come as `extra`, as the description names it

    def __init__(
        self,
        message: str = "",
        *,
        field: str | None = None,
        extra: Mapping[str, object] | None = None,  # facts for programs: a new quote, say
        zh: str | None = None,
    ) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])
        self.field = field
        self.extra = extra or {}
        if zh is not None:
            self.zh = zh


class Invalid(GatewayError):
    """The input breaks a rule; `field` says where."""

    code = "invalid"
    facts = (Fact("errors", "every wrong field, as `field` and `reason`", "objects"),)
    zh = "填写的内容有误，请检查后重试。"


class NotFound(GatewayError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"
    zh = "没有找到相关内容，请返回后重试。"


class Conflict(GatewayError):
    """What was asked does not fit the present state."""

    code = "conflict"
    zh = "当前状态不能进行此操作，请刷新后查看。"


class Refused(GatewayError):
    """The other side understood and said no; asking again changes nothing."""

    code = "refused"
    zh = "该申请未被受理，如有疑问请联系办事大厅。"


class RefusedForNow(Refused):
    """The other side said no for now, and did nothing: it may say yes later."""

    code = "refused_for_now"
    zh = "暂时不能办理，请稍后再试。"
    passing = True


class Unavailable(GatewayError):
    """It is unknown whether the other side acted. Never to be read as «failed»."""

    code = "unavailable"
    zh = "系统暂时没有答复，请稍后再试。"
    passing = True


class NotReached(Unavailable):
    """Nothing was sent: the other side was not reached."""

    code = "not_reached"


class Unauthorized(GatewayError):
    """There is no valid session."""

    code = "unauthorized"
    zh = "请先登录。"


class TooMany(GatewayError):
    """Asked too often; `retry_after_s` says when again."""

    code = "too_many"
    zh = "操作过于频繁，请稍后再试。"
    passing = True

    def __init__(self, message: str = "", *, retry_after_s: int = 60) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Forged(GatewayError):
    """A signature does not hold, or a message claims to be what it is not."""

    code = "forged"
    zh = "系统暂时不能办理，请稍后再试。"


class Stale(Forged):
    """Signed, but too old or from the future: a possible replay."""

    code = "stale"


class UnknownKey(Forged):
    """Signed with a key we do not hold; `serial` names it. A refresh of the keys may help, once."""

    code = "unknown_key"

    def __init__(self, serial: str) -> None:
        super().__init__("signed with a key we do not hold")
        self.serial = serial


class Malformed(GatewayError):
    """A foreign message cannot be read: `field` says where, as far as known."""

    code = "malformed"
    zh = "系统暂时不能办理，请稍后再试。"
