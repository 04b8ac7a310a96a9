"""What Alipay tells of a citizen's subscriptions, as changes of consent. Pure.

How its message is called and written is not published: which ones are, a setting says, and they are
read as `alipay.open.app.messagetemplate.subscribe.query` answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange

_STATES = {"0": False, "1": True}
_LASTING = {"longterm": True, "onetime": False}


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Who decided what."""

    who: OpenId
    changes: tuple[ConsentChange, ...]
    unread: int  # how many more are said in words Alipay did not use before


def read_subscriptions(content: str, id_mode: IdMode) -> Subscriptions:
    """Raises `Malformed` where nothing can be read."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed("the message's content is not JSON", field="biz_content") from error
    who = said.get(id_mode.value) if isinstance(said, dict) else None
    if not isinstance(who, str) or not who:
        raise Malformed(f"the message gives no {id_mode}", field=id_mode.value)
    relations = said.get("subscribe_relations")
    if not isinstance(relations, list) or not relations:
        raise Malformed("the message tells of no template", field="subscribe_relations")
    changes, unread = [], []
    for relation in relations:
        try:
            changes.append(_change(relation))
        except Malformed as strange:
            unread.append(strange)
    if not changes:
        raise unread[0]
    return Subscriptions(OpenId(who), tuple(changes), len(unread))


def _change(relation: Any) -> ConsentChange:
    if not isinstance(relation, dict):
        raise Malformed("a subscription is an object", field="subscribe_relations")
    template = relation.get("template_id")
    if not isinstance(template, str) or not template:
        raise Malformed("a subscription without its template", field="template_id")
    accepted = _word(relation, "subscribe_state", _STATES)
    # Taking back is for good, whatever the kind.
    return ConsentChange(template, accepted, _word(relation, "subscribe_type", _LASTING))


def _word(relation: Mapping[str, Any], field: str, known: Mapping[str, bool]) -> bool:
    word = relation.get(field)
    if not isinstance(word, str) or word not in known:
        raise Malformed("a word Alipay did not use before", field=field)
    return known[word]
