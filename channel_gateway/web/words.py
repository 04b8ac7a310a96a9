"""What citizens read in Chinese beside an error's English detail.

An error has words of its own, or those of this table; the rest has none.
"""

from collections.abc import Mapping

from channel_gateway.domain.errors import GatewayError

WORDS: Mapping[str, str] = {
    "busy": "当前办理人数较多，请稍后再试。",
    "conflict": "当前状态不能进行此操作，请刷新后查看。",
    "idempotency_mismatch": "请勿重复提交不同的内容，请返回后重新办理。",
    "in_progress": "正在办理，请勿重复提交，稍后将显示结果。",
    "internal": "系统出现问题，请稍后再试;如需帮助，请提供页面上的编号。",
    "invalid": "填写的内容有误，请检查后重试。",
    "login_code_expired": "登录已超时，请重新进入。",
    "login_code_invalid": "登录未成功，请重新进入。",
    "login_code_used": "登录已失效，请重新进入。",
    "not_found": "没有找到相关内容。",
    "refused": "该申请未被受理。",
    "too_many": "操作过于频繁，请稍后再试。",
    "unauthorized": "请先登录。",
    "unavailable": "正在核实办理结果，请勿重复付款，稍后查看。",
}


def chinese(error: GatewayError) -> str | None:
    """An error's own words, or the table's for it or for the nearest kind above it."""
    if error.words is not None:
        return error.words
    for kind in type(error).__mro__:
        words = WORDS.get(getattr(kind, "code", ""))
        if words is not None:
            return words
    return None


def prefers_chinese(headers: Mapping[str, str]) -> bool:
    """Whether Chinese comes first in the Accept-Language header."""
    return headers.get("accept-language", "").strip().lower().startswith("zh")
