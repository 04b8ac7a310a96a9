"""How EMS said no in 2019: success F, and a code of the family of S01 to B04 (confidence low)."""

from __future__ import annotations


class Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


NOT_JSON = ("S01", "非法的JSON格式")
NO_SUCH_CALL = ("S04", "非法的通知类型")
MISSING = ("B01", "关键字段缺失")
NO_ORDER = ("B03", "没有找到请求的数据")
NOT_NOW = ("B04", "当前请求的数据不能进行该项操作")
