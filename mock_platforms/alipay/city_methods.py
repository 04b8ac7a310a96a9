"""Messages of the city service: sending them, and asking whether one arrived.

Inferred: that the same message under the same `uuid` is taken and brought once, that another one
under it is refused, and the sub code of an unknown one.
"""

from collections.abc import Mapping

from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.message_methods import invalid, object_in, text_of, who
from mock_platforms.alipay.phones import Arrived, CityMessage, Kind, Template
from mock_platforms.alipay.refusals import Refused, success

# What the platform's business contact hands out.
APP_CODE, CITY_CODE = "city-hall", "990100"
INDUSTRY_TYPE = 12
TARGET_URL = "https://city-service.stand-in/hall"

MOST, LONGEST_UUID, LONGEST_URL = 1000, 64, 512
ENCRYPT_TYPES = frozenset({"md5", "sm3"})


def send(asked: Asked) -> dict[str, object]:
    """alipay.eco.cityservice.message.send: all of the list, or none of it."""
    check_encryption(asked)
    listed = asked.biz.get("msg_list")
    messages = listed if isinstance(listed, list) else []
    if not 1 <= len(messages) <= MOST:
        raise invalid("msg_list")
    batch_size = asked.biz.get("batch_size")
    if isinstance(batch_size, bool) or batch_size != len(messages):
        raise invalid("batch_size")
    told = [_read(asked, message) for message in messages]
    if len({number for number, _, _ in told}) < len(told):
        raise invalid("uuid")
    for number, message, arrived in told:
        key = (asked.app.app_id, number)
        if key in asked.books.phones.city_messages:
            continue
        asked.books.phones.city_messages[key] = message
        if message.arrived:
            asked.books.phones.arrived.append(arrived)
    return success()


def query(asked: Asked) -> dict[str, object]:
    """alipay.eco.cityservice.message.query."""
    check_encryption(asked)
    citizen = who(asked, asked.biz, "open_id", "alipay_user_id")
    number = text_of(asked.biz, "uuid", LONGEST_UUID)
    message = asked.books.phones.city_messages.get((asked.app.app_id, number))
    if message is None or message.user_id != citizen.user_id:
        raise Refused("MESSAGE_NOT_EXIST", "消息不存在")
    return success(uuid=number, send_status="SUCCESS" if message.arrived else "FAIL")


def check_encryption(asked: Asked) -> None:
    if asked.text("encrypt_type") not in ENCRYPT_TYPES:
        raise invalid("encrypt_type")


def check_service(fields: Mapping[str, object]) -> None:
    for name, known in (("app_code", APP_CODE), ("city_code", CITY_CODE)):
        if fields.get(name) != known:
            raise invalid(name)


def _read(asked: Asked, message: object) -> tuple[str, CityMessage, Arrived]:
    """Check one message. Raises Refused."""
    if not isinstance(message, dict):
        raise invalid("msg_list")
    phones = asked.books.phones
    number = text_of(message, "uuid", LONGEST_UUID)
    citizen = who(asked, message, "open_id", "alipay_user_id")
    check_service(message)
    if message.get("industry_type") != INDUSTRY_TYPE:
        raise invalid("industry_type")
    template = _template(asked, message.get("msg_type"))
    values = object_in(message.get("ext_info"), "ext_info")
    if values.keys() != set(template.fields) or not all(
        isinstance(value, str) and value.strip() for value in values.values()
    ):
        raise invalid("ext_info")
    opens = text_of(message, "target_url", LONGEST_URL)
    before = phones.city_messages.get((asked.app.app_id, number))
    if before is not None and before.content != message:
        raise invalid("uuid")
    kept = CityMessage(
        citizen.user_id, message, citizen.user_id not in phones.without_city_messages
    )
    arrived = Arrived(
        asked.app.app_id,
        citizen.user_id,
        Kind.CITY,
        template.template_id,
        values,
        opens,
        asked.now,
        number,
    )
    return number, kept, arrived


def _template(asked: Asked, msg_type: object) -> Template:
    number = msg_type if isinstance(msg_type, int) and not isinstance(msg_type, bool) else ""
    template = asked.books.phones.template(str(number), Kind.CITY)
    if template is None:
        raise invalid("msg_type")
    return template
