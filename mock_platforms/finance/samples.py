"""Notices that are there when the play begins: what a citizen's day looks like. Pure."""

from datetime import date, timedelta

from mock_platforms.finance.late_fees import Late
from mock_platforms.finance.notices import REGION, Item, Notice
from mock_platforms.finance.people import CITIZENS

FINE_RATE = 300  # 3 % a day, the legal rate of an overdue fine
TRAFFIC_POLICE = ("330199011", "示例市公安局交通警察支队")
LAND_REGISTRY = ("330199021", "示例市不动产登记中心")
WATER_BUREAU = ("330199031", "示例市水利局")
EXAM_OFFICE = ("330199041", "示例市人事考试院")

LIN, ZHOU, CHEN = CITIZENS


def sample_notices(today: date) -> list[Notice]:
    """Six notices of three people; days are counted from `today`, a Beijing day."""
    fine = Item("103050101", "交通违法罚款", 200_00, late=Late(FINE_RATE))
    levy = Item("103044609", "水土保持补偿费", 1_505_50, "平方米", 860, late=Late(5))
    exam = Item("103042702", "职业资格考试费", 61_00, "科")
    registration = Item("103043211", "不动产登记费", 80_00, "件")
    copy = Item("103043212", "证照工本费", 10_00, "本")

    def notice(
        number: int, who: str, unit: tuple[str, str], due_in_days: int, *items: Item
    ) -> Notice:
        due_on = today + timedelta(days=due_in_days)
        return Notice(
            pay_code=f"{REGION}2630{number:010d}",
            check_code=f"{number * 1357 % 10_000:04d}",
            unit_code=unit[0],
            unit_name=unit[1],
            payer_name=who,
            id_number=CITIZENS[who],
            items=items,
            issued_on=due_on - timedelta(days=15),
            due_on=due_on,
        )

    return [
        notice(1, LIN, TRAFFIC_POLICE, -10, fine),  # ten days late: 260.00 today
        notice(2, LIN, LAND_REGISTRY, 12, registration),
        notice(3, LIN, LAND_REGISTRY, 9, registration, copy),
        notice(4, ZHOU, TRAFFIC_POLICE, 0, fine),  # the late fee begins at midnight
        notice(5, ZHOU, EXAM_OFFICE, 5, exam),
        notice(6, CHEN, WATER_BUREAU, -40, levy, registration),
    ]
