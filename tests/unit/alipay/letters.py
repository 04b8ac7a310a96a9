"""Letters as the message service hands them over."""

from datetime import timedelta
from typing import Any

from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter
from tests.unit.alipay.alipay_side import NOW

TO = OpenId("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5")


def letter(**changes: Any) -> Letter:
    whole: dict[str, Any] = {
        "id": "L1",
        "template": "alipay-booked",
        "values": {"keyword1": "换领驾驶证", "keyword2": "3月9日（周一）09:30"},
        "happening": Happening.BOOKED,
        "subject": "appointment:A1",
        "at": NOW,
        "first_tried_at": NOW + timedelta(seconds=1),
        "page": "pages/visit/visit?id=A1",
    }
    return Letter(**(whole | changes))
