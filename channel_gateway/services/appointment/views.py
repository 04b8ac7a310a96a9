"""Appointments and what can be booked, as citizens and halls are shown them. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from channel_gateway.domain.day_words import moment_words
from channel_gateway.ports import ShownAnswer
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.availability import Available
from channel_gateway.services.appointment.citizens.consents import in_force
from channel_gateway.services.appointment.hall.check_ins import Shown
from channel_gateway.services.appointment.hall.closures import Closure
from channel_gateway.services.appointment.hall.offers import Offered
from channel_gateway.services.appointment.hall.tickets import BEHIND, ticket_words
from channel_gateway.services.appointment.messages import (
    AnswerView,
    AppointmentDetail,
    AppointmentHistory,
    AppointmentView,
    AvailabilityView,
    CheckInCodeView,
    ClosuresView,
    ClosureView,
    DayView,
    EventView,
    OfferView,
    ReopenedView,
    ServiceClosureView,
    SlotView,
    WhyNot,
)
from channel_gateway.services.appointment.prepaid.fee_views import fee_view, held_words, money_words
from channel_gateway.services.appointment.refusals import NotBookable

SAYS: Mapping[State, Callable[[Appointment], str]] = {
    State.HELD: held_words,
    State.CONFIRMED: lambda a: (
        f"已预约{moment_words(a.starts_at)}，请带好身份证件到{a.hall_name}取号。"
    ),
    State.CHECKED_IN: lambda a: f"已取号{_ticket(a) or ''}，请在{a.hall_name}等候叫号。",
    State.CALLED: lambda a: f"{_ticket(a) or ''}正在叫号，请到{_window_words(a)}办理。",
    State.MISSED: lambda a: (
        f"已过号，请当天出示取号码或到取号处重新排队，排在{BEHIND}人之后，逾期作废。"
    ),
    State.DONE: lambda a: "已办理。",
    State.NO_SHOW: lambda a: "预约时段已过，未取号。如需办理请重新预约；当天到场请咨询大厅。",
    State.VOID: lambda a: "过号后未重新取号，本次预约已作废。如需办理请重新预约。",
    State.CANCELLED_BY_CITIZEN: lambda a: "已取消。如需办理请重新预约。",
    State.CANCELLED_BY_HALL: lambda a: (
        f"大厅取消了本次预约：{a.reason}。不计入您的预约和取消次数，{_instead(a)}。"
    ),
    State.LAPSED: lambda a: "号源已释放，本次预约没有完成。如需办理请重新预约。",
}


def appointment_view(appointment: Appointment) -> AppointmentView:
    return AppointmentView.model_validate(_shown(appointment))


def appointment_detail(
    appointment: Appointment,
    answers: Iterable[ShownAnswer],
    waiting_before: int | None,
    offered: Offered,
) -> AppointmentDetail:
    offers = [OfferView(slot=s.id, starts_at=s.starts_at, ends_at=s.ends_at) for s in offered.slots]
    told = _told(appointment, answers, waiting_before)
    says = f"{told['says']}{offered.words}"
    return AppointmentDetail.model_validate(told | {"says": says, "offers": offers})


def appointment_history(
    appointment: Appointment, answers: Iterable[ShownAnswer], waiting_before: int | None
) -> AppointmentHistory:
    events = [EventView(at=each.at, what=each.what, note=each.note) for each in appointment.events]
    return AppointmentHistory.model_validate(
        _told(appointment, answers, waiting_before) | {"events": events}
    )


def availability_view(found: Available) -> AvailabilityView:
    return AvailabilityView(
        service=found.service.code,
        hall=found.hall.code,
        days=[DayView(day=each.day, why_not=_why(each.why_not)) for each in found.days],
        day=found.day,
        slots=[
            SlotView(
                slot=each.slot.id,
                starts_at=each.slot.starts_at,
                ends_at=each.slot.ends_at,
                left=each.left,
                why_not=_why(each.why_not),
            )
            for each in found.slots
        ],
        says=_UNKNOWN if any(each.left is None for each in found.slots) else None,
    )


def check_in_code_view(shown: Shown) -> CheckInCodeView:
    window = shown.window
    return CheckInCodeView(
        code=shown.text,
        expires_at=shown.expires_at,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
    )


def closure_view(closure: Closure, asked: str) -> ClosureView:
    """`asked`: the reason that was given now."""
    return ClosureView.model_validate(_closure(closure, asked))


def closures_view(closures: Iterable[Closure], asked: str) -> ClosuresView:
    return ClosuresView(
        closures=[
            ServiceClosureView.model_validate(_closure(each, asked) | {"service": each.service})
            for each in closures
        ]
    )


def reopened_view(closure: Closure) -> ReopenedView:
    return ReopenedView(
        day=closure.day,
        closed_at=closure.closed_at,
        reopened_at=closure.reopened_at or closure.closed_at,
    )


_UNKNOWN = "余号由部门提供，暂时查不到，请稍后刷新；也可直接预约，由部门确认。"


def _shown(appointment: Appointment) -> dict[str, object]:
    same = (
        "service",
        "service_name",
        "hall",
        "hall_name",
        "hall_address",
        "slot",
        "starts_at",
        "ends_at",
        "state",
    )
    return {
        "appointment_id": appointment.id,
        "ticket": _ticket(appointment),
        "window": appointment.window if appointment.state is State.CALLED else None,
        "fee": fee_view(appointment),
        "says": f"{SAYS[appointment.state](appointment)}{money_words(appointment)}",
        **{name: getattr(appointment, name) for name in same},
    }


def _told(
    appointment: Appointment, answers: Iterable[ShownAnswer], waiting_before: int | None
) -> dict[str, object]:
    shown = _shown(appointment)
    before = "" if waiting_before is None else f"前面还有{waiting_before}人。"
    return shown | {
        "says": f"{shown['says']}{before}",
        "waiting_before": waiting_before,
        "answers": [AnswerView(field=a.field, label=a.label, text=a.text) for a in answers],
        "consents": in_force(appointment.consents),
    }


def _ticket(appointment: Appointment) -> str | None:
    return None if appointment.ticket is None else ticket_words(appointment.ticket)


def _closure(closure: Closure, asked: str) -> dict[str, object]:
    return {
        "day": closure.day,
        "reason": closure.reason,
        "closed_at": closure.closed_at,
        "first_reason_stays": closure.reason != asked,
    }


def _instead(appointment: Appointment) -> str:
    """A place whose fee was not paid, or goes back, is nobody's to move."""
    fee = appointment.fee
    return "请改约其他时段" if fee is None or fee.is_kept else "如需办理请重新预约"


def _window_words(appointment: Appointment) -> str:
    return f"{appointment.window}号窗口" if appointment.window else "窗口"


def _why(refusal: NotBookable | None) -> WhyNot | None:
    if refusal is None:
        return None
    opens_at = refusal.extra.get("opens_at")
    return WhyNot(
        code=refusal.code,
        words=refusal.zh or "",
        opens_at=opens_at if isinstance(opens_at, datetime) else None,
    )
