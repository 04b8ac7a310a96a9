"""How EMS says no. That success is 00000 is known, and S00001; the other numbers are ours."""

from __future__ import annotations


class Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def missing(name: str) -> Refused:
    return Refused("B00001", f"{name}不能为空")


NO_CUSTOMER = ("B00002", "客户代码或授权码错误")
NOT_SEALED = ("B00003", "报文解密失败")
NO_SUCH_CALL = ("B00004", "接口代码不存在")
NOT_JSON = ("B00005", "报文格式错误")
NO_ORDER = ("B00010", "订单不存在")
FETCHED = ("B00011", "邮件已收寄，不能取消")
CANCELLED = ("B00012", "订单已取消")
