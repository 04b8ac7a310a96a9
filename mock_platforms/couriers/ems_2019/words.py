"""What happens to a parcel in the codes and words of 2019. Pure.

Codes: github.com/yanFranklin/bdc20230104. An order and its cancellation make no trace.
"""

from __future__ import annotations

from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Parcel, Step

WORDS: dict[Step, tuple[str, str]] = {
    Step.PICKED_UP: ("00", "收寄,揽投员:{staff},电话:{phone}"),
    Step.DEPARTED: ("40", "离开处理中心,发往收件城市"),
    Step.ARRIVED: ("41", "到达处理中心"),
    Step.OUT_FOR_DELIVERY: ("50", "安排投递,投递员:{staff},电话:{phone}"),
    Step.LOCKER: ("10", "妥投,投入智能包裹柜代收"),
    Step.LOCKER_SIGNED: ("10", "妥投,收件人已取件"),
    Step.PROXY_SIGNED: ("10", "妥投,他人代收:物业"),
    Step.SIGNED: ("10", "妥投,本人签收"),
    Step.FAILED: ("20", "未妥投,收件人不在"),
    Step.REFUSED: ("20", "未妥投,收件人拒收"),
    Step.LOCKER_EXPIRED: ("20", "未妥投,逾期未领"),
    Step.RETURNING: ("30", "经转,邮件退回寄件人"),
    Step.RETURNED: ("10", "退回妥投,寄件人签收"),
    Step.UNHEARD_OF: ("99", "其他"),
}


def traces_of(parcel: Parcel) -> list[dict[str, str]]:
    """The oldest first."""
    return [
        {
            "acceptTime": beijing_text(scan.at),
            "acceptAddress": scan.place,
            "code": WORDS[scan.step][0],
            "remark": WORDS[scan.step][1].format(staff=scan.staff, phone=scan.staff_phone),
        }
        for scan in reversed(parcel.newest_first())
        if scan.step in WORDS
    ]
