"""How 丰桥 says no: at the gate by apiResultCode, at the desk by errorCode. Pure.

Source: open.sf-express.com, 平台结果代码列表 and 业务异常代码 of EXP_RECE_UPDATE_ORDER, and the
older list of codes (61xx, 80xx, 90xx) that public clients carry.
"""

from __future__ import annotations

NOT_LET_IN = {
    "A1001": "必传参数不可为空",
    "A1002": "请求时效已过期",
    "A1003": "IP无效",
    "A1004": "无对应服务权限",
    "A1005": "流量受控",
    "A1006": "数字签名无效",
    "A1007": "重复请求",
    "A1009": "目标服务异常或不可达",
    "A1099": "系统异常",
}
REFUSALS = {
    "4002": "报文解析错误",
    "6101": "请求数据缺少必选项",
    "6103": "寄方联系人为空",
    "6106": "寄件方详细地址为空",
    "6108": "到件方联系人为空",
    "6117": "到件方详细地址不能为空",
    "6118": "订单号不能为空",
    "6119": "到件方联系电话不能为空",
    "6121": "寄件方联系电话不能为空",
    "6125": "需生成电子运单, 货物名称等不能为空",
    "6126": "月结卡号不合法",
    "6129": "付款方式不正确",
    "6131": "订单操作标识不合法",
    "6132": "路由查询方式不合法",
    "6133": "路由查询类别不合法",
    "8013": "未传入查询单号",
    "8016": "重复下单",
    "8017": "订单号与运单号不匹配",
    "8018": "未获取到订单信息",
    "8024": "未下单",
    "8037": "已消单",
    "8044": "此订单已经处理中，无法接收订单修改请求",
    "8252": "订单已确认",
    "9001": "客户订单号超过长度限制",
    "9083": "查询号不能超过 10 个",
}


class NotLetIn(Exception):
    """The call reaches no service."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """A service says no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code, self.says = code, REFUSALS[code]
