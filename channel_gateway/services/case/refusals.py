"""Why something about a case is refused."""

from channel_gateway.domain.errors import Conflict, NotFound


class NoSuchCase(NotFound):
    """There is no such case, or it is not yours."""

    code = "no_such_case"
    zh = "没有找到这个办件，请在“我的办件”中查看。"


class CaseTooLong(Conflict):
    """More was told of this case than a case can hold."""

    code = "case_too_long"
