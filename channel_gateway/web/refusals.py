"""What the web edge itself refuses, before or round a handler."""

from channel_gateway.domain.errors import Conflict, GatewayError, Invalid, NotFound


class MalformedBody(Invalid):
    """The body is not JSON in UTF-8."""

    code = "malformed_body"


class MalformedRequest(Invalid):
    """This is not HTTP as we read it."""

    code = "malformed_request"
    zh = "请求无法识别，请返回后重试。"


class HeaderTooLarge(Invalid):
    """The address or a header field is longer than we take, or there are too many fields."""

    code = "header_too_large"


class RepeatedHeader(Invalid):
    """A header that may come once came more than once."""

    code = "repeated_header"


class UnsupportedMediaType(Invalid):
    """The body must be application/json, and not compressed."""

    code = "unsupported_media_type"


class TooLarge(Invalid):
    """The body is larger than this address takes."""

    code = "too_large"


class TooSlow(GatewayError):
    """The body did not arrive in time."""

    code = "too_slow"
    zh = "网络较慢，请重试。"


class NoSuchMethod(NotFound):
    """This address exists, but not with this method; `allowed` says with which."""

    code = "method_not_allowed"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"this address takes {', '.join(allowed)}")
        self.allowed = allowed


class KeyRequired(Invalid):
    """This call needs an Idempotency-Key: 1 to 255 printable characters of ASCII."""

    code = "idempotency_key_required"


class InProgress(Conflict):
    """The first call with this Idempotency-Key is still being worked on: ask again soon."""

    code = "in_progress"
    zh = "正在办理，请勿重复提交，稍后将显示结果。"
    passing = True


class Busy(GatewayError):
    """More calls are in flight than we can serve: nothing was done, ask again soon."""

    code = "busy"
    zh = "当前办理人数较多，请稍后再试。"


class NotReady(GatewayError):
    """Something without which we cannot serve is missing."""

    code = "not_ready"
    zh = "系统正在准备，请稍后再试。"


class Internal(GatewayError):
    """Something broke here; the request id finds it in the log."""

    code = "internal"
    zh = "系统出现问题，请稍后再试；如需帮助，请提供页面上的编号。"
