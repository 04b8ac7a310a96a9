"""Days and moments as citizens read them. Pure."""

from datetime import date, datetime

from channel_gateway.domain.days import BEIJING

_WEEKDAYS = "一二三四五六日"


def day_words(day: date) -> str:
    """1月5日（周一）"""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def moment_words(moment: datetime) -> str:
    """1月5日（周一）09:30"""
    local = moment.astimezone(BEIJING)
    return f"{day_words(local.date())}{local:%H:%M}"


def minute_words(moment: datetime) -> str:
    """2026年01月05日 09:30, as templates of platforms take it."""
    return moment.astimezone(BEIJING).strftime("%Y年%m月%d日 %H:%M")
