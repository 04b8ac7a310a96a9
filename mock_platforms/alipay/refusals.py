"""How the platform says no: codes, their fixed English, and the Chinese of each sub code. Pure."""

MESSAGES = {
    "10000": "Success",
    "20000": "Service Currently Unavailable",  # the result is unknown
    "20001": "Insufficient Authorization Permissions",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40003": "Insufficient Conditions",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Insufficient Permissions",
}

# sub_code: (code, sub_msg). What is not listed is a method's own code, answered under 40004.
SUB_CODES = {
    "isp.unknow-error": ("20000", "系统繁忙"),
    "aop.unknow-error": ("20000", "系统繁忙"),
    "aop.invalid-auth-token": ("20001", "无效的访问令牌"),
    "aop.auth-token-time-out": ("20001", "访问令牌已过期"),
    "aop.invalid-app-auth-token": ("20001", "无效的应用授权令牌"),
    "isv.missing-method": ("40001", "缺少方法名参数"),
    "isv.missing-signature": ("40001", "缺少签名参数"),
    "isv.missing-signature-type": ("40001", "缺少签名类型参数"),
    "isv.missing-app-id": ("40001", "缺少AppId参数"),
    "isv.missing-timestamp": ("40001", "缺少时间戳参数"),
    "isv.missing-version": ("40001", "缺少版本参数"),
    "isv.missing-encrypt-key": ("40001", "解密出错，未配置加密密钥"),
    "isv.invalid-parameter": ("40002", "参数无效"),
    "isv.invalid-method": ("40002", "不存在的方法名"),
    "isv.invalid-format": ("40002", "无效的数据格式"),
    "isv.invalid-signature-type": ("40002", "无效的签名类型"),
    "isv.invalid-signature": ("40002", "验签出错"),
    "isv.invalid-encrypt-type": ("40002", "无效的加密类型"),
    "isv.invalid-encrypt": ("40002", "解密异常"),
    "isv.invalid-app-id": ("40002", "无效的AppID参数"),
    "isv.invalid-timestamp": ("40002", "非法的时间戳参数"),
    "isv.invalid-charset": ("40002", "字符集错误"),
    "isv.illegal-json": ("40002", "biz_content不是合法的JSON"),
    "isv.code-invalid": ("40002", "授权码code无效"),
    "isv.grant-type-invalid": ("40002", "grant_type参数不正确"),
    "isv.refresh-token-invalid": ("40002", "刷新令牌refresh_token无效"),
    "isv.refresh-token-time-out": ("40002", "刷新令牌refresh_token过期"),
    "isv.missing-app-cert-sn": ("40002", "缺少应用公钥证书序列号"),
    "isv.missing-alipay-root-cert-sn": ("40002", "缺少支付宝根证书序列号"),
    "isv.invalid-alipay-root-cert-sn": ("40002", "支付宝根证书序列号无效"),
    "isv.app-cert-not-exist": ("40002", "应用公钥证书不存在"),
    "isv.alipay-cert-not-exist": ("40002", "支付宝公钥证书不存在"),
    "isv.app-call-limited": ("40005", "应用调用次数超限"),
    "isv.insufficient-isv-permissions": ("40006", "ISV权限不足"),
    "ACQ.INVALID_PARAMETER": ("40004", "参数无效"),
    "ACQ.SYSTEM_ERROR": ("40004", "系统错误"),
    "ACQ.TRADE_NOT_EXIST": ("40004", "交易不存在"),
    "ACQ.CONTEXT_INCONSISTENT": ("40004", "交易信息被篡改"),
    "ACQ.TRADE_HAS_SUCCESS": ("40004", "交易已被支付"),
    "ACQ.TRADE_HAS_CLOSE": ("40004", "交易已经关闭"),
    "ACQ.TRADE_HAS_FINISHED": ("40004", "交易已经结束"),
    "ACQ.TRADE_STATUS_ERROR": ("40004", "交易状态不合法"),
    "ACQ.REASON_TRADE_STATUS_INVALID": ("40004", "交易状态异常"),
    "ACQ.TRADE_CANCEL_TIME_OUT": ("40004", "超过撤销时间范围"),
    "ACQ.TOTAL_FEE_EXCEED": ("40004", "订单总金额不在允许范围内"),
    "ACQ.BUYER_SELLER_EQUAL": ("40004", "买卖家不能相同"),
    "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR": ("40004", "当前时间已经超过允许支付的时间"),
    "ACQ.DISCORDANT_REPEAT_REQUEST": ("40004", "请求信息不一致"),
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": ("40004", "退款金额超限"),
    "ACQ.SELLER_BALANCE_NOT_ENOUGH": ("40004", "卖家余额不足"),
    "INVALID_PARAMETER": ("40004", "参数错误"),
    "OPEN_CERTIFY_BILL_NOT_EXIST": ("40004", "无效的certify_id"),
    "CERTIFY_ID_EXPIRED": ("40004", "认证已失效"),
    "USER_TEMPLATE_ILLEGAL": ("40004", "模板非法"),
    "USER_TEMPLATE_LACK_KEYWORD": ("40004", "缺少关键词"),
    "USER_KEYWORD_LENGTH_ERROR": ("40004", "关键词超长"),
    "FORM_ID_NOT_MATCH_APPID": ("40004", "formId和appId不匹配"),
    "ORDER_ERROR_STATUS": ("40004", "订单状态错误"),
    "TINY_APP_ID_NULL": ("40004", "小程序ID为空"),
    "BILL_NOT_EXIST": ("40004", "账单不存在"),
    "INVAILID_ARGUMENTS": ("40004", "入参不合法"),  # the platform's own spelling
    "TYPE_NOT_SUPPORTED": ("40004", "账单类型不支持"),
}


class Refused(Exception):
    """The platform refuses a call with this sub code."""

    def __init__(self, sub_code: str, sub_msg: str | None = None) -> None:
        super().__init__(sub_code)
        self.sub_code = sub_code
        self.sub_msg = sub_msg

    def node(self) -> dict[str, str]:
        code, usual = SUB_CODES.get(self.sub_code, ("40004", "业务处理失败"))
        return {
            "code": code,
            "msg": MESSAGES[code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg or usual,
        }


def success(**fields: object) -> dict[str, object]:
    """A success node: code and msg first, then the method's own fields, absent ones left out."""
    present = {key: value for key, value in fields.items() if value is not None}
    return {"code": "10000", "msg": MESSAGES["10000"], **present}
