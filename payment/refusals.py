"""Why a citizen cannot order a notice's payment."""

from channel_gateway.domain.errors import Conflict, NotFound


class ChangesAtMidnight(Conflict):
    """The total changes within two minutes: wait for the new one, then pay that."""

    code = "changes_at_midnight"
    zh = "零点后金额会有变化，请在零点后再试。"
    passing = True


class NoticeNotFound(NotFound):
    """No notice has these codes: one of them is mistyped."""

    code = "notice_not_found"
    zh = "没有查到该缴款单，请核对缴款码和校验码。"


class NoticeNotOwed(NotFound):
    """This citizen owes no such notice: it can be found by its check code."""

    code = "notice_not_owed"
    zh = "您名下没有该缴款单，请核对缴款码，或输入校验码查询。"


class OrderStillClosing(Conflict):
    """An earlier order for this notice is just being closed: try again in a moment."""

    code = "order_still_closing"
    zh = "上一笔订单正在关闭，请稍等几秒后再试。"
    passing = True
