"""What is refused to the staff, and why."""

from channel_gateway.domain.errors import Conflict, GatewayError, TooMany


class WrongRole(GatewayError):
    """You are known, but none of your roles may do this."""

    code = "wrong_role"
    zh = "您的岗位没有此项权限，如需办理请联系管理员。"


class TokenLocked(TooMany):
    """This token was tried wrongly too often: it is locked for a while, the right one too."""

    code = "token_locked"
    zh = "令牌多次验证失败，已暂时锁定，请稍后再试或联系管理员。"


class StaffNameTaken(Conflict):
    """There is an account of this name; a name is never given to a second person."""

    code = "staff_name_taken"
    zh = "该账号名已被使用，请更换账号名。"


class StaffDisabled(Conflict):
    """This account is disabled for good."""

    code = "staff_disabled"
    zh = "该账号已停用。"
