"""A parcel to be sent, between people who do not exist."""

from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import Parcel, WaybillWish

WAYBILL = "1136281381675"
NUMBER = "D20260107-1"

HALL = Contact(
    PersonName("示例市不动产登记中心"),
    Phone("05710000000"),
    Address("浙江省", "杭州市", "西湖区", "示例路1号", "310000"),
)
CITIZEN = Contact(
    PersonName("林示例"),
    Phone("13800000000"),
    Address("浙江省", "宁波市", "海曙区", "样本街2号3室"),
)
WISH = WaybillWish(NUMBER, HALL, CITIZEN, "不动产权证书", recipient_pays=False)
PARCEL = Parcel(WAYBILL, NUMBER)
