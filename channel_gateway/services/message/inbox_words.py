"""What the inbox says of each thing that happens: a title, and one plain sentence. Pure data."""

from collections.abc import Mapping

from channel_gateway.domain.happenings import Happening

TITLES: Mapping[Happening, str] = {
    Happening.BOOKED: "预约成功",
    Happening.MOVED: "预约已改期",
    Happening.CANCELLED: "预约已取消",
    Happening.HALL_CANCELLED: "大厅取消了您的预约",
    Happening.REMINDER: "预约提醒",
    Happening.PAID: "缴费成功",
    Happening.REFUNDED: "退款成功",
    Happening.REFUND_PROGRESS: "退款申请进度",
    Happening.CASE_CORRECTION: "材料需要补正",
    Happening.CASE_DECIDED: "事项已办结",
    Happening.SENT: "证照已寄出",
    Happening.OUT_FOR_DELIVERY: "快递正在派送",
    Happening.AT_LOCKER: "快递已到取件点",
    Happening.NOT_DELIVERED: "快递未能送达",
    Happening.PROXY_SIGNED: "快递已由他人代收",
    Happening.SIGNED: "快递已签收",
    Happening.RETURNED: "快递已退回",
    Happening.LOST: "快递可能丢失",
}

SENTENCES: Mapping[Happening, str] = {
    Happening.BOOKED: "您已预约“{service}”，请于{starts_at}到{hall}办理。",
    Happening.MOVED: "您预约的“{service}”已改期，请于{starts_at}到{hall}办理。",
    Happening.CANCELLED: "您预约的“{service}”（{starts_at}，{hall}）已取消。",
    Happening.HALL_CANCELLED: (
        "您预约的“{service}”（{starts_at}，{hall}）因大厅原因取消：{reason}。您可以改约其他时间。"
    ),
    Happening.REMINDER: "提醒您：请于{starts_at}到{hall}办理“{service}”，请带齐材料。",
    Happening.PAID: "您的“{service}”已于{paid_at}缴费{amount}。",
    Happening.REFUNDED: "您的“{service}”已于{at}退款{amount}。",
    Happening.REFUND_PROGRESS: "您的“{service}”退款申请（{amount}）于{at}：{progress}。",
    Happening.CASE_CORRECTION: "您办理的“{service}”（{case_no}）需要补正材料，请查看办件详情。",
    Happening.CASE_DECIDED: "您办理的“{service}”（{case_no}）已于{at}办结，结果：{outcome}。",
    Happening.SENT: "您的“{service}”已于{at}由{courier}寄出，运单号{waybill}。",
    Happening.OUT_FOR_DELIVERY: "您的“{service}”正在派送（{courier}，{waybill}），请保持电话畅通。",
    Happening.AT_LOCKER: "您的“{service}”已放在{place}（{courier}，{waybill}），请尽快领取。",
    Happening.NOT_DELIVERED: (
        "您的“{service}”于{at}未能送达（{courier}，{waybill}），请与快递员联系。"
    ),
    Happening.PROXY_SIGNED: (
        "您的“{service}”于{at}由他人代收（{courier}，{waybill}），请确认是否已到您手中。"
    ),
    Happening.SIGNED: "您的“{service}”已于{at}签收（{courier}，{waybill}）。",
    Happening.RETURNED: "您的“{service}”未能送达，已退回{hall}（{courier}，{waybill}）。",
    Happening.LOST: "您的“{service}”可能在途中丢失（{courier}，{waybill}），我们正在核实。",
}


def sentence(happening: Happening, words: Mapping[str, str]) -> str:
    """What was not said is left blank. Pure."""
    return SENTENCES[happening].format_map(_Blank(words))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"
