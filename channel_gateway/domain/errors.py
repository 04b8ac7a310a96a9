"""What can go wrong, named as facts. One page; the web edge maps it to problem+json in one table.

An error's sentence may reach a citizen or a log, so it never carries personal data or secrets.
"""

from collections.abc import Mapping


class GatewayError(Exception):
    """The family. `code` is stable and is what programs compare; the message is for people."""

    code = "gateway_error"
    words: str | None = None  # what a citizen reads in Chinese: what happened, what to do next

    def __init__(
        self,
        message: str = "",
        *,
        field: str | None = None,
        extra: Mapping[str, object] | None = None,  # facts for programs: a new quote, say
        words: str | None = None,
    ) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])
        self.field = field
        self.extra = extra or {}
        if words is not None:
            self.words = words


class Invalid(GatewayError):
    """The input breaks a rule; `field` says where."""

    code = "invalid"


class NotFound(GatewayError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"


class Conflict(GatewayError):
    """What was asked does not fit the present state."""

    code = "conflict"


class Refused(GatewayError):
    """The other side understood and said no; asking again changes nothing."""

    code = "refused"


class Unavailable(GatewayError):
    """It is unknown whether the other side acted. Never to be read as «failed»."""

    code = "unavailable"


class Unauthorized(GatewayError):
    """There is no valid session."""

    code = "unauthorized"


class TooMany(GatewayError):
    """Asked too often; `retry_after_s` says when again."""

    code = "too_many"

    def __init__(self, message: str = "", *, retry_after_s: int = 60) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Forged(GatewayError):
    """A signature does not hold, or a message claims to be what it is not."""

    code = "forged"


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
