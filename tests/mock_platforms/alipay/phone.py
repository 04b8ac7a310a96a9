"""Messages at the stand-in: templates and subscriptions set up, the phone looked at."""

from __future__ import annotations

import json
from typing import Any

from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Merchant, command

OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"
ANOTHER = "074bBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBbBb2"
SEND = "alipay.open.app.mini.templatemessage.send"
SUBSCRIBED = "alipay.open.app.messagetemplate.subscribe.query"
CITY_SEND = "alipay.eco.cityservice.message.send"
CITY_QUERY = "alipay.eco.cityservice.message.query"
ORDER = "alipay.eco.cityservice.message.order.create"


async def template(stage: Stage, template_id: str, kind: str, *fields: str) -> None:
    wanted = {"template_id": template_id, "kind": kind, "fields": dict.fromkeys(fields, "…")}
    assert (await command(stage, "POST", "/alipay/message-templates", wanted))["kind"] == kind


async def subscribe(stage: Stage, template_id: str, **more: Any) -> Any:
    asked = {"template_id": template_id, "open_id": OPEN_ID, **more}
    return await command(stage, "POST", "/alipay/subscriptions", asked)


async def look(stage: Stage) -> list[dict[str, Any]]:
    return list(await command(stage, "GET", "/alipay/messages"))


def message(**changes: Any) -> dict[str, Any]:
    """A subscribed message to a template of two keywords."""
    data = {"keyword1": {"value": "换领驾驶证"}, "keyword2": {"value": "3月2日 09:30"}}
    return {
        "to_open_id": OPEN_ID,
        "user_template_id": "booked",
        "page": "pages/index/index",
        "data": json.dumps(data, ensure_ascii=False),
        **changes,
    }


def city_message(section: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "uuid": "U1",
        "open_id": OPEN_ID,
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "industry_type": section["city_industry_type"],
        "msg_type": 301,
        "ext_info": '{"service":"换领驾驶证"}',
        "target_url": section["city_target_url"],
        **changes,
    }


async def send_city(merchant: Merchant, *messages: Any, **changes: Any) -> dict[str, Any]:
    whole = {"batch_size": len(messages), "encrypt_type": "md5", "msg_list": list(messages)}
    return await merchant.call(CITY_SEND, whole | changes)


def order(section: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "out_order_no": "A1",
        "open_id": OPEN_ID,
        "status": section["order_statuses"]["booked"],
        "scene_type": section["order_scene_type"],
        "template_id": "card",
        "industry_id": section["order_industry_id"],
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "order_create_time": "2026-01-07 12:00:00",
        "order_update_time": "2026-01-07 12:00:00",
        "target_url": section["city_target_url"],
        "ext_info": {"name": "市政务大厅", "start_time": "2026-01-08 09:30:00"},
        **changes,
    }
