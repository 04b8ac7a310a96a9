"""Subscribed template messages (订阅消息): what is sent, and what each refusal means. Pure.

Sources: opendocs.alipay.com, `alipay.open.app.mini.templatemessage.send` and
`alipay.open.app.messagetemplate.subscribe.query`; Alipay's support pages on each sub code.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.settings import IdMode
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, WrongTemplate

SEND = "alipay.open.app.mini.templatemessage.send"
SUBSCRIBED = "alipay.open.app.messagetemplate.subscribe.query"

LONGEST_VALUE = 50
LONGEST_PAGE = 128
LONGEST_DATA = 2048
LONGEST_TEMPLATE = 64

_KEYWORD = re.compile(r"keyword([1-9]\d?)")
_TO = {IdMode.OPEN_ID: "to_open_id", IdMode.USER_ID: "to_user_id"}

# Sub code → which of our fields is wrong.
_WRONG = {
    # The template is one of forms or payments: those want a number of a form or trade.
    "FORM_ID_": "template",
    "TRADE_NO_NOT_MATCH_USERID": "template",
    "USER_TEMPLATE_ILLEGAL": "template",
    "USER_TEMPLATE_LACK_KEYWORD": "values",
    "USER_KEYWORD_LENGTH_ERROR": "values",
}
_REFUSED, _SUBSCRIBED = "0", "1"


def send_content(
    to: OpenId, letter: Letter, *, id_mode: IdMode, landing_page: str
) -> dict[str, str]:
    """The content of the call. Raises `WrongTemplate` for what Alipay would not take."""
    if not letter.template or len(letter.template) > LONGEST_TEMPLATE:
        raise WrongTemplate(
            f"a template's id has up to {LONGEST_TEMPLATE} letters", field="template"
        )
    page = letter.page or landing_page
    if not page or len(page) > LONGEST_PAGE:
        raise WrongTemplate(f"a page is wanted, of up to {LONGEST_PAGE} letters", field="page")
    return {
        _TO[id_mode]: to.reveal(),
        "user_template_id": letter.template,
        "page": page,
        "data": _data(letter.values),
    }


def wrong_field(refusal: AlipayRefused) -> str | None:
    """Which of our fields this refusal is about; None: none of them."""
    return next((field for word, field in _WRONG.items() if refusal.says(word)), None)


def subscribed_content(to: OpenId, template: str, *, id_mode: IdMode) -> dict[str, Any]:
    return {id_mode.value: to.reveal(), "template_id_list": [template]}


def has_declined(node: Mapping[str, Any], template: str) -> bool:
    """Whether the citizen has not subscribed to a template. What is not said is not declined."""
    relations = node.get("subscribe_relations")
    return any(
        isinstance(relation, dict)
        and relation.get("template_id") == template
        and relation.get("subscribe_state") == _REFUSED
        for relation in (relations if isinstance(relations, list) else [])
    )


def _data(values: Mapping[str, str]) -> str:
    """A text that holds JSON: `keyword1` to the template's last, each with its value."""
    numbers = sorted(_number(name) for name in values)
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise WrongTemplate("keywords are counted from keyword1, without a gap", field="values")
    for name, value in values.items():
        if not value.strip() or len(value) > LONGEST_VALUE:
            raise WrongTemplate(f"a value has 1 to {LONGEST_VALUE} letters", field=name)
    data = {f"keyword{number}": {"value": values[f"keyword{number}"]} for number in numbers}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_DATA:
        raise WrongTemplate(f"all values together have {LONGEST_DATA} letters", field="values")
    return text


def _number(name: str) -> int:
    counted = _KEYWORD.fullmatch(name)
    if counted is None:
        raise WrongTemplate("a template's fields are keyword1, keyword2, …", field=name)
    return int(counted[1])
