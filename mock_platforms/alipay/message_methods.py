"""Subscribed template messages: sending one, and asking who subscribed."""

import json
from collections.abc import Mapping
from typing import Any

from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.citizens import Citizen
from mock_platforms.alipay.phones import SUBSCRIBED_TO, Arrived, Kind, Template
from mock_platforms.alipay.refusals import Refused, success

LONGEST_VALUE, LONGEST_DATA, LONGEST_PAGE = 50, 2048, 128


def send(asked: Asked) -> dict[str, object]:
    """alipay.open.app.mini.templatemessage.send."""
    citizen = who(asked, asked.biz, "to_open_id", "to_user_id")
    phones = asked.books.phones
    template = phones.template(asked.text("user_template_id"), *SUBSCRIBED_TO, Kind.FORM)
    if template is None:
        raise Refused("USER_TEMPLATE_ILLEGAL")
    page = text_of(asked.biz, "page", LONGEST_PAGE)
    values = _values(asked.biz.get("data"), template)
    if template.kind is Kind.FORM:
        # Nobody has handed in a form here, so that no number of one is right.
        raise Refused("FORM_ID_NOT_MATCH_APPID")
    phones.spend(asked.app.app_id, citizen.user_id, template)
    phones.arrived.append(
        Arrived(
            asked.app.app_id,
            citizen.user_id,
            template.kind,
            template.template_id,
            values,
            page,
            asked.now,
        )
    )
    return success()


def subscribed(asked: Asked) -> dict[str, object]:
    """alipay.open.app.messagetemplate.subscribe.query."""
    citizen = who(asked, asked.biz, "open_id", "user_id")
    asked_for = asked.biz.get("template_id_list")
    if not isinstance(asked_for, list) or not asked_for:
        raise invalid("template_id_list")
    templates = [
        asked.books.phones.template(each, *SUBSCRIBED_TO) if isinstance(each, str) else None
        for each in asked_for
    ]
    if None in templates:
        raise invalid("template_id_list")
    relations = [relation(asked, citizen, each) for each in templates if each is not None]
    return success(subscribe_relations=relations, show_component=True)


def relation(asked: Asked, citizen: Citizen, template: Template) -> dict[str, object]:
    held = asked.books.phones.subscription(asked.app.app_id, citizen.user_id, template.template_id)
    return {
        "template_id": template.template_id,
        "subscribe_type": template.kind.value,
        "subscribe_state": "1" if held.accepted else "0",
        "keep_state": "0",
        "show": not held.accepted,
    }


def who(asked: Asked, fields: Mapping[str, object], open_name: str, user_name: str) -> Citizen:
    """The citizen a call names, by the kind of id its app sees. Raises Refused."""
    people, kind = asked.books.people, asked.app.id_kind
    open_id, user_id = fields.get(open_name), fields.get(user_name)
    try:
        if isinstance(open_id, str) and open_id and kind.shows_open_id:
            return people.by_open_id(open_id, asked.app.app_id)
        if isinstance(user_id, str) and user_id and kind.shows_user_id:
            return people.by_user_id(user_id)
    except Refused as refused:
        raise Refused("INVALID_PARAMETER", refused.sub_msg) from refused
    raise invalid(open_name)


def text_of(fields: Mapping[str, object], name: str, longest: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise invalid(name)
    return value


def object_in(value: object, name: str) -> dict[str, Any]:
    """A text that holds a JSON object; the object itself is refused. Raises Refused."""
    try:
        read = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError) as error:
        raise invalid(name) from error
    if not isinstance(read, dict):
        raise invalid(name)
    return read


def invalid(name: str) -> Refused:
    return Refused("INVALID_PARAMETER", f"参数有误{name}")


def _values(data: object, template: Template) -> dict[str, str]:
    if not isinstance(data, str) or len(data) > LONGEST_DATA:
        raise invalid("data")
    given = object_in(data, "data")
    if given.keys() != set(template.fields):
        raise Refused("USER_TEMPLATE_LACK_KEYWORD")
    values = {}
    for name in template.fields:
        value = given[name].get("value") if isinstance(given[name], dict) else None
        if not isinstance(value, str) or not value.strip():
            raise Refused("USER_TEMPLATE_LACK_KEYWORD")
        if len(value) > LONGEST_VALUE:
            raise Refused("USER_KEYWORD_LENGTH_ERROR")
        values[name] = value
    return values
