"""Booking rules in a citizen's words: one short plain sentence each. Pure."""

from collections.abc import Iterator

from channel_gateway.domain.booking import Returned
from channel_gateway.services.catalogue.booking_rules import Ban, BookingRules


def in_words(rules: BookingRules) -> tuple[str, ...]:
    return tuple(_sentences(rules))


def prepayment_in_words(hold_minutes: int) -> tuple[str, ...]:
    """What whoever pays beforehand must know before they book."""
    return (
        f"预约后请在{hold_minutes}分钟内缴费，超时号源将释放",
        "按时取消的，费用原路退回",
        "未按预约前来的，费用不退",
    )


def _sentences(rules: BookingRules) -> Iterator[str]:
    if rules.real_name:
        yield "须先完成实名认证，只能为本人预约"
    if rules.lead_workdays:
        yield f"请至少提前{rules.lead_workdays}个工作日预约"
    if rules.lead_until is not None:
        yield f"工作日{rules.lead_until}后及休息日预约，须再多提前1个工作日"
    yield f"可预约未来{rules.horizon_workdays}个工作日"
    yield _coming(rules.checkin_early_minutes)
    if rules.released_at != "00:00":
        yield f"每天{rules.released_at}放出新的号源"
    for most, span in (
        (rules.most_a_day, "每天"),
        (rules.most_a_week, "每周"),
        (rules.most_a_month, "每月"),
    ):
        if most is not None:
            yield f"每人{span}最多预约{most}次"
    for most, span in (
        (rules.most_of_this_a_day, "每天"),
        (rules.most_of_this_a_week, "每周"),
        (rules.most_of_this_a_month, "每月"),
    ):
        if most is not None:
            yield f"每人{span}最多预约本事项{most}次"
    if rules.most_of_this is not None:
        yield f"每人同时最多有{rules.most_of_this}个本事项的预约"
    if rules.cancel_before_minutes:
        yield f"如不能前来，请提前{_span(rules.cancel_before_minutes)}取消"
    if rules.cancels_a_month is not None:
        yield f"每月最多取消{rules.cancels_a_month}次"
    if rules.reschedules is not None:
        yield f"每个预约最多改期{rules.reschedules}次"
    if rules.no_shows is not None:
        ban = rules.no_shows
        yield f"{ban.within_days}天内{ban.times}次未到，{_lasting(ban)}内不能预约"
    if rules.cancels is not None:
        ban = rules.cancels
        yield f"{ban.within_days}天内取消{ban.times}次，{_lasting(ban)}内不能预约"
    counted = "、".join(_counted(rules))
    marks = ((rules.id_counts, "身份证号"), (rules.phone_counts, "手机号"))
    written = "、".join(name for counts, name in marks if counts)
    if written and counted:
        yield f"{counted}的次数，按所填{written}也同样计算"
    if rules.returned is not Returned.AT_ONCE:
        yield "取消的号不会立即放出"


def _counted(rules: BookingRules) -> Iterator[str]:
    """What the rules bound by number."""
    of_all = (rules.most_a_day, rules.most_a_week, rules.most_a_month)
    of_this = (rules.most_of_this_a_day, rules.most_of_this_a_week, rules.most_of_this_a_month)
    if any((*of_all, *of_this, rules.most_of_this)):
        yield "预约"
    if rules.cancels_a_month is not None or rules.cancels is not None:
        yield "取消"
    if rules.no_shows is not None:
        yield "未到"


def _lasting(ban: Ban) -> str:
    return f"{ban.lasts_days}天" if ban.lasts_months is None else f"{ban.lasts_months}个月"


def _coming(early_minutes: int) -> str:
    return f"最早可在时段开始前{_span(early_minutes)}取号" if early_minutes else "时段开始后取号"


def _span(minutes: int) -> str:
    return f"{minutes // 60}小时" if minutes % 60 == 0 else f"{minutes}分钟"
