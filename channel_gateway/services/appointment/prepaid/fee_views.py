"""The fee of an appointment as its citizen is shown it, with words beside the state's. Pure."""

from channel_gateway.domain.day_words import moment_words
from channel_gateway.domain.days import BEIJING
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.messages import FeeView
from channel_gateway.services.appointment.prepaid.fee import ELSEWHERE, KEPT_FOR, LET_GO

# A counter's payment is known to nobody here before the hold ends, and cannot be given back here.
_PAID_ELSEWHERE = "已在银行或大厅柜台缴费的，请勿重复缴费，核实后自动确认。"
_BACK_ELSEWHERE = "需在原缴费处办理退费，工作人员将为您核实"
_UNUSED = (State.NO_SHOW, State.VOID)


def fee_view(appointment: Appointment) -> FeeView | None:
    if appointment.fee is None or appointment.fee_code is None:
        return None
    return FeeView(
        pay_code=appointment.fee_code,
        total_fen=appointment.fee.total_fen,
        pay_before=appointment.held_until if appointment.state is State.HELD else None,
    )


def held_words(appointment: Appointment) -> str:
    """Until when the place is held, and what the citizen does now."""
    if appointment.seat_asked is not None:
        return "正在向部门确认号源，请稍后查看。"
    until = appointment.held_until
    if appointment.fee is None or until is None:
        return "号源已为您保留，正在确认。"
    if any(task.kind == LET_GO and task.tries for task in appointment.tasks):
        return "正在核实缴费结果，号源继续保留，请勿重复付款，请稍后查看。"
    held = f"号源已为您保留到{until.astimezone(BEIJING):%H:%M}，"
    if appointment.fee_code is None:
        return f"{held}正在生成缴款单，请稍后刷新。"
    return f"{held}请在此之前缴费；超时号源将释放。{_PAID_ELSEWHERE}"


def money_words(appointment: Appointment) -> str:
    """What has become of the money, and of what is still to be done for it; nothing without."""
    fee, state = appointment.fee, appointment.state
    if fee is None:
        return ""
    if fee.is_returned:
        return "已缴费用已原路退回。"
    if fee.paid_by is None:
        return ""
    back = _BACK_ELSEWHERE if fee.paid_by == ELSEWHERE else "将原路退回"
    if fee.is_over:
        return f"已缴费用{back}。"
    if state is State.CONFIRMED:
        return "费用已缴清。"
    if state is State.CANCELLED_BY_HALL:
        return f"已缴费用在{_kept_until(appointment)}前可用于改约，逾期或取消{back}。"
    return "已缴费用不退。" if state in _UNUSED else ""


def _kept_until(appointment: Appointment) -> str:
    cancelled = [e.at for e in appointment.events if e.what == State.CANCELLED_BY_HALL.value]
    return moment_words(cancelled[-1] + KEPT_FOR)
