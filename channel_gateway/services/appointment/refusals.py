"""Why an appointment is refused; each says in Chinese what the citizen can do next."""

from datetime import date, datetime

from channel_gateway.domain.day_words import day_words, moment_words
from channel_gateway.domain.errors import Conflict, Fact, Invalid, NotFound


class NoAppointments(NotFound):
    """There is no service of this code that gives appointments."""

    code = "no_appointments"
    zh = "该事项不需要预约，或已停止预约。请返回事项列表查看办理方式。"


class NoSuchSlot(NotFound):
    """The hall has no such slot."""

    code = "no_such_slot"
    zh = "没有这个时段，请刷新页面重新选择时段。"


class NotForOthers(Invalid):
    """Identity number or name is not one's own: this service is for one's own business only."""

    code = "not_for_others"
    zh = "该事项只能为本人预约，请填写本人的身份证号。"


class NoSuchAppointment(NotFound):
    """There is no such appointment, or it is not yours."""

    code = "no_such_appointment"
    zh = "没有找到这个预约，请在“我的预约”中查看。"


class NotBookable(Conflict):
    """This slot cannot be booked now."""

    code = "not_bookable"
    zh = "该时段现在不能预约，请选择其他时段。"


class DepartmentNotConnected(NotBookable):
    """The service's department gives its places, and is not connected."""

    code = "department_not_connected"
    zh = "该事项暂时不能在线预约，请到大厅现场办理，或咨询办理部门。"


class HallRests(NotBookable):
    """The hall does not work that day."""

    code = "hall_rests"

    def __init__(self, day: date) -> None:
        super().__init__(field="slot", zh=f"{day_words(day)}大厅不办公，请选择其他工作日。")


class NotReleased(NotBookable):
    """The day cannot be booked yet: `opens_at` says from when."""

    code = "not_released"
    facts = (Fact("opens_at", "from when it can be booked", "moment"),)

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(
            field="slot",
            zh=f"该日号源于{moment_words(opens_at)}放出，请届时再来预约，或选择较近的日期。",
            extra={"opens_at": opens_at},
        )
        self.opens_at = opens_at


class BookingOver(NotBookable):
    """It is too late to book this slot."""

    code = "booking_over"
    zh = "该时段已截止预约，请选择之后的时段；急需办理请直接到大厅取号。"


class TooLateToPay(NotBookable):
    """The slot begins too soon for its fee to be paid before."""

    code = "too_late_to_pay"
    zh = "该时段即将开始，来不及缴费，请选择之后的时段。"


class HallClosed(NotBookable):
    """The hall has cancelled that day."""

    code = "hall_closed"

    def __init__(self, day: date, reason: str) -> None:
        super().__init__(
            field="slot", zh=f"大厅{day_words(day)}暂停办理：{reason}。请选择其他日期。"
        )


class SlotFull(NotBookable):
    """Every place of the slot is taken."""

    code = "slot_full"
    zh = "该时段已约满，请选择其他时段或其他大厅。"


class LimitReached(Conflict):
    """The person, number or phone has as many appointments as the rules allow."""

    code = "limit_reached"
    facts = (Fact("limit", "which: `day`, say"), Fact("most", "how many it allows", "whole"))


MISSED, CANCELLED = "预约未到", "取消预约"  # why somebody is stopped


class Banned(Conflict):
    """Too many were missed or cancelled: `until` says when booking is possible again."""

    code = "banned"
    facts = (Fact("until", "when booking is possible again", "moment"),)

    def __init__(self, until: datetime, why: str = MISSED, *, of: str = "") -> None:
        self.until = until
        super().__init__(
            zh=f"{of}因多次{why}，{moment_words(until)}起可再次预约；"
            "在此之前可直接到大厅现场取号办理。",
            extra={"until": until},
        )


class CancelTooLate(Conflict):
    """Too close to the appointment to cancel or move it: `before` says until when it could be."""

    code = "cancel_too_late"
    facts = (Fact("before", "until when it could be", "moment"),)

    def __init__(self, before: datetime) -> None:
        super().__init__(
            zh=f"已过取消和改期的截止时间（{moment_words(before)}）。"
            "请按时前往；确实不能前来，请致电大厅说明。",
            extra={"before": before},
        )


class CancelsSpent(Conflict):
    """The person, number or phone has cancelled as often this month as the rules allow."""

    code = "cancels_spent"

    def __init__(self, most: int, *, of: str = "") -> None:
        super().__init__(zh=f"{of}本月取消次数已满{most}次，不能再取消。请改期，或按时前往。")


class ReschedulesSpent(Conflict):
    """The appointment was moved as often as the rules allow."""

    code = "reschedules_spent"

    def __init__(self, most: int) -> None:
        super().__init__(zh=f"每个预约最多改期{most}次，不能再改。请按时前往，或取消后重新预约。")


class JustMoved(Conflict):
    """The place left last is still held back: `again_at` says when it can be moved again."""

    code = "just_moved"
    facts = (Fact("again_at", "from when it can be moved again", "moment"),)

    def __init__(self, again_at: datetime) -> None:
        super().__init__(
            zh=f"刚刚改过期，{moment_words(again_at)}后可再次改期。",
            extra={"again_at": again_at},
        )


class AppointmentOver(Conflict):
    """The appointment is over or cancelled: nothing can be changed any more."""

    code = "appointment_over"
    zh = "该预约已结束或已取消，不能再更改。如需办理请重新预约。"


class StillHeld(Conflict):
    """The place is held, and the appointment not confirmed yet: pay first, if a fee is due."""

    code = "still_held"
    zh = "号源已为您保留，预约尚未确认。需要缴费的请先缴费，确认后再办理；不需要了可直接取消。"
    passing = True


class CodeWrong(Invalid):
    """This is no check-in code of ours."""

    code = "code_wrong"
    zh = "无法识别该取号码，请在“我的预约”中打开本预约的取号码再扫。"


class CodeStale(Conflict):
    """The check-in code is older than it may be."""

    code = "code_stale"
    zh = "取号码已过期，请刷新取号码后再扫。"


class CodeUsed(Conflict):
    """The check-in code was taken before."""

    code = "code_used"
    zh = "该取号码已使用过。如已取号，请等候叫号；过号重新排队请刷新取号码后再扫。"


class CheckedInAlready(Conflict):
    """The citizen has checked in."""

    code = "checked_in_already"
    zh = "已取号，无需重复取号，请在大厅等候叫号。"


class OtherHall(Conflict):
    """The appointment is in another hall."""

    code = "other_hall"

    def __init__(self, name: str, address: str) -> None:
        super().__init__(field="hall", zh=f"该预约不在本大厅，请到{name}（{address}）取号。")


class CheckInTooEarly(Conflict):
    """It is too early to check in: `opens_at` says from when."""

    code = "check_in_too_early"
    facts = (Fact("opens_at", "from when", "moment"),)

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(
            zh=f"未到取号时间，请于{moment_words(opens_at)}后再来扫码取号。",
            extra={"opens_at": opens_at},
        )


class CheckInTooLate(Conflict):
    """It is too late to check in with a code: `closed_at` says until when it was possible."""

    code = "check_in_too_late"
    facts = (Fact("closed_at", "until when it was possible", "moment"),)

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(
            zh=f"已过取号时间（{moment_words(closed_at)}截止）。请到咨询台询问，或重新预约。",
            extra={"closed_at": closed_at},
        )


class CalledElsewhere(Conflict):
    """Another window has called the citizen."""

    code = "called_elsewhere"

    def __init__(self, window: str | None) -> None:
        by = f"由{window}号窗口" if window else ""
        super().__init__(zh=f"该号已{by}叫号，请叫下一号。")


class NobodyWaits(NotFound):
    """Nobody waits for this service in this hall."""

    code = "nobody_waits"
    zh = "当前没有等候叫号的人，请稍后再叫。"


class DayOver(Conflict):
    """The day is over: it can neither be cancelled nor opened again."""

    code = "day_over"
    zh = "该日期已过，不能取消或恢复，请核对日期。"


class NotCancelled(Conflict):
    """The hall has not cancelled that day: there is nothing to open again."""

    code = "not_cancelled"
    zh = "该日期没有取消过，无需恢复，请核对事项、大厅和日期。"


class NotOnThatDay(Conflict):
    """A hall works with an appointment on its day alone."""

    code = "not_on_that_day"
    zh = "不是预约当天，不能签到或叫号。"
